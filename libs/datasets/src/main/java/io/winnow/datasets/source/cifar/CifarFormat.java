package io.winnow.datasets.source.cifar;

import io.winnow.contracts.InvalidInputException;
import io.winnow.datasets.source.format.ScanOptions;
import io.winnow.datasets.source.format.ScannedSource;
import io.winnow.datasets.source.format.SourceFiles;
import io.winnow.datasets.source.format.SourceFormat;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

/**
 * The binary version of CIFAR-10: {@code data_batch_1.bin} to {@code data_batch_5.bin} and {@code
 * test_batch.bin}, with one label byte per record; see {@link CifarBatches}.
 */
public final class CifarFormat implements SourceFormat {
  private static final Pattern TRAIN = Pattern.compile("data_batch_\\d\\.bin");
  private static final String TEST = "test_batch.bin";
  private static final CifarBatches BATCHES =
      new CifarBatches("CIFAR-10", 1, 0, 10, "batches.meta.txt");

  @Override
  public String name() {
    return "cifar10";
  }

  @Override
  public String description() {
    return "a folder of CIFAR-10's binary batches";
  }

  @Override
  public boolean matches(Path place) {
    return Files.isDirectory(place)
        && SourceFiles.children(place).stream()
            .map(SourceFiles::name)
            .anyMatch(n -> TRAIN.matcher(n).matches() || n.equals(TEST));
  }

  @Override
  public ScannedSource scan(Path folder, ScanOptions options) {
    options.requireFolder(folder);
    List<Path> files = options.files().children(folder);
    List<Path> train =
        files.stream().filter(f -> TRAIN.matcher(SourceFiles.name(f)).matches()).toList();
    if (train.isEmpty()) {
      throw new InvalidInputException(
          options.source() + " has no training batch of CIFAR-10",
          "add data_batch_1.bin to data_batch_5.bin");
    }
    List<Path> test = files.stream().filter(f -> SourceFiles.name(f).equals(TEST)).toList();
    return BATCHES.scan(folder, train, test, options);
  }
}
