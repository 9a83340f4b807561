package io.winnow.datasets.source.format;

import io.winnow.contracts.Causes;
import io.winnow.contracts.InvalidInputException;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;

/** Names and lists of a source's files; {@link SourceFolder} reads them. */
public final class SourceFiles {
  /** The endings of PNG and JPEG files, in lower case. */
  public static final Set<String> IMAGE_ENDINGS = Set.of("png", "jpg", "jpeg");

  private static final Set<String> IGNORED =
      Set.of("__macosx", "@eadir", "lost+found", "thumbs.db", "desktop.ini");

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

  /**
   * Whether a folder, or its folder {@code train}, holds at least two folders of PNG or JPEG files,
   * perhaps in folders of their own: a data set of class folders, whatever lies beside them.
   */
  public static boolean hasClassFolders(Path folder) {
    Path train = PartFolders.top(folder).resolve(PartFolders.TRAIN);
    return imageFolders(folder) >= 2 || Files.isDirectory(train) && imageFolders(train) >= 2;
  }

  private static long imageFolders(Path folder) {
    return children(folder).stream()
        .filter(Files::isDirectory)
        .filter(SourceFiles::hasImage)
        .limit(2)
        .count();
  }

  private static boolean hasImage(Path folder) {
    try (Stream<Path> files = Files.walk(folder, 2)) {
      return files.anyMatch(SourceFiles::isImage);
    } catch (IOException | UncheckedIOException e) {
      return false;
    }
  }

  /** Whether a file is named as a PNG or JPEG is. */
  public static boolean isImage(Path file) {
    String name = name(file);
    return name.lastIndexOf('.') > 0 && IMAGE_ENDINGS.contains(ending(name));
  }

  /** What follows the last dot of a name, in lower case; the whole name if it has no dot. */
  public static String ending(String name) {
    return name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
  }

  /** The last part of a path, without the '/' at the end of a folder's name in a zip. */
  public static String name(Path path) {
    return path.getFileName().toString().replaceAll("/$", "");
  }

  private static boolean ignored(String name) {
    return name.startsWith(".") || IGNORED.contains(name.toLowerCase(Locale.ROOT));
  }

  /**
   * The error for a file or folder that cannot be read.
   *
   * @param what names it
   */
  public static InvalidInputException unreadable(String what, IOException e) {
    return new InvalidInputException(
        what
            + " cannot be read: "
            + (e instanceof EOFException ? "it ends too early" : Causes.of(e)),
        "check that it exists and that the encoder may read it",
        e);
  }
}
