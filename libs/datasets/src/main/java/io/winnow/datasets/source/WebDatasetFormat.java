package io.winnow.datasets.source;

import io.winnow.contracts.InvalidInputException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/**
 * Tar shards in WebDataset's convention: one {@code .tar} ({@code .tar.gz}, {@code .tgz}), or a
 * folder of them, or of {@code train/} and, optionally, {@code test/} folders of them. A sample is
 * {@code KEY.png} (or {@code .jpg}, {@code .jpeg}) with {@code KEY.cls}, a class index or name, or
 * {@code KEY.json} with {@code "label"}; see {@link TarSamples}. Class names come from a {@code
 * classes.txt} or {@code labels.txt} beside.
 */
final class WebDatasetFormat {
  private WebDatasetFormat() {}

  /** Whether a file is a tar by its name. */
  static boolean shard(Path file) {
    String name = SourceFiles.name(file).toLowerCase(Locale.ROOT);
    return (name.endsWith(".tar") || name.endsWith(".tar.gz") || name.endsWith(".tgz"))
        && Files.isRegularFile(file);
  }

  static boolean fits(List<Path> files) {
    return files.stream().anyMatch(f -> shard(f) || isTrain(f) && !shards(f).isEmpty());
  }

  private static boolean isTrain(Path file) {
    return SourceFiles.name(file).equals("train") && Files.isDirectory(file);
  }

  private static List<Path> shards(Path folder) {
    return SourceFiles.children(folder).stream().filter(WebDatasetFormat::shard).toList();
  }

  /**
   * @param what names the place in errors
   * @param skip whether bad images are left out
   */
  static Layout open(Path place, String what, Fit fit, boolean skip) {
    if (!Files.isDirectory(place)) {
      Path root = place.toAbsolutePath().getParent();
      return layout(root, what, fit, skip, List.of(place), null);
    }
    List<Path> here = shards(place);
    List<Path> train = part(place, "train", what);
    List<Path> test = part(place, "test", what);
    if (here.isEmpty() == (train == null)) {
      throw new InvalidInputException(
          what + (here.isEmpty() ? " has no tar shards" : " has tar shards beside and in train/"),
          "put the shards into the folder itself, or all into train/ and test/");
    }
    if (!here.isEmpty() && test != null) {
      throw new InvalidInputException(
          what + " has tar shards beside its folder test/", "put those to train on into train/");
    }
    return layout(place, what, fit, skip, here.isEmpty() ? train : here, test);
  }

  /** The shards of a part, null when there is no such folder. */
  private static List<Path> part(Path root, String name, String what) {
    Path folder = root.resolve(name);
    if (!Files.isDirectory(folder)) {
      return null;
    }
    List<Path> shards = shards(folder);
    if (shards.isEmpty()) {
      throw new InvalidInputException(
          what + ": folder " + name + " has no tar shards", "put some into it, or remove it");
    }
    return shards;
  }

  private static Layout layout(
      Path root, String what, Fit fit, boolean skip, List<Path> train, List<Path> test) {
    SourceDigest digest = new SourceDigest();
    List<String> names = SourceFiles.classNames(root, digest);
    return new SampleFiles(root, what, fit, skip, TarSamples::open)
        .layout(train, test, names, digest);
  }
}
