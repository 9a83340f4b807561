package io.winnow.datasets.source.format;

import java.io.IOException;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Opens a file below a folder without following any symbolic link on the way: each folder is opened
 * relative to the one above it, so that one that is replaced by a link after a check is not
 * followed.
 *
 * @param folder the folder, whose own path may contain links
 * @param relative the path from there
 * @param check receives the file's attributes before it is opened, and throws unless it may be
 */
record UnlinkedFile(Path folder, Path relative, Consumer<BasicFileAttributes> check) {
  private static final Set<OpenOption> OPTIONS =
      Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);

  SeekableByteChannel open() throws IOException {
    DirectoryStream<Path> opened = Files.newDirectoryStream(folder);
    if (opened instanceof SecureDirectoryStream<Path> secure) {
      return open(secure, relative);
    }
    // on Windows; there, links need a privilege
    opened.close();
    Path target = folder.resolve(relative);
    check.accept(
        Files.readAttributes(target, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS));
    return Files.newByteChannel(target, OPTIONS);
  }

  private SeekableByteChannel open(SecureDirectoryStream<Path> in, Path path) throws IOException {
    try (in) {
      Path first = path.getName(0);
      int parts = path.getNameCount();
      if (parts > 1) {
        return open(
            in.newDirectoryStream(first, LinkOption.NOFOLLOW_LINKS), path.subpath(1, parts));
      }
      check.accept(
          in.getFileAttributeView(first, BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
              .readAttributes());
      return in.newByteChannel(first, OPTIONS);
    }
  }
}
