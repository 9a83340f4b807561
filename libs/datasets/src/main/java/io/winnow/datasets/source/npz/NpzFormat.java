package io.winnow.datasets.source.npz;

import io.winnow.contracts.InvalidInputException;
import io.winnow.datasets.source.format.NumberedLabels;
import io.winnow.datasets.source.format.ScanOptions;
import io.winnow.datasets.source.format.ScannedSource;
import io.winnow.datasets.source.format.Skipped;
import io.winnow.datasets.source.format.SourceDigest;
import io.winnow.datasets.source.format.SourceFiles;
import io.winnow.datasets.source.format.SourceFolder;
import io.winnow.datasets.source.format.SourceFormat;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * An {@code .npz} file of NumPy as MedMNIST has it (https://medmnist.com): {@code train_images} and
 * {@code train_labels}, and optionally {@code test_…} and {@code val_…}; or, as Keras has it,
 * {@code x_train} and {@code y_train}, and {@code x_test} and {@code y_test}. The test part is held
 * out; if there is none, the validation part is. There are as many classes as {@code labels.txt} or
 * {@code classes.txt} beside the file names, otherwise as labels occur. See {@link NpzPair}.
 */
public final class NpzFormat implements SourceFormat {
  private static final String ENDING = ".npz";

  /** The names of the arrays of one part. */
  private record Arrays(String images, String labels) {

    static Stream<Arrays> of(String part) {
      return Stream.of(
          new Arrays(part + "_images", part + "_labels"), new Arrays("x_" + part, "y_" + part));
    }

    boolean in(NpzFile file) {
      return file.has(images) || file.has(labels);
    }
  }

  @Override
  public String name() {
    return "npz";
  }

  @Override
  public String description() {
    return "an .npz file of NumPy with train_images and train_labels";
  }

  @Override
  public boolean matches(Path place) {
    return Files.isDirectory(place) ? inFolder(SourceFiles.children(place)) : file(place);
  }

  // beside class folders it is something else, such as features of their images
  private static boolean inFolder(List<Path> children) {
    return children.stream().anyMatch(NpzFormat::file)
        && children.stream().noneMatch(Files::isDirectory);
  }

  private static boolean file(Path path) {
    return SourceFiles.name(path).toLowerCase(Locale.ROOT).endsWith(ENDING)
        && Files.isRegularFile(path);
  }

  @Override
  public ScannedSource scan(Path place, ScanOptions options) {
    SourceFolder source = options.files();
    Path path = Files.isDirectory(place) ? only(source.children(place), options) : place;
    NpzFile file = new NpzFile(source, path);
    SourceDigest digest = new SourceDigest();
    digest.add(SourceFiles.name(path), source.digest(path));
    NpzPair train =
        part(file, "train", options)
            .orElseThrow(
                () ->
                    new InvalidInputException(
                        SourceFiles.name(path) + " has no training images",
                        "save the arrays train_images and train_labels"));
    Optional<NpzPair> test = part(file, "test", options);
    Optional<NpzPair> validation = part(file, "val", options);
    Optional<NpzPair> heldout = test.or(() -> validation).filter(pair -> !pair.hidden());
    heldout.ifPresent(pair -> pair.requireShape(train));
    int[] heldoutLabels = heldout.map(NpzPair::labels).orElse(new int[0]);
    ScannedSource scanned =
        ScannedSource.checked(
            options.source(),
            NumberedLabels.classes(
                source.classNames(path.toAbsolutePath().getParent(), digest),
                train.labels(),
                heldoutLabels,
                options.source()),
            train.shape(),
            digest.hex(),
            train.split(),
            heldout.map(NpzPair::split),
            Skipped.NONE);
    if (test.isPresent() && validation.isPresent()) {
      scanned =
          scanned.remarking("the validation part is not used, since the data set has a test part");
    }
    return test.or(() -> validation).isPresent() && heldout.isEmpty()
        ? scanned.remarking(ScannedSource.HIDDEN_LABELS)
        : scanned;
  }

  private static Path only(List<Path> children, ScanOptions options) {
    List<Path> files = children.stream().filter(NpzFormat::file).toList();
    if (files.size() != 1) {
      throw new InvalidInputException(
          "%s has %d .npz files".formatted(options.source(), files.size()),
          "give the path of one of them");
    }
    return files.get(0);
  }

  private static Optional<NpzPair> part(NpzFile file, String part, ScanOptions options) {
    return Arrays.of(part)
        .filter(arrays -> arrays.in(file))
        .findFirst()
        .map(arrays -> NpzPair.inspect(file, arrays.images(), arrays.labels(), options));
  }
}
