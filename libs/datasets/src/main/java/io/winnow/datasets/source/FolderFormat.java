package io.winnow.datasets.source;

import io.winnow.contracts.InvalidInputException;
import io.winnow.datasets.ImageShape;
import io.winnow.store.object.Digests;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * A folder a class with PNG or JPEG files in it. The class folders lie at the root, or below {@code
 * train/} and, optionally, {@code test/}. Rows come by class name, then by file name.
 */
final class FolderFormat {
  private static final Set<String> IMAGES = Set.of("png", "jpg", "jpeg");
  private static final Set<String> IGNORED =
      Set.of("txt", "md", "csv", "tsv", "json", "xml", "html");
  private static final int MAX_BYTES = 256 << 20;

  private final Path root;
  private final String what;
  private final ImageDecoder decoder = new ImageDecoder();
  private final SourceDigest digest = new SourceDigest();
  private final Fit fit;
  private final ImageCensus census;

  private record ImageFile(Path path, String name, int label) {}

  private FolderFormat(Path root, String what, Fit fit, boolean skip) {
    this.root = root;
    this.what = what;
    this.fit = fit;
    this.census = new ImageCensus(decoder, fit, skip);
  }

  static boolean fits(List<Path> files) {
    return files.stream().anyMatch(Files::isDirectory);
  }

  /**
   * @param what names the place in errors
   * @param skip whether bad images are left out
   */
  static Layout open(Path root, String what, Fit fit, boolean skip) {
    return new FolderFormat(root, what, fit, skip).layout();
  }

  private Layout layout() {
    List<Path> folders = folders(root);
    List<String> names = folders.stream().map(SourceFiles::name).toList();
    boolean parted = names.contains("train") && Set.of("train", "test").containsAll(names);
    Path trainRoot = parted ? root.resolve("train") : root;
    List<Path> classFolders = folders(trainRoot);
    List<String> classes = classFolders.stream().map(SourceFiles::name).toList();
    if (classes.size() < 2) {
      throw new InvalidInputException(
          "%s has %d class folder%s, fewer than 2 classes"
              .formatted(what, classes.size(), classes.size() == 1 ? "" : "s"),
          "put the images of each class in a folder named after it, for at least 2 classes");
    }
    List<ImageFile> train = images(classFolders, classes);
    List<ImageFile> test =
        names.contains("test") && parted ? testImages(root.resolve("test"), classes) : null;
    train.forEach(this::inspect);
    if (test != null) {
      test.forEach(this::inspect);
    }
    ImageCensus.Result result = census.result(what);
    return Layout.checked(
        what,
        classes,
        result.shape(),
        digest.hex(),
        part(train, 0, result),
        test == null ? null : part(test, train.size(), result),
        result.skipped());
  }

  private static List<Path> folders(Path folder) {
    return SourceFiles.children(folder).stream().filter(Files::isDirectory).toList();
  }

  private List<ImageFile> testImages(Path test, List<String> classes) {
    List<Path> folders = folders(test);
    for (Path folder : folders) {
      if (!classes.contains(SourceFiles.name(folder))) {
        throw new InvalidInputException(
            "%s has the class folder %s, which is not below train/"
                .formatted(what, relative(folder)),
            "give train/ and test/ the same class folders");
      }
    }
    return images(folders, classes);
  }

  private List<ImageFile> images(List<Path> folders, List<String> classes) {
    List<ImageFile> images = new ArrayList<>();
    for (Path folder : folders) {
      int before = images.size();
      int label = classes.indexOf(SourceFiles.name(folder));
      for (Path file : SourceFiles.children(folder)) {
        if (wanted(file)) {
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

  private boolean wanted(Path file) {
    if (Files.isDirectory(file)) {
      throw new InvalidInputException(
          "%s: class folder %s holds the folder %s"
              .formatted(what, relative(file.getParent()), SourceFiles.name(file)),
          "put images directly into class folders, at the root or below train/ and test/");
    }
    String name = SourceFiles.name(file);
    String ending = name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
    if (!IMAGES.contains(ending) && !IGNORED.contains(ending)) {
      throw new InvalidInputException(
          relative(file) + " is neither PNG nor JPEG", "convert it, or remove it");
    }
    return IMAGES.contains(ending);
  }

  private String relative(Path path) {
    return root.relativize(path).toString().replace('\\', '/').replaceAll("/$", "");
  }

  private void inspect(ImageFile file) {
    byte[] content = content(file);
    census.look(file.name(), content);
    // those left out count too: the data set tells of them
    digest.add(file.name(), Digests.sha256(content));
  }

  private static byte[] content(ImageFile file) {
    try (InputStream in = Files.newInputStream(file.path())) {
      byte[] content = in.readNBytes(MAX_BYTES + 1);
      if (content.length > MAX_BYTES) {
        throw new InvalidInputException(
            file.name() + " is larger than " + (MAX_BYTES >> 20) + " MiB",
            "replace or remove the file");
      }
      return content;
    } catch (IOException e) {
      throw SourceFiles.unreadable(file.name(), e);
    }
  }

  private Part part(List<ImageFile> files, int from, ImageCensus.Result result) {
    List<ImageFile> kept =
        IntStream.range(0, files.size())
            .filter(i -> result.kept().get(from + i))
            .mapToObj(files::get)
            .toList();
    int[] labels = kept.stream().mapToInt(ImageFile::label).toArray();
    return new Part(labels, () -> new Rows(kept.iterator(), result.shape()));
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
      decoder.decode(content(file), file.name(), fit, shape, pixels, offset);
    }

    @Override
    public void close() {}
  }
}
