package io.winnow.datasets.source.folder;

import io.winnow.contracts.InvalidInputException;
import io.winnow.datasets.source.format.ClassIndex;
import io.winnow.datasets.source.format.ClassNames;
import io.winnow.datasets.source.format.ClassTitles;
import io.winnow.datasets.source.format.HeldOutLabels;
import io.winnow.datasets.source.format.PartFolders;
import io.winnow.datasets.source.format.SourceDigest;
import io.winnow.datasets.source.format.SourceFiles;
import io.winnow.datasets.source.format.SourceFolder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Finds the images of class folders: one folder per class, at the root or below {@code train/}, and
 * of a held-out folder, with class folders or with a list of {@link HeldOutLabels}. Images in
 * folders of a class folder are of that class.
 */
final class FolderLayout {
  private final Path root;
  private final Path top;
  private final String what;
  private final SourceFolder source;
  private final ImageFiles images;

  /**
   * One image. Only what differs is held: a data set may have millions.
   *
   * @param name relative to the source's root
   * @param label from 0
   */
  record ImageFile(String name, int label) {}

  /**
   * What a folder holds.
   *
   * @param names of the classes, by label
   * @param train sorted by class, then by name
   * @param heldout likewise, if there is such a part
   */
  record Found(ClassNames names, List<ImageFile> train, Optional<List<ImageFile>> heldout) {}

  /**
   * @param root the source
   * @param what names it in errors
   */
  FolderLayout(Path root, String what, SourceFolder source) {
    this.root = root;
    this.top = PartFolders.top(root);
    this.what = what;
    this.source = source;
    this.images = new ImageFiles(root, what, source);
  }

  /**
   * Lists all images.
   *
   * @param digest lists of labels and names are added to it
   * @throws InvalidInputException the folders do not say which class each image has
   */
  Found find(SourceDigest digest) {
    List<String> names = folders(top).stream().map(SourceFiles::name).toList();
    boolean parted =
        names.contains(PartFolders.TRAIN) && names.stream().allMatch(PartFolders::isPart);
    List<Path> classFolders = folders(parted ? top.resolve(PartFolders.TRAIN) : top);
    if (classFolders.size() < 2) {
      throw new InvalidInputException(
          "%s has %d class folder%s, fewer than 2 classes"
              .formatted(what, classFolders.size(), classFolders.size() == 1 ? "" : "s"),
          "put the images of each class into a folder named after it; at least 2 are required");
    }
    if (!parted) {
      requireNoParts(classFolders);
    }
    ClassIndex classes = new ClassIndex(classFolders.stream().map(SourceFiles::name).toList());
    List<ImageFile> train = images.of(classFolders, classes);
    Optional<List<ImageFile>> heldout =
        parted ? heldOut(names).map(part -> heldOut(part, classes, digest)) : Optional.empty();
    return new Found(titles().of(classes.names(), digest), train, heldout);
  }

  private List<Path> folders(Path folder) {
    // by name: in a zip, folders are listed with a '/' at their end
    return source.children(folder).stream()
        .filter(Files::isDirectory)
        .sorted(Comparator.comparing(SourceFiles::name))
        .toList();
  }

  /** Folders that look like parts, with class folders below, would become classes unnoticed. */
  private void requireNoParts(List<Path> classFolders) {
    for (Path folder : classFolders) {
      String name = SourceFiles.name(folder);
      if (PartFolders.resembles(name) && folders(folder).size() > 1) {
        throw new InvalidInputException(
            "%s: the folder %s looks like a part, but lies beside folders that do not"
                .formatted(what, images.relative(folder)),
            "keep only train/ and a held-out folder such as test/ or val/, or remove train/");
      }
    }
  }

  /** The held-out part. One without labels, as benchmarks publish, does not count. */
  private Optional<String> heldOut(List<String> names) {
    List<String> parts = names.stream().filter(PartFolders.HELD_OUT::contains).toList();
    List<String> labelled = parts.stream().filter(this::labelled).toList();
    if (labelled.size() > 1) {
      throw new InvalidInputException(
          "%s has the held-out folders %s".formatted(what, String.join(" and ", labelled)),
          "keep one of them beside train/");
    }
    if (labelled.isEmpty() && !parts.isEmpty()) {
      throw new InvalidInputException(
          "%s: the folder %s beside train/ has no class folders".formatted(what, parts.get(0)),
          HeldOutLabels.REMEDY);
    }
    return labelled.stream().findFirst();
  }

  private boolean labelled(String part) {
    return list(part).isPresent()
        || folders(top.resolve(part)).stream()
            .anyMatch(f -> !SourceFiles.name(f).equals(PartFolders.IMAGES));
  }

  /** The list of a part's labels: in its folder, or beside it if the part is the one it is for. */
  private Optional<Path> list(String part) {
    Path folder = top.resolve(part);
    Stream<Path> places =
        HeldOutLabels.besideMeans(part) && flat(folder)
            ? Stream.of(folder, top, root)
            : Stream.of(folder);
    return places
        .flatMap(place -> HeldOutLabels.FILES.stream().map(place::resolve))
        .filter(Files::isRegularFile)
        .findFirst();
  }

  private boolean flat(Path folder) {
    return folders(folder).stream().allMatch(f -> SourceFiles.name(f).equals(PartFolders.IMAGES));
  }

  private List<ImageFile> heldOut(String part, ClassIndex classes, SourceDigest digest) {
    Path folder = top.resolve(part);
    Optional<Path> list = list(part);
    if (list.isPresent()) {
      return listed(folder, list.get(), classes, digest);
    }
    List<Path> folders = folders(folder);
    for (Path one : folders) {
      if (!classes.contains(SourceFiles.name(one))) {
        throw new InvalidInputException(
            "%s has the class folder %s, which is not below train/"
                .formatted(what, images.relative(one)),
            "use the same class folders in both parts");
      }
    }
    return images.of(folders, classes);
  }

  private List<ImageFile> listed(Path folder, Path list, ClassIndex classes, SourceDigest digest) {
    HeldOutLabels labels =
        HeldOutLabels.parse(
            SourceFiles.name(list), source.list(list, images.relative(list), digest));
    Path inner = folder.resolve(PartFolders.IMAGES);
    List<ImageFile> found = new ArrayList<>();
    for (String image : images.in(Files.isDirectory(inner) ? inner : folder)) {
      found.add(new ImageFile(image, classes.label(labels.classOf(image, classes))));
    }
    found.sort(Comparator.comparingInt(ImageFile::label).thenComparing(ImageFile::name));
    return found;
  }

  private ClassTitles titles() {
    return Stream.of(top, root)
        .flatMap(place -> ClassTitles.FILES.stream().map(place::resolve))
        .filter(file -> Files.exists(file, LinkOption.NOFOLLOW_LINKS))
        .findFirst()
        .map(
            file ->
                ClassTitles.parse(
                    images.relative(file),
                    new String(source.list(file, images.relative(file)), StandardCharsets.UTF_8)))
        .orElse(ClassTitles.NONE);
  }
}
