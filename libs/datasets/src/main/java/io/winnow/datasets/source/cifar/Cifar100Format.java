package io.winnow.datasets.source.cifar;

import io.winnow.contracts.InvalidInputException;
import io.winnow.datasets.source.format.ScanOptions;
import io.winnow.datasets.source.format.ScannedSource;
import io.winnow.datasets.source.format.SourceFiles;
import io.winnow.datasets.source.format.SourceFormat;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/**
 * The binary version of CIFAR-100: {@code train.bin} and {@code test.bin}, whose records begin with
 * the coarse label (one of 20) and the fine label (one of 100), according to
 * https://www.cs.toronto.edu/~kriz/cifar.html. {@code labelColumn} chooses between them by the
 * names that they have on the Hugging Face Hub; see {@link CifarBatches}.
 */
public final class Cifar100Format implements SourceFormat {
  private static final String TRAIN = "train.bin";
  private static final String TEST = "test.bin";
  private static final String FINE = "fine_label";
  private static final String COARSE = "coarse_label";

  @Override
  public String name() {
    return "cifar100";
  }

  @Override
  public String description() {
    return "a folder of CIFAR-100's binary files";
  }

  @Override
  public Set<String> columns() {
    return Set.of("labelColumn");
  }

  @Override
  public boolean matches(Path place) {
    return Files.isDirectory(place)
        && SourceFiles.children(place).stream()
            .map(SourceFiles::name)
            .anyMatch(n -> n.equals(TRAIN) || n.equals(TEST));
  }

  @Override
  public ScannedSource scan(Path folder, ScanOptions options) {
    options.requireFolder(folder);
    List<Path> files = options.files().children(folder);
    List<Path> train = files.stream().filter(f -> SourceFiles.name(f).equals(TRAIN)).toList();
    List<Path> test = files.stream().filter(f -> SourceFiles.name(f).equals(TEST)).toList();
    if (train.isEmpty()) {
      throw new InvalidInputException(
          options.source() + " has no training file of CIFAR-100", "add train.bin");
    }
    return batches(options.labelColumn().orElse(FINE)).scan(folder, train, test, options);
  }

  private static CifarBatches batches(String labels) {
    return switch (labels) {
      case FINE -> new CifarBatches("CIFAR-100", 2, 1, 100, "fine_label_names.txt");
      case COARSE -> new CifarBatches("CIFAR-100", 2, 0, 20, "coarse_label_names.txt");
      default ->
          throw new InvalidInputException(
              "\"dataset.labelColumn\" is \"" + labels + "\", which CIFAR-100 does not have",
              "use " + FINE + " or " + COARSE);
    };
  }
}
