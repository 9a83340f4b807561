package io.winnow.datasets.source.idx;

import io.winnow.contracts.Causes;
import io.winnow.contracts.InvalidInputException;
import io.winnow.datasets.source.format.PixelLayout;
import io.winnow.datasets.source.format.SourceFiles;
import io.winnow.datasets.source.format.SourceFolder;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/**
 * One IDX file of unsigned bytes, gzipped if its name ends in {@code .gz}: two zero bytes, the
 * element type (8), the number of dimensions, each dimension as a big-endian 32-bit number, then
 * the elements.
 *
 * @param source the folder of the file
 * @param path of the file
 * @param dimensions outermost first
 */
record IdxFile(SourceFolder source, Path path, int[] dimensions) {
  private static final int UNSIGNED_BYTE = 8;

  /** Other element types of the format. */
  private static final Map<Integer, String> OTHERS =
      Map.of(0x09, "int8", 0x0B, "int16", 0x0C, "int32", 0x0D, "float32", 0x0E, "float64");

  /**
   * Reads the header and counts the bytes that follow it.
   *
   * @param least the smallest number of dimensions that the file may have
   * @param most the largest
   * @throws InvalidInputException another kind of file, or more or fewer elements than its header
   *     says
   */
  static IdxFile inspect(SourceFolder source, Path path, int least, int most) {
    try (InputStream in = content(source, path)) {
      int[] sizes = header(in, path, least, most);
      long expected = 1;
      for (int size : sizes) {
        expected = Math.multiplyExact(expected, size);
      }
      long actual = count(in);
      if (actual != expected) {
        throw new InvalidInputException(
            "%s %s: its header says %s, which takes %d bytes, but %d bytes follow"
                .formatted(
                    SourceFiles.name(path),
                    actual < expected ? "is truncated" : "is too long",
                    PixelLayout.shape(sizes),
                    expected,
                    actual),
            "download or copy the file again");
      }
      return new IdxFile(source, path, sizes);
    } catch (ArithmeticException e) {
      throw new InvalidInputException(
          SourceFiles.name(path) + " has impossible dimensions in its header",
          "download or copy the file again",
          e);
    } catch (IOException e) {
      throw unreadable(path, e);
    }
  }

  /** A stream of the elements, from the first on. */
  InputStream elements() throws IOException {
    InputStream in = content(source, path);
    try {
      header(in, path, dimensions.length, dimensions.length);
      return in;
    } catch (IOException | RuntimeException e) {
      in.close();
      throw e;
    }
  }

  private static int[] header(InputStream in, Path path, int least, int most) throws IOException {
    DataInputStream data = new DataInputStream(in);
    int dimensions = least;
    try {
      int magic = data.readInt();
      int type = magic >>> 8;
      dimensions = magic & 0xFF;
      requireIdx(path, type, dimensions);
      if (dimensions < least || dimensions > most) {
        throw new InvalidInputException(
            "%s has %d dimension%s"
                .formatted(SourceFiles.name(path), dimensions, dimensions == 1 ? "" : "s"),
            "provide an IDX file of "
                + (least == most
                    ? least + " dimension" + (least == 1 ? "" : "s")
                    : least + " or " + most + " dimensions"));
      }
      int[] sizes = new int[dimensions];
      for (int i = 0; i < dimensions; i++) {
        sizes[i] = data.readInt();
        if (sizes[i] < 1) {
          throw new InvalidInputException(
              SourceFiles.name(path) + " is empty: its header says " + (sizes[i] & 0xFFFFFFFFL),
              "download or copy the file again");
        }
      }
      return sizes;
    } catch (EOFException e) {
      throw new InvalidInputException(
          SourceFiles.name(path)
              + " is truncated: its header takes "
              + (4 + 4 * dimensions)
              + " bytes, and the file ends before",
          "download or copy the file again",
          e);
    }
  }

  private static void requireIdx(Path path, int type, int dimensions) {
    if (OTHERS.containsKey(type)) {
      throw new InvalidInputException(
          SourceFiles.name(path) + " has elements of type " + OTHERS.get(type),
          "write it with elements of type uint8, from 0 to 255");
    }
    if (type != UNSIGNED_BYTE || dimensions < 1) {
      throw new InvalidInputException(
          SourceFiles.name(path) + " does not begin as an IDX file of uint8 does",
          "provide an IDX file: two zero bytes, the type 8, and the number of dimensions");
    }
  }

  /** Bytes up to the end; a truncated gzip file counts up to where it ends. */
  private static long count(InputStream in) throws IOException {
    byte[] buffer = new byte[1 << 16];
    long n = 0;
    try {
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        n += read;
      }
    } catch (EOFException e) {
      return n;
    }
    return n;
  }

  private static InputStream content(SourceFolder source, Path path) throws IOException {
    InputStream raw = source.open(path);
    try {
      return SourceFiles.name(path).endsWith(".gz") ? new GZIPInputStream(raw, 1 << 16) : raw;
    } catch (IOException e) {
      raw.close();
      throw unreadable(path, e);
    }
  }

  private static InvalidInputException unreadable(Path path, IOException e) {
    if (e instanceof ZipException || e instanceof EOFException) {
      return new InvalidInputException(
          SourceFiles.name(path) + " is not a valid gzip file: " + Causes.of(e),
          "download or copy the file again",
          e);
    }
    return SourceFiles.unreadable(SourceFiles.name(path), e);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof IdxFile file
        && path.equals(file.path)
        && Arrays.equals(dimensions, file.dimensions);
  }

  @Override
  public int hashCode() {
    return path.hashCode();
  }
}
