package io.winnow.datasets.source.cifar;

import io.winnow.contracts.InvalidInputException;
import io.winnow.datasets.ImageShape;
import io.winnow.datasets.source.format.ResizedRows;
import io.winnow.datasets.source.format.RowReader;
import io.winnow.datasets.source.format.ScanOptions;
import io.winnow.datasets.source.format.ScannedSource;
import io.winnow.datasets.source.format.Skipped;
import io.winnow.datasets.source.format.SourceDigest;
import io.winnow.datasets.source.format.SourceFiles;
import io.winnow.datasets.source.format.SourceFormat;
import io.winnow.datasets.source.format.SourceSplit;
import io.winnow.datasets.source.format.StreamRows;
import io.winnow.datasets.source.image.ImageResizing;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * The binary version of CIFAR-10: {@code data_batch_1.bin} to {@code data_batch_5.bin} and {@code
 * test_batch.bin}, with records of one label byte and 3,072 bytes (red, green and blue planes of
 * 32×32 pixels).
 */
public final class CifarFormat implements SourceFormat {
  private static final Pattern TRAIN = Pattern.compile("data_batch_\\d\\.bin");
  private static final String TEST = "test_batch.bin";
  private static final String NAMES = "batches.meta.txt";
  private static final int CLASSES = 10;
  private static final ImageShape SHAPE = new ImageShape(3, 32, 32);
  private static final int RECORD = 1 + 3 * 32 * 32;

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
    List<Path> files = SourceFiles.children(folder);
    List<Path> train =
        files.stream().filter(f -> TRAIN.matcher(SourceFiles.name(f)).matches()).toList();
    if (train.isEmpty()) {
      throw new InvalidInputException(
          options.source() + " has no training batch of CIFAR-10",
          "add data_batch_1.bin to data_batch_5.bin");
    }
    List<Path> test = files.stream().filter(f -> SourceFiles.name(f).equals(TEST)).toList();
    SourceDigest digest = new SourceDigest();
    ImageResizing resizing = options.resizing();
    SourceSplit trainSplit = split(train, digest, options);
    Optional<SourceSplit> testSplit =
        test.isEmpty() ? Optional.empty() : Optional.of(split(test, digest, options));
    return ScannedSource.checked(
        options.source(),
        classes(folder, digest),
        resizing.shape("each image of CIFAR-10", SHAPE.channels(), SHAPE.height(), SHAPE.width()),
        digest.hex(),
        trainSplit,
        testSplit,
        Skipped.NONE);
  }

  private static List<String> classes(Path folder, SourceDigest digest) {
    Path file = folder.resolve(NAMES);
    if (!Files.isRegularFile(file)) {
      return IntStream.range(0, CLASSES).mapToObj(Integer::toString).toList();
    }
    List<String> names = SourceFiles.lines(file, digest);
    if (names.size() != CLASSES) {
      throw new InvalidInputException(
          NAMES + " has " + names.size() + " class names, not " + CLASSES,
          "write the ten names, one per line, or remove the file");
    }
    return names;
  }

  private static SourceSplit split(List<Path> files, SourceDigest digest, ScanOptions options) {
    int[] labels =
        files.stream()
            .peek(f -> digest.add(SourceFiles.name(f), SourceFiles.digest(f, options.reading())))
            .flatMapToInt(f -> IntStream.of(labels(f)))
            .toArray();
    return new SourceSplit(
        labels, () -> ResizedRows.of(new Batches(files), SHAPE, options.resizing()));
  }

  private static int[] labels(Path file) {
    try (InputStream in = SourceFiles.open(file)) {
      long size = Files.size(file);
      if (size == 0 || size % RECORD != 0) {
        throw new InvalidInputException(
            "%s is truncated: %d bytes are not a whole number of records of %d bytes"
                .formatted(SourceFiles.name(file), size, RECORD),
            "download or copy the file again");
      }
      int[] labels = new int[Math.toIntExact(size / RECORD)];
      for (int i = 0; i < labels.length; i++) {
        labels[i] = in.read();
        if (labels[i] < 0 || labels[i] >= CLASSES) {
          throw new InvalidInputException(
              "%s: record %d has label %d".formatted(SourceFiles.name(file), i, labels[i]),
              "provide the binary version of CIFAR-10, whose labels are 0 to 9");
        }
        in.skipNBytes(RECORD - 1);
      }
      return labels;
    } catch (IOException e) {
      throw SourceFiles.unreadable(SourceFiles.name(file), e);
    }
  }

  /** Reads several files in order. */
  private static final class Batches implements RowReader {
    private final List<Path> files;
    private int at;
    private long left;
    private RowReader current;

    Batches(List<Path> files) {
      this.files = files;
    }

    @Override
    public void next(byte[] pixels, int offset) throws IOException {
      if (left == 0) {
        close();
        Path file = files.get(at++);
        left = Files.size(file) / RECORD;
        current = new StreamRows(SourceFiles.open(file), 1, SHAPE, SourceFiles.name(file));
      }
      current.next(pixels, offset);
      left--;
    }

    @Override
    public void close() throws IOException {
      if (current != null) {
        current.close();
      }
    }
  }
}
