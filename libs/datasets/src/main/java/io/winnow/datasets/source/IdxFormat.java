package io.winnow.datasets.source;

import io.winnow.contracts.InvalidInputException;
import io.winnow.datasets.ImageShape;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * The MNIST family: {@code train-images-idx3-ubyte} and {@code train-labels-idx1-ubyte}, optionally
 * {@code t10k-…} (or {@code test-…}), each gzipped or not, with any prefix. One grey channel.
 */
final class IdxFormat {
  private static final Pattern FILE =
      Pattern.compile("(?:.+-)?(train|t10k|test)-(images|labels)[-.]idx[13]-ubyte(?:\\.gz)?");
  private static final int DIGITS = 10;

  private IdxFormat() {}

  static boolean fits(List<Path> files) {
    return files.stream().anyMatch(f -> FILE.matcher(SourceFiles.name(f)).matches());
  }

  static Layout open(Path folder, List<Path> files, Fit fit) {
    Map<String, Path> roles = roles(files);
    if (!roles.containsKey("train-images") && !roles.containsKey("train-labels")) {
      throw new InvalidInputException(
          folder + " has no training images in IDX files",
          "add train-images-idx3-ubyte and train-labels-idx1-ubyte, gzipped or not");
    }
    SourceDigest digest = new SourceDigest();
    roles.values().forEach(f -> digest.add(SourceFiles.name(f), SourceFiles.digest(f)));
    IdxPair train = IdxPair.inspect(folder, roles, "train", fit);
    IdxPair test =
        roles.containsKey("heldout-images") || roles.containsKey("heldout-labels")
            ? IdxPair.inspect(folder, roles, "heldout", fit)
            : null;
    if (test != null && !test.shape().equals(train.shape())) {
      throw new InvalidInputException(
          "%s holds images of %d pixels a side, %s of %d"
              .formatted(
                  SourceFiles.name(test.images().path()),
                  test.shape().width(),
                  SourceFiles.name(train.images().path()),
                  train.shape().width()),
          "resize all images to one size");
    }
    List<String> names = SourceFiles.classNames(folder, digest);
    List<String> classes = classes(names, train, test);
    return Layout.checked(
        folder.toString(),
        classes,
        train.shape(),
        digest.hex(),
        train.part(),
        test == null ? null : test.part(),
        Skipped.NONE);
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
              "%s and %s hold the same part"
                  .formatted(SourceFiles.name(other), SourceFiles.name(file)),
              "keep one of them in the folder");
        }
      }
    }
    return roles;
  }

  private static List<String> classes(List<String> names, IdxPair train, IdxPair test) {
    int highest = Math.max(train.highestLabel(), test == null ? 0 : test.highestLabel());
    if (names.isEmpty()) {
      return IntStream.range(0, Math.max(DIGITS, highest + 1)).mapToObj(Integer::toString).toList();
    }
    if (highest >= names.size()) {
      throw new InvalidInputException(
          "label %d occurs, but labels.txt or classes.txt beside the IDX files has %d names"
              .formatted(highest, names.size()),
          "write one class name a line, from label 0 on");
    }
    return names;
  }

  /** Images and their labels. */
  private record IdxPair(IdxFile images, ImageShape shape, Part part) {

    static IdxPair inspect(Path folder, Map<String, Path> roles, String split, Fit fit) {
      Path imagesPath = present(folder, roles, split, "images");
      Path labelsPath = present(folder, roles, split, "labels");
      IdxFile images = IdxFile.inspect(imagesPath, 3);
      IdxFile labels = IdxFile.inspect(labelsPath, 1);
      int rows = images.dimensions()[0];
      if (rows != labels.dimensions()[0]) {
        throw new InvalidInputException(
            "%s holds %d images, but %s holds %d labels"
                .formatted(
                    SourceFiles.name(imagesPath),
                    rows,
                    SourceFiles.name(labelsPath),
                    labels.dimensions()[0]),
            "give the two files that belong together");
      }
      int height = images.dimensions()[1];
      int width = images.dimensions()[2];
      ImageShape shape =
          fit.shape("each image of " + SourceFiles.name(imagesPath), 1, height, width);
      ImageShape stored = new ImageShape(1, height, width);
      return new IdxPair(
          images,
          shape,
          new Part(labels(labels, rows), () -> fit.rows(rows(images, stored), stored)));
    }

    private static Path present(Path folder, Map<String, Path> roles, String split, String kind) {
      Path path = roles.get(split + "-" + kind);
      if (path == null) {
        String prefix = split.equals("train") ? "train" : "t10k";
        throw new InvalidInputException(
            "%s has IDX files of the %s part, but none with its %s".formatted(folder, prefix, kind),
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

    private static RowReader rows(IdxFile file, ImageShape shape) throws IOException {
      return new StreamRows(file.elements(), 0, shape, SourceFiles.name(file.path()));
    }

    int highestLabel() {
      return IntStream.of(part.labels()).max().orElse(0);
    }
  }
}
