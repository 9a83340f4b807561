package io.winnow.datasets.source.folder;

import io.winnow.contracts.InvalidInputException;
import io.winnow.contracts.Shown;
import io.winnow.datasets.source.folder.FolderLayout.ImageFile;
import io.winnow.datasets.source.format.ClassIndex;
import io.winnow.datasets.source.format.SourceFiles;
import io.winnow.datasets.source.format.SourceFolder;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Lists the image files of a source.
 *
 * @param root names are relative to it
 * @param what names the source in errors
 */
record ImageFiles(Path root, String what, SourceFolder source) {
  private static final int MAX_DEPTH = 32;
  private static final List<String> IGNORED =
      List.of("txt", "md", "csv", "tsv", "json", "xml", "html");

  /** The images in and below class folders, in their order. */
  List<ImageFile> of(List<Path> folders, ClassIndex classes) {
    List<ImageFile> images = new ArrayList<>();
    for (Path folder : folders) {
      List<String> names = new ArrayList<>();
      below(folder, 0, names);
      if (names.isEmpty()) {
        throw new InvalidInputException(
            "%s: class folder %s has no images".formatted(what, relative(folder)),
            "put PNG or JPEG files into it, or remove it");
      }
      int label = classes.label(SourceFiles.name(folder));
      names.forEach(name -> images.add(new ImageFile(name, label)));
    }
    return images;
  }

  /** The images in a folder, which has no folders. */
  List<String> in(Path folder) {
    List<String> names = new ArrayList<>();
    for (Path file : source.children(folder)) {
      if (Files.isDirectory(file)) {
        throw new InvalidInputException(
            "%s has the folder %s beside images that a list labels".formatted(what, relative(file)),
            "put all of these images into one folder");
      }
      add(file, names);
    }
    return names;
  }

  private void below(Path folder, int depth, List<String> names) {
    for (Path file : source.children(folder)) {
      if (!Files.isDirectory(file)) {
        add(file, names);
        continue;
      }
      // a link could lead back to a folder above
      if (depth == MAX_DEPTH || Files.isSymbolicLink(file)) {
        throw new InvalidInputException(
            "%s: the folder %s %s"
                .formatted(
                    what,
                    relative(file),
                    depth == MAX_DEPTH ? "lies too deep" : "in a class folder is a link"),
            "move its images into the class folder");
      }
      below(file, depth + 1, names);
    }
  }

  private void add(Path file, List<String> names) {
    String ending = SourceFiles.ending(SourceFiles.name(file));
    String name = relative(file);
    if (SourceFiles.IMAGE_ENDINGS.contains(ending)) {
      if (!resolved(name).equals(file)) {
        throw new InvalidInputException(
            "%s: the name of %s cannot be read in the encoding %s"
                .formatted(what, name, System.getProperty("sun.jnu.encoding", "of this system")),
            "rename the file, or set a UTF-8 locale, such as LC_ALL=C.UTF-8");
      }
      names.add(name);
    } else if (!IGNORED.contains(ending)) {
      throw new InvalidInputException(
          name + " is neither PNG nor JPEG", "convert it, or remove it");
    }
  }

  private Path resolved(String name) {
    try {
      return root.resolve(name);
    } catch (InvalidPathException e) {
      throw new InvalidInputException(
          "%s: \"%s\" is not the name of a file".formatted(what, Shown.of(name)),
          "rename the file and pack it again",
          e);
    }
  }

  String relative(Path path) {
    return root.relativize(path).toString().replace('\\', '/').replaceAll("/$", "");
  }
}
