package io.winnow.stage.internal;

import io.winnow.contracts.Causes;
import io.winnow.store.local.FileTree;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jboss.logging.Logger;

/** A job's own directory, removed with its content. */
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
      throw new UncheckedIOException("Cannot create a scratch directory: " + Causes.of(e), e);
    }
  }

  @Override
  public void close() {
    try {
      FileTree.delete(path);
    } catch (IOException e) {
      LOG.warnf("Cannot remove %s: %s", path, e);
    }
  }
}
