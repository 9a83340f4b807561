package io.winnow.datasets.source;

import io.winnow.contracts.spec.DatasetSpec;
import java.awt.image.BufferedImage;
import java.awt.image.DataBufferByte;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import javax.imageio.ImageIO;

/** Writes small data sets and reads splits whole. */
public final class Sources {
  private Sources() {}

  public static DatasetSource open(Path place) {
    return DatasetSource.open(
        DatasetSpec.of(place.toString()), place.resolveSibling("scratch"), null);
  }

  /** Rows of a split, each its label followed by its pixels. */
  public static List<int[]> rows(DatasetSource source, String split, int batch) {
    List<int[]> rows = new ArrayList<>();
    int length = source.shape().bytes();
    try (BatchReader reader = source.read(split)) {
      for (var b = reader.next(batch); b.isPresent(); b = reader.next(batch)) {
        for (int i = 0; i < b.get().rows(); i++) {
          int[] row = new int[1 + length];
          row[0] = b.get().labels()[i];
          for (int j = 0; j < length; j++) {
            row[1 + j] = b.get().images()[i * length + j] & 0xFF;
          }
          rows.add(row);
        }
      }
    }
    return rows;
  }

  /** An IDX file; its name says whether it is gzipped. */
  public static void idx(Path file, int[] dimensions, byte[] elements) {
    idx(file, 0x0800 | dimensions.length, dimensions, elements);
  }

  public static void idx(Path file, int magic, int[] dimensions, byte[] elements) {
    try (OutputStream raw = Files.newOutputStream(file);
        OutputStream out = file.toString().endsWith(".gz") ? new GZIPOutputStream(raw) : raw;
        DataOutputStream data = new DataOutputStream(out)) {
      data.writeInt(magic);
      for (int d : dimensions) {
        data.writeInt(d);
      }
      data.write(elements);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** {@code n} images of {@code side}×{@code side} with label i mod classes; pixel j is i + j. */
  public static void idxPair(
      Path folder, String prefix, String ending, int n, int side, int classes) {
    byte[] pixels = new byte[n * side * side];
    byte[] labels = new byte[n];
    for (int i = 0; i < n; i++) {
      labels[i] = (byte) (i % classes);
      for (int j = 0; j < side * side; j++) {
        pixels[i * side * side + j] = (byte) (i + j);
      }
    }
    idx(folder.resolve(prefix + "-images-idx3-ubyte" + ending), new int[] {n, side, side}, pixels);
    idx(folder.resolve(prefix + "-labels-idx1-ubyte" + ending), new int[] {n}, labels);
  }

  /** Records of CIFAR-10: record i has label (first + i) mod 10 and pixel j of value i + j. */
  public static byte[] cifar(int n, int first) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (int i = 0; i < n; i++) {
      out.write((first + i) % 10);
      for (int j = 0; j < 3072; j++) {
        out.write(i + j);
      }
    }
    return out.toByteArray();
  }

  public static void image(Path file, String format, BufferedImage image) {
    try {
      Files.createDirectories(file.getParent());
      if (!ImageIO.write(image, format, file.toFile())) {
        throw new IllegalStateException("no writer of " + format);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A grey image, pixel i of value start + i. */
  public static BufferedImage grey(int width, int height, int start) {
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_BYTE_GRAY);
    byte[] data = ((DataBufferByte) image.getRaster().getDataBuffer()).getData();
    for (int i = 0; i < data.length; i++) {
      data[i] = (byte) (start + i);
    }
    return image;
  }

  /** One colour. */
  public static BufferedImage colour(int side, int rgb) {
    BufferedImage image = new BufferedImage(side, side, BufferedImage.TYPE_INT_RGB);
    for (int i = 0; i < side * side; i++) {
      image.setRGB(i % side, i / side, rgb);
    }
    return image;
  }

  /** Two classes, cat and dog, of four grey PNGs each. */
  public static Path pets(Path folder) {
    for (int i = 0; i < 4; i++) {
      image(folder.resolve("cat/" + i + ".png"), "png", grey(6, 6, i));
      image(folder.resolve("dog/" + i + ".png"), "png", grey(6, 6, 100 + i));
    }
    return folder;
  }
}
