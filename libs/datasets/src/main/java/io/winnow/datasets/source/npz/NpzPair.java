package io.winnow.datasets.source.npz;

import io.winnow.contracts.InvalidInputException;
import io.winnow.datasets.ImageShape;
import io.winnow.datasets.source.format.PixelLayout;
import io.winnow.datasets.source.format.ResizedRows;
import io.winnow.datasets.source.format.RowReader;
import io.winnow.datasets.source.format.ScanOptions;
import io.winnow.datasets.source.format.SourceFiles;
import io.winnow.datasets.source.format.SourceSplit;
import io.winnow.datasets.source.format.StreamRows;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The images and labels of one part. Images are unsigned bytes (see {@link PixelLayout}), labels
 * integers of any width and byte order, one per image: an array N or N×1.
 *
 * @param name of the images, for errors
 * @param shape of the images after resizing
 */
record NpzPair(String name, ImageShape shape, SourceSplit split) {
  private static final long MAX_IN_MEMORY = 256L << 20;
  private static final int HIDDEN = -1;

  /**
   * @throws InvalidInputException an array is missing, damaged or of another type or shape
   */
  static NpzPair inspect(NpzFile file, String images, String labels, ScanOptions options) {
    String name = file.name(images);
    NpyHeader header = file.inspect(images);
    NpyType type = NpyType.of(header.type(), name);
    if (!type.unsignedByte()) {
      throw new InvalidInputException(
          name + " has elements of type " + type.describe(), "save images as uint8, from 0 to 255");
    }
    PixelLayout layout = PixelLayout.of(name, header.shape());
    ImageShape stored = layout.stored();
    ImageShape shape =
        options
            .resizing()
            .shape("each image of " + name, stored.channels(), stored.height(), stored.width());
    if (header.fortranOrder() && header.elements(name) > MAX_IN_MEMORY) {
      throw new InvalidInputException(
          name + " is an array of more than " + (MAX_IN_MEMORY >> 20) + " MiB in Fortran order",
          "save numpy.ascontiguousarray of it");
    }
    int[] numbers = labels(file, labels);
    if (numbers.length != layout.images()) {
      throw new InvalidInputException(
          "%s contains %d images, but %s contains %d labels"
              .formatted(name, layout.images(), file.name(labels), numbers.length),
          "save the images and labels of the same part");
    }
    return new NpzPair(
        name,
        shape,
        new SourceSplit(
            numbers,
            () ->
                ResizedRows.of(
                    rows(file, images, layout, header.fortranOrder()),
                    stored,
                    options.resizing())));
  }

  private static RowReader rows(
      NpzFile file, String images, PixelLayout layout, boolean fortranOrder) throws IOException {
    InputStream in = file.elements(images);
    return fortranOrder
        ? FortranRows.read(in, layout, file.name(images))
        : new StreamRows(in, 0, layout, file.name(images));
  }

  private static int[] labels(NpzFile file, String array) {
    String name = file.name(array);
    NpyHeader header = file.inspect(array);
    NpyType type = NpyType.of(header.type(), name);
    List<Integer> shape = header.dimensions();
    boolean oneEach = shape.size() == 1 || shape.size() == 2 && shape.get(1) == 1;
    if (!oneEach) {
      throw new InvalidInputException(
          name + " is an array of " + PixelLayout.shape(header.shape()),
          "save one label per image: an array N or N×1");
    }
    long bytes = (long) shape.get(0) * type.bytes();
    if (bytes > MAX_IN_MEMORY) {
      throw new InvalidInputException(
          name + " has too many labels", "save them as uint8 or uint16");
    }
    try (InputStream in = file.elements(array)) {
      long[] numbers = type.numbers(in.readNBytes((int) bytes));
      return IntStream.range(0, numbers.length).map(i -> label(numbers[i], i, name)).toArray();
    } catch (IOException e) {
      throw SourceFiles.unreadable(name, e);
    }
  }

  private static int label(long number, int row, String name) {
    if (number < HIDDEN || number > Integer.MAX_VALUE) {
      throw new InvalidInputException(
          "%s: row %d has label %d".formatted(name, row, number), "number the classes from 0");
    }
    return (int) number;
  }

  int[] labels() {
    return split.labels();
  }

  /** Whether every label is -1, the mark of labels that are not published. */
  boolean hidden() {
    return IntStream.of(labels()).allMatch(label -> label == HIDDEN);
  }

  /**
   * @throws InvalidInputException the images of the other part have another shape
   */
  void requireShape(NpzPair other) {
    if (!shape.equals(other.shape)) {
      throw new InvalidInputException(
          "%s has images of %s (channels×height×width), %s of %s"
              .formatted(name, shape, other.name, other.shape),
          "bring all images to one size and number of channels");
    }
  }
}
