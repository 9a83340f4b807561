package io.winnow.datasets.source.folder;

import io.winnow.contracts.InvalidInputException;
import io.winnow.datasets.ImageShape;
import io.winnow.datasets.source.format.ImageScan;
import io.winnow.datasets.source.format.PartFolders;
import io.winnow.datasets.source.format.RowReader;
import io.winnow.datasets.source.format.ScanOptions;
import io.winnow.datasets.source.format.ScannedSource;
import io.winnow.datasets.source.format.SourceDigest;
import io.winnow.datasets.source.format.SourceFiles;
import io.winnow.datasets.source.format.SourceFolder;
import io.winnow.datasets.source.format.SourceSplit;
import io.winnow.datasets.source.image.ImageDecoder;
import io.winnow.datasets.source.image.ImageResizing;
import io.winnow.store.object.Digests;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * One folder per class with PNG or JPEG files in it, at the root or below {@code train/} and,
 * optionally, a folder of the held-out split: {@code test/}, {@code val/} or another of {@link
 * PartFolders#HELD_OUT}. Tiny-ImageNet's layout is read too: images in a folder {@code images/} of
 * each class, and a held-out folder whose {@code val_annotations.txt} names the class of each file.
 * Rows are sorted by class name, then by file name.
 */
final class ClassFolders {
  private static final Set<String> IGNORED =
      Set.of("txt", "md", "csv", "tsv", "json", "xml", "html");
  private static final int MAX_BYTES = 256 << 20;
  private static final int MAX_ANNOTATIONS = 64 << 20;
  private static final String TOO_LARGE = "replace or remove the file";

  private static final String IMAGES_FOLDER = "images";
  private static final String ANNOTATIONS = "val_annotations.txt";

  private final Path root;
  private final String what;
  private final SourceFolder source;
  private final ImageDecoder decoder = new ImageDecoder();
  private final SourceDigest digest = new SourceDigest();
  private final ImageResizing resizing;
  private final ImageScan scan;

  private record ImageFile(Path path, String name, int label) {}

  private ClassFolders(Path root, ScanOptions options) {
    this.root = root;
    this.what = options.source();
    this.source = options.files();
    this.resizing = options.resizing();
    this.scan = new ImageScan(decoder, resizing, options.skipBadImages());
  }

  /**
   * Reads every image's header and digest.
   *
   * @param root the folder that contains the class folders, or {@code train/}
   */
  static ScannedSource scan(Path root, ScanOptions options) {
    return new ClassFolders(root, options).scan();
  }

  private ScannedSource scan() {
    List<Path> folders = folders(root);
    List<String> names = folders.stream().map(SourceFiles::name).toList();
    boolean parted =
        names.contains(PartFolders.TRAIN)
            && names.stream()
                .allMatch(n -> n.equals(PartFolders.TRAIN) || PartFolders.HELD_OUT.contains(n));
    Path trainRoot = parted ? root.resolve(PartFolders.TRAIN) : root;
    List<Path> classFolders = folders(trainRoot);
    List<String> classes = classFolders.stream().map(SourceFiles::name).toList();
    if (classes.size() < 2) {
      throw new InvalidInputException(
          "%s has %d class folder%s, fewer than 2 classes"
              .formatted(what, classes.size(), classes.size() == 1 ? "" : "s"),
          "put the images of each class into a folder named after it; at least 2 are required");
    }
    List<ImageFile> train = images(classFolders, classes);
    Optional<List<ImageFile>> test =
        parted ? heldOut(names).map(folder -> testImages(folder, classes)) : Optional.empty();
    train.forEach(this::inspect);
    test.ifPresent(files -> files.forEach(this::inspect));
    ImageScan.Result result = scan.result(what);
    return ScannedSource.checked(
        what,
        classes,
        result.shape(),
        digest.hex(),
        split(train, 0, result),
        test.map(files -> split(files, train.size(), result)),
        result.skipped());
  }

  private List<Path> folders(Path folder) {
    return source.children(folder).stream().filter(Files::isDirectory).toList();
  }

  /**
   * The folder of the held-out split. One without labels, as benchmarks publish, does not count.
   */
  private Optional<Path> heldOut(List<String> names) {
    List<String> labelled =
        names.stream().filter(PartFolders.HELD_OUT::contains).filter(this::labelled).toList();
    if (labelled.size() > 1) {
      throw new InvalidInputException(
          "%s has the held-out folders %s".formatted(what, String.join(" and ", labelled)),
          "keep one of them beside train/");
    }
    if (labelled.isEmpty() && names.size() > 1) {
      throw new InvalidInputException(
          "%s: the folder %s beside train/ has no class folders"
              .formatted(
                  what,
                  names.stream().filter(PartFolders.HELD_OUT::contains).findFirst().orElseThrow()),
          "put its images into the class folders of train/, or remove it");
    }
    return labelled.stream().findFirst().map(root::resolve);
  }

  private boolean labelled(String name) {
    Path folder = root.resolve(name);
    return Files.isRegularFile(folder.resolve(ANNOTATIONS))
        || folders(folder).stream().anyMatch(f -> !SourceFiles.name(f).equals(IMAGES_FOLDER));
  }

  private List<ImageFile> annotated(Path folder, List<String> classes) {
    Map<String, String> wanted = annotations(folder.resolve(ANNOTATIONS));
    Path images = folder.resolve(IMAGES_FOLDER);
    List<ImageFile> found = new ArrayList<>();
    for (Path file : source.children(Files.isDirectory(images) ? images : folder)) {
      if (SourceFiles.name(file).equals(ANNOTATIONS) || !isImage(file)) {
        continue;
      }
      String name = wanted.get(SourceFiles.name(file));
      int label = name == null ? -1 : classes.indexOf(name);
      if (label < 0) {
        throw new InvalidInputException(
            "%s: %s names %s of %s"
                .formatted(
                    what,
                    ANNOTATIONS,
                    name == null ? "no class" : "a class without training images",
                    relative(file)),
            "download the data set again, or remove the image");
      }
      found.add(new ImageFile(file, relative(file), label));
    }
    found.sort(Comparator.comparingInt(ImageFile::label).thenComparing(ImageFile::name));
    return found;
  }

  /** The class of each file: its name and the class, separated by a tab, then more columns. */
  private Map<String, String> annotations(Path file) {
    byte[] content = source.content(file, relative(file), MAX_ANNOTATIONS, TOO_LARGE);
    digest.add(relative(file), Digests.sha256(content));
    Map<String, String> classes = new HashMap<>();
    new String(content, StandardCharsets.UTF_8)
        .lines()
        .map(line -> line.split("\t"))
        .filter(columns -> columns.length >= 2)
        .forEach(columns -> classes.put(columns[0].strip(), columns[1].strip()));
    return classes;
  }

  private List<ImageFile> testImages(Path test, List<String> classes) {
    if (Files.isRegularFile(test.resolve(ANNOTATIONS))) {
      return annotated(test, classes);
    }
    List<Path> folders = folders(test);
    for (Path folder : folders) {
      if (!classes.contains(SourceFiles.name(folder))) {
        throw new InvalidInputException(
            "%s has the class folder %s, which is not below train/"
                .formatted(what, relative(folder)),
            "use the same class folders in both parts");
      }
    }
    return images(folders, classes);
  }

  private List<ImageFile> images(List<Path> folders, List<String> classes) {
    List<ImageFile> images = new ArrayList<>();
    for (Path folder : folders) {
      int before = images.size();
      int label = classes.indexOf(SourceFiles.name(folder));
      for (Path file : source.children(imagesOf(folder))) {
        if (isImage(file)) {
          images.add(new ImageFile(file, relative(file), label));
        }
      }
      if (images.size() == before) {
        throw new InvalidInputException(
            "%s: class folder %s has no images".formatted(what, relative(folder)),
            "put PNG or JPEG files directly into it, or remove it");
      }
    }
    return images;
  }

  // Tiny-ImageNet has train/n01443537/images/ beside a text of boxes
  private Path imagesOf(Path folder) {
    List<Path> folders = folders(folder);
    return folders.size() == 1 && SourceFiles.name(folders.get(0)).equals(IMAGES_FOLDER)
        ? folders.get(0)
        : folder;
  }

  private boolean isImage(Path file) {
    if (Files.isDirectory(file)) {
      throw new InvalidInputException(
          "%s: class folder %s contains the folder %s"
              .formatted(what, relative(file.getParent()), SourceFiles.name(file)),
          "put images directly into class folders, at the root or below train/ and test/");
    }
    String ending = SourceFiles.ending(SourceFiles.name(file));
    boolean image = SourceFiles.IMAGE_ENDINGS.contains(ending);
    if (!image && !IGNORED.contains(ending)) {
      throw new InvalidInputException(
          relative(file) + " is neither PNG nor JPEG", "convert it, or remove it");
    }
    return image;
  }

  private String relative(Path path) {
    return root.relativize(path).toString().replace('\\', '/').replaceAll("/$", "");
  }

  private void inspect(ImageFile file) {
    byte[] content = content(file);
    scan.look(file.name(), content);
    // skipped images count too: the data set reports them
    digest.add(file.name(), Digests.sha256(content));
  }

  private byte[] content(ImageFile file) {
    return source.content(file.path(), file.name(), MAX_BYTES, TOO_LARGE);
  }

  private SourceSplit split(List<ImageFile> files, int from, ImageScan.Result result) {
    List<ImageFile> kept =
        IntStream.range(0, files.size())
            .filter(i -> result.kept().get(from + i))
            .mapToObj(files::get)
            .toList();
    int[] labels = kept.stream().mapToInt(ImageFile::label).toArray();
    return new SourceSplit(labels, () -> new Rows(kept.iterator(), result.shape()));
  }

  private final class Rows implements RowReader {
    private final Iterator<ImageFile> files;
    private final ImageShape shape;

    Rows(Iterator<ImageFile> files, ImageShape shape) {
      this.files = files;
      this.shape = shape;
    }

    @Override
    public void next(byte[] pixels, int offset) {
      ImageFile file = files.next();
      decoder.decode(content(file), file.name(), resizing, shape, pixels, offset);
    }

    @Override
    public void close() {}
  }
}
