package io.winnow.datasets.source.stl;

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
import io.winnow.datasets.source.format.SourceFormat;
import io.winnow.datasets.source.format.SourceSplit;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A folder of STL-10's binary files: {@code train_X.bin} and {@code train_y.bin} and, optionally,
 * {@code test_X.bin} and {@code test_y.bin}. An image is 27,648 bytes, the red, green and blue
 * planes of 96×96 pixels, each column by column; a label is one byte from 1 to 10. Class names come
 * from {@code class_names.txt}. According to https://cs.stanford.edu/~acoates/stl10.
 */
public final class StlFormat implements SourceFormat {
  private static final ImageShape SHAPE = new ImageShape(3, 96, 96);
  private static final int CLASSES = 10;
  private static final String NAMES = "class_names.txt";

  @Override
  public String name() {
    return "stl10";
  }

  @Override
  public String description() {
    return "a folder of STL-10's binary files";
  }

  @Override
  public boolean matches(Path place) {
    return Files.isDirectory(place) && Files.isRegularFile(place.resolve("train_X.bin"));
  }

  @Override
  public ScannedSource scan(Path folder, ScanOptions options) {
    options.requireFolder(folder);
    SourceDigest digest = new SourceDigest();
    SourceSplit train = split(folder, "train", digest, options);
    Optional<SourceSplit> test =
        Files.exists(folder.resolve("test_X.bin"))
            ? Optional.of(split(folder, "test", digest, options))
            : Optional.empty();
    return ScannedSource.checked(
        options.source(),
        NumberedLabels.listed(folder.resolve(NAMES), CLASSES, 1, options.files(), digest),
        options
            .resizing()
            .shape("each image of STL-10", SHAPE.channels(), SHAPE.height(), SHAPE.width()),
        digest.hex(),
        train,
        test,
        Skipped.NONE);
  }

  private static SourceSplit split(
      Path folder, String part, SourceDigest digest, ScanOptions options) {
    SourceFolder source = options.files();
    Path images = folder.resolve(part + "_X.bin");
    Path labels = folder.resolve(part + "_y.bin");
    for (Path file : List.of(images, labels)) {
      if (!Files.exists(file)) {
        throw new InvalidInputException(
            "%s has no %s".formatted(options.source(), SourceFiles.name(file)),
            "add it: images and labels of STL-10 are files of their own");
      }
      digest.add(SourceFiles.name(file), source.digest(file));
    }
    return new SourceSplit(
        labels(images, labels, source),
        () -> ResizedRows.of(new Rows(source.open(images)), SHAPE, options.resizing()));
  }

  private static int[] labels(Path images, Path file, SourceFolder source) {
    try (InputStream in = source.open(file)) {
      long rows = source.size(file);
      if (rows == 0 || source.size(images) != rows * SHAPE.bytes()) {
        throw new InvalidInputException(
            "%s has %d bytes, which are not the %d images that %s labels"
                .formatted(
                    SourceFiles.name(images), source.size(images), rows, SourceFiles.name(file)),
            "download or copy both files again");
      }
      int[] labels = new int[Math.toIntExact(rows)];
      for (int i = 0; i < labels.length; i++) {
        labels[i] = in.read() - 1;
        if (labels[i] < 0 || labels[i] >= CLASSES) {
          throw new InvalidInputException(
              "%s: image %d has label %d".formatted(SourceFiles.name(file), i, labels[i] + 1),
              "provide the binary version of STL-10, whose labels are 1 to " + CLASSES);
        }
      }
      return labels;
    } catch (IOException e) {
      throw SourceFiles.unreadable(SourceFiles.name(file), e);
    }
  }

  /** Images whose planes are stored column by column. */
  private record Rows(InputStream in) implements RowReader {

    @Override
    public void next(byte[] pixels, int offset) throws IOException {
      byte[] image = new byte[SHAPE.bytes()];
      if (in.readNBytes(image, 0, image.length) < image.length) {
        throw new InvalidInputException(
            "the images of STL-10 became shorter while they were read",
            "do not change the data during the import");
      }
      int side = SHAPE.height();
      for (int c = 0; c < SHAPE.channels(); c++) {
        int plane = c * side * side;
        for (int y = 0; y < side; y++) {
          for (int x = 0; x < side; x++) {
            pixels[offset + plane + y * side + x] = image[plane + x * side + y];
          }
        }
      }
    }

    @Override
    public void close() throws IOException {
      in.close();
    }
  }
}
