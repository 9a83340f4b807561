package io.winnow.datasets.source.idx;

import io.winnow.contracts.Causes;
import io.winnow.contracts.InvalidInputException;
import io.winnow.datasets.source.format.SourceFiles;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.IntStream;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/**
 * One IDX file of unsigned bytes, gzipped if its name ends in {@code .gz}: two zero bytes, the
 * element type (8), the number of dimensions, each dimension as a big-endian 32-bit number, then
 * the elements.
 *
 * @param path of the file
 * @param dimensions outermost first
 */
record IdxFile(Path path, int[] dimensions) {
  private static final int UNSIGNED_BYTE = 8;

  /**
   * Reads the header and counts the bytes that follow it.
   *
   * @param dimensions the number of dimensions that the file must have
   * @throws InvalidInputException another kind of file, or more or fewer elements than its header
   *     says
   */
  static IdxFile inspect(Path path, int dimensions) {
    try (InputStream in = content(path)) {
      int[] sizes = header(in, path, dimensions);
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
                    shape(sizes),
                    expected,
                    actual),
            "download or copy the file again");
      }
      return new IdxFile(path, sizes);
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
    InputStream in = content(path);
    try {
      header(in, path, dimensions.length);
      return in;
    } catch (IOException | RuntimeException e) {
      in.close();
      throw e;
    }
  }

  private static int[] header(InputStream in, Path path, int dimensions) throws IOException {
    DataInputStream data = new DataInputStream(in);
    int wanted = UNSIGNED_BYTE << 8 | dimensions;
    try {
      int magic = data.readInt();
      if (magic != wanted) {
        throw new InvalidInputException(
            "%s starts with 0x%08X, not with the IDX magic number 0x%08X"
                .formatted(SourceFiles.name(path), magic, wanted),
            "provide an IDX file of unsigned bytes in %d dimension%s"
                .formatted(dimensions, dimensions == 1 ? "" : "s"));
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

  private static InputStream content(Path path) throws IOException {
    InputStream raw = SourceFiles.open(path);
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

  private static String shape(int[] sizes) {
    return String.join("×", IntStream.of(sizes).mapToObj(Integer::toString).toList());
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
