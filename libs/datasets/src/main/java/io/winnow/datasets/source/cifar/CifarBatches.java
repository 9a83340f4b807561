package io.winnow.datasets.source.cifar;

import io.winnow.contracts.InvalidInputException;
import io.winnow.datasets.ImageShape;
import io.winnow.datasets.source.format.NumberedLabels;
import io.winnow.datasets.source.format.ResizedRows;
import io.winnow.datasets.source.format.RowReader;
import io.winnow.datasets.source.format.ScanOptions;
import io.winnow.datasets.source.format.ScannedSource;
import io.winnow.datasets.source.format.Skipped;
import io.winnow.datasets.source.format.SourceDigest;
import io.winnow.datasets.source.format.SourceFiles;
import io.winnow.datasets.source.format.SourceFolder;
import io.winnow.datasets.source.format.SourceSplit;
import io.winnow.datasets.source.format.StreamRows;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Files of CIFAR's binary versions: records of some label bytes and 3,072 bytes, the red, green and
 * blue planes of 32×32 pixels.
 *
 * @param title of the data set, for errors
 * @param labelBytes label bytes of a record
 * @param label which of them is the label, from 0
 * @param classes how many there are
 * @param names the file of class names
 */
record CifarBatches(String title, int labelBytes, int label, int classes, String names) {
  private static final ImageShape SHAPE = new ImageShape(3, 32, 32);

  /**
   * Reads all labels and digests.
   *
   * @param train at least one file
   * @param test the files of the test part, or none
   */
  ScannedSource scan(Path folder, List<Path> train, List<Path> test, ScanOptions options) {
    SourceDigest digest = new SourceDigest();
    SourceSplit trainSplit = split(train, digest, options);
    Optional<SourceSplit> testSplit =
        test.isEmpty() ? Optional.empty() : Optional.of(split(test, digest, options));
    return ScannedSource.checked(
        options.source(),
        NumberedLabels.listed(folder.resolve(names), classes, 0, options.files(), digest),
        options
            .resizing()
            .shape("each image of " + title, SHAPE.channels(), SHAPE.height(), SHAPE.width()),
        digest.hex(),
        trainSplit,
        testSplit,
        Skipped.NONE);
  }

  private int record() {
    return labelBytes + SHAPE.bytes();
  }

  private SourceSplit split(List<Path> files, SourceDigest digest, ScanOptions options) {
    SourceFolder source = options.files();
    int[] labels =
        files.stream()
            .peek(f -> digest.add(SourceFiles.name(f), source.digest(f)))
            .flatMapToInt(f -> IntStream.of(labels(f, source)))
            .toArray();
    return new SourceSplit(
        labels, () -> ResizedRows.of(new Rows(files, source), SHAPE, options.resizing()));
  }

  private int[] labels(Path file, SourceFolder source) {
    try (InputStream in = source.open(file)) {
      long size = source.size(file);
      if (size == 0 || size % record() != 0) {
        throw new InvalidInputException(
            "%s is truncated: %d bytes are not a whole number of records of %d bytes"
                .formatted(SourceFiles.name(file), size, record()),
            "download or copy the file again");
      }
      int[] found = new int[Math.toIntExact(size / record())];
      for (int i = 0; i < found.length; i++) {
        in.skipNBytes(label);
        found[i] = in.read();
        if (found[i] < 0 || found[i] >= classes) {
          throw new InvalidInputException(
              "%s: record %d has label %d".formatted(SourceFiles.name(file), i, found[i]),
              "provide the binary version of %s, whose labels are 0 to %d"
                  .formatted(title, classes - 1));
        }
        in.skipNBytes(record() - label - 1);
      }
      return found;
    } catch (IOException e) {
      throw SourceFiles.unreadable(SourceFiles.name(file), e);
    }
  }

  /** Reads several files in order. */
  private final class Rows implements RowReader {
    private final List<Path> files;
    private final SourceFolder source;
    private int at;
    private long left;
    private RowReader current;

    Rows(List<Path> files, SourceFolder source) {
      this.files = files;
      this.source = source;
    }

    @Override
    public void next(byte[] pixels, int offset) throws IOException {
      if (left == 0) {
        close();
        Path file = files.get(at++);
        left = source.size(file) / record();
        current = new StreamRows(source.open(file), labelBytes, SHAPE, SourceFiles.name(file));
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
