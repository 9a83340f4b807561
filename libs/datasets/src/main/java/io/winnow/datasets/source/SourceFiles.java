package io.winnow.datasets.source;

import io.winnow.contracts.InvalidInputException;
import io.winnow.store.object.Digests;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;

/** Looks into a source's folders; a file that cannot be read is an error that names it. */
final class SourceFiles {
  private static final Set<String> CLUTTER = Set.of("__macosx", "thumbs.db", "desktop.ini");
  private static final List<String> NAME_LISTS = List.of("labels.txt", "classes.txt");
  private static final int BUFFER = 1 << 16;

  private SourceFiles() {}

  /**
   * What a folder holds, in order of names, without hidden files and what desktops leave behind.
   */
  static List<Path> children(Path folder) {
    try (Stream<Path> list = Files.list(folder)) {
      return list.filter(p -> !clutter(name(p)))
          .sorted(Comparator.comparing(Path::toString))
          .toList();
    } catch (IOException e) {
      throw unreadable(folder.toString(), e);
    }
  }

  /** The last part of a path; a zip's folders end in '/', which is left out. */
  static String name(Path path) {
    return path.getFileName().toString().replaceAll("/$", "");
  }

  private static boolean clutter(String name) {
    return name.startsWith(".") || CLUTTER.contains(name.toLowerCase(Locale.ROOT));
  }

  static InputStream open(Path file) throws IOException {
    return new BufferedInputStream(Files.newInputStream(file), BUFFER);
  }

  static String digest(Path file) {
    try {
      return Digests.sha256(file);
    } catch (UncheckedIOException e) {
      throw unreadable(name(file), e.getCause());
    }
  }

  /**
   * Class names from {@code labels.txt} or {@code classes.txt} beside the data, a line each; empty
   * when there is neither.
   */
  static List<String> classNames(Path folder, SourceDigest digest) {
    for (String name : NAME_LISTS) {
      Path file = folder.resolve(name);
      if (Files.isRegularFile(file)) {
        return lines(file, digest);
      }
    }
    return List.of();
  }

  /** The lines of a text file that are not blank. */
  static List<String> lines(Path file, SourceDigest digest) {
    try {
      byte[] content = Files.readAllBytes(file);
      digest.add(name(file), Digests.sha256(content));
      return new String(content, StandardCharsets.UTF_8)
          .lines()
          .map(String::strip)
          .filter(line -> !line.isEmpty())
          .toList();
    } catch (IOException e) {
      throw unreadable(name(file), e);
    }
  }

  static InvalidInputException unreadable(String what, IOException e) {
    String why = e instanceof NoSuchFileException ? "there is no such file" : e.toString();
    return new InvalidInputException(
        what + " cannot be read: " + why,
        "check that it is there and that the encoder may read it",
        e);
  }
}
