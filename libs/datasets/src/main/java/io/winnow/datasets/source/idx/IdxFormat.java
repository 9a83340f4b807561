package io.winnow.datasets.source.idx;

import io.winnow.contracts.InvalidInputException;
import io.winnow.datasets.ImageShape;
import io.winnow.datasets.source.format.ClassNames;
import io.winnow.datasets.source.format.NumberedLabels;
import io.winnow.datasets.source.format.PixelLayout;
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
import io.winnow.datasets.source.format.StreamRows;
import io.winnow.datasets.source.image.ImageResizing;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * The format of MNIST: {@code train-images-idx3-ubyte} and {@code train-labels-idx1-ubyte}, and
 * optionally {@code t10k-…} (or {@code test-…}), each gzipped or not, with any prefix. Images are
 * grey (3 dimensions) or have three channels (4 dimensions, see {@link PixelLayout}). There are as
 * many classes as {@code labels.txt} or {@code classes.txt} names, otherwise as labels occur.
 */
public final class IdxFormat implements SourceFormat {
  private static final Pattern FILE =
      Pattern.compile("(?:.+-)?(train|t10k|test)-(images|labels)[-.]idx\\d-[a-z]+(?:\\.gz)?");

  @Override
  public String name() {
    return "idx";
  }

  @Override
  public String description() {
    return "a folder of IDX files";
  }

  @Override
  public boolean matches(Path place) {
    return Files.isDirectory(place)
        && SourceFiles.children(place).stream()
            .anyMatch(f -> FILE.matcher(SourceFiles.name(f)).matches());
  }

  @Override
  public ScannedSource scan(Path folder, ScanOptions options) {
    options.requireFolder(folder);
    String source = options.source();
    SourceFolder files = options.files();
    Map<String, Path> roles = roles(files.children(folder));
    if (!roles.containsKey("train-images") && !roles.containsKey("train-labels")) {
      throw new InvalidInputException(
          source + " has no training images in IDX files",
          "add train-images-idx3-ubyte and train-labels-idx1-ubyte, gzipped or not");
    }
    SourceDigest digest = new SourceDigest();
    roles.values().forEach(f -> digest.add(SourceFiles.name(f), files.digest(f)));
    IdxPair train = IdxPair.inspect(options, roles, "train");
    Optional<IdxPair> test =
        roles.containsKey("heldout-images") || roles.containsKey("heldout-labels")
            ? Optional.of(IdxPair.inspect(options, roles, "heldout"))
            : Optional.empty();
    test.ifPresent(heldout -> requireOneShape(train, heldout));
    ClassNames classes =
        NumberedLabels.classes(
            files.classNames(folder, digest),
            train.split().labels(),
            test.map(t -> t.split().labels()).orElse(new int[0]),
            source);
    return ScannedSource.checked(
        source,
        classes,
        train.shape(),
        digest.hex(),
        train.split(),
        test.map(IdxPair::split),
        Skipped.NONE);
  }

  private static void requireOneShape(IdxPair train, IdxPair test) {
    if (!test.shape().equals(train.shape())) {
      throw new InvalidInputException(
          "%s contains images of %s (channels×height×width), %s of %s"
              .formatted(
                  SourceFiles.name(test.images().path()),
                  test.shape(),
                  SourceFiles.name(train.images().path()),
                  train.shape()),
          "bring all images to one size and number of channels");
    }
  }

  private static Map<String, Path> roles(List<Path> files) {
    Map<String, Path> roles = new HashMap<>();
    for (Path file : files) {
      Matcher m = FILE.matcher(SourceFiles.name(file));
      if (m.matches()) {
        String role = (m.group(1).equals("train") ? "train-" : "heldout-") + m.group(2);
        Path other = roles.put(role, file);
        if (other != null) {
          throw new InvalidInputException(
              "%s and %s contain the same part"
                  .formatted(SourceFiles.name(other), SourceFiles.name(file)),
              "keep only one of them in the folder");
        }
      }
    }
    return roles;
  }

  /** Images and their labels. */
  private record IdxPair(IdxFile images, ImageShape shape, SourceSplit split) {

    static IdxPair inspect(ScanOptions options, Map<String, Path> roles, String split) {
      ImageResizing resizing = options.resizing();
      Path imagesPath = present(options.source(), roles, split, "images");
      Path labelsPath = present(options.source(), roles, split, "labels");
      IdxFile images = IdxFile.inspect(options.files(), imagesPath, 3, 4);
      IdxFile labels = IdxFile.inspect(options.files(), labelsPath, 1, 1);
      int rows = images.dimensions()[0];
      if (rows != labels.dimensions()[0]) {
        throw new InvalidInputException(
            "%s contains %d images, but %s contains %d labels"
                .formatted(
                    SourceFiles.name(imagesPath),
                    rows,
                    SourceFiles.name(labelsPath),
                    labels.dimensions()[0]),
            "provide the images and labels of the same part");
      }
      PixelLayout layout = PixelLayout.of(SourceFiles.name(imagesPath), images.dimensions());
      ImageShape stored = layout.stored();
      ImageShape shape =
          resizing.shape(
              "each image of " + SourceFiles.name(imagesPath),
              stored.channels(),
              stored.height(),
              stored.width());
      return new IdxPair(
          images,
          shape,
          new SourceSplit(
              labels(labels, rows), () -> ResizedRows.of(rows(images, layout), stored, resizing)));
    }

    private static Path present(String source, Map<String, Path> roles, String split, String kind) {
      Path path = roles.get(split + "-" + kind);
      if (path == null) {
        String prefix = split.equals("train") ? "train" : "t10k";
        throw new InvalidInputException(
            "%s has IDX files of the %s part, but none with its %s".formatted(source, prefix, kind),
            "add %s-%s-idx%d-ubyte, gzipped or not"
                .formatted(prefix, kind, kind.equals("images") ? 3 : 1));
      }
      return path;
    }

    private static int[] labels(IdxFile file, int rows) {
      try (InputStream in = file.elements()) {
        byte[] bytes = in.readNBytes(rows);
        return IntStream.range(0, rows).map(i -> bytes[i] & 0xFF).toArray();
      } catch (IOException e) {
        throw SourceFiles.unreadable(SourceFiles.name(file.path()), e);
      }
    }

    private static RowReader rows(IdxFile file, PixelLayout layout) throws IOException {
      return new StreamRows(file.elements(), 0, layout, SourceFiles.name(file.path()));
    }
  }
}
