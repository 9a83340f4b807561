package io.winnow.datasets.source.format;

import io.winnow.contracts.InvalidInputException;
import io.winnow.store.object.Digests;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;

/** Lists and reads a source's files. An error names the file that cannot be read. */
public final class SourceFiles {
  private static final Set<String> IGNORED = Set.of("__macosx", "thumbs.db", "desktop.ini");
  private static final List<String> NAME_LISTS = List.of("labels.txt", "classes.txt");
  private static final int BUFFER = 1 << 16;

  private SourceFiles() {}

  /**
   * The content of a folder, sorted by name, without hidden files and files that desktops create.
   *
   * @throws InvalidInputException the folder cannot be read
   */
  public static List<Path> children(Path folder) {
    try (Stream<Path> list = Files.list(folder)) {
      return list.filter(p -> !ignored(name(p)))
          .sorted(Comparator.comparing(Path::toString))
          .toList();
    } catch (IOException e) {
      throw unreadable(folder.getFileName() == null ? "the folder" : name(folder), e);
    }
  }

  /** The last part of a path, without the '/' at the end of a folder's name in a zip. */
  public static String name(Path path) {
    return path.getFileName().toString().replaceAll("/$", "");
  }

  private static boolean ignored(String name) {
    return name.startsWith(".") || IGNORED.contains(name.toLowerCase(Locale.ROOT));
  }

  /** Opens a file with a buffer. */
  public static InputStream open(Path file) throws IOException {
    return new BufferedInputStream(Files.newInputStream(file), BUFFER);
  }

  /**
   * The sha-256 of a file in hex.
   *
   * @throws InvalidInputException the file cannot be read
   */
  public static String digest(Path file) {
    try {
      return Digests.sha256(file);
    } catch (UncheckedIOException e) {
      throw unreadable(name(file), e.getCause());
    }
  }

  /**
   * Class names from {@code labels.txt} or {@code classes.txt} in the folder, one per line; empty
   * if there is neither.
   *
   * @param digest the file is added to it
   */
  public static List<String> classNames(Path folder, SourceDigest digest) {
    for (String name : NAME_LISTS) {
      Path file = folder.resolve(name);
      if (Files.isRegularFile(file)) {
        return lines(file, digest);
      }
    }
    return List.of();
  }

  /**
   * The lines of a text file that are not blank.
   *
   * @param digest the file is added to it
   */
  public static List<String> lines(Path file, SourceDigest digest) {
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

  /**
   * The error for a file or folder that cannot be read.
   *
   * @param what names it
   */
  public static InvalidInputException unreadable(String what, IOException e) {
    return new InvalidInputException(
        what + " cannot be read: " + why(e),
        "check that it exists and that the encoder may read it",
        e);
  }

  // messages of file system exceptions contain the whole path
  private static String why(IOException e) {
    if (e instanceof NoSuchFileException) {
      return "it does not exist";
    }
    if (e instanceof AccessDeniedException) {
      return "permission denied";
    }
    if (e instanceof EOFException) {
      return "it ends too early";
    }
    String reason = e instanceof FileSystemException f ? f.getReason() : e.getMessage();
    return reason == null ? "input/output error" : reason;
  }
}
