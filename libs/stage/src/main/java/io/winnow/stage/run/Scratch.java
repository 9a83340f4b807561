package io.winnow.stage.run;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Optional;
import org.jboss.logging.Logger;

/** A job's own directory, removed with all in it. */
record Scratch(Path path) implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger(Scratch.class);

  static Scratch create(Optional<Path> parent) {
    try {
      if (parent.isEmpty()) {
        return new Scratch(Files.createTempDirectory("winnow-job-"));
      }
      Files.createDirectories(parent.get());
      return new Scratch(Files.createTempDirectory(parent.get(), "winnow-job-"));
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot make a scratch directory: " + e, e);
    }
  }

  @Override
  public void close() {
    try {
      Files.walkFileTree(
          path,
          new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes a) throws IOException {
              Files.delete(file);
              return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path dir, IOException e) throws IOException {
              Files.delete(dir);
              return FileVisitResult.CONTINUE;
            }
          });
    } catch (IOException e) {
      LOG.warnf("Cannot remove %s: %s", path, e);
    }
  }
}
