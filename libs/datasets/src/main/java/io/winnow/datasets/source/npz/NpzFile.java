package io.winnow.datasets.source.npz;

import io.winnow.contracts.InvalidInputException;
import io.winnow.datasets.source.format.SourceFiles;
import io.winnow.datasets.source.format.SourceFolder;
import java.io.BufferedInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Path;
import java.util.zip.CRC32;
import java.util.zip.CheckedInputStream;
import java.util.zip.ZipEntry;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipFile;

/**
 * A zip of arrays in NumPy's format, which is read in place.
 *
 * @param source the folder of the file
 */
record NpzFile(SourceFolder source, Path path) {
  private static final String ENDING = ".npy";
  private static final int BUFFER = 1 << 16;

  /** Images compress little: an array that unpacks to more is a decompression bomb. */
  private static final long MAX_GROWTH = 200;

  private static final long ALLOWANCE = 16L << 20;

  /** What is done with an open zip. */
  private interface Use<T> {
    T of(ZipFile zip) throws IOException;
  }

  /** Whether there is such an array. */
  boolean has(String array) {
    return use(zip -> zip.getEntry(array + ENDING) != null);
  }

  /**
   * Reads an array's header and all its elements once.
   *
   * @throws InvalidInputException there is no such array, or it is damaged
   */
  NpyHeader inspect(String array) {
    String name = name(array);
    return use(
        zip -> {
          ZipArchiveEntry entry = entry(zip, array);
          CheckedInputStream in = new CheckedInputStream(zip.getInputStream(entry), new CRC32());
          try (in) {
            NpyHeader header = NpyHeader.read(in, name);
            NpyType type = NpyType.of(header.type(), name);
            long expected = Math.multiplyExact(header.elements(name), type.bytes());
            long actual = 0;
            byte[] buffer = new byte[BUFFER];
            for (int n = in.read(buffer); n >= 0 && actual <= expected; n = in.read(buffer)) {
              actual += n;
            }
            if (actual != expected || in.getChecksum().getValue() != entry.getCrc()) {
              throw damaged(name, "its content does not match its header");
            }
            return header;
          } catch (ArithmeticException e) {
            throw damaged(name, "its dimensions cannot be");
          }
        });
  }

  /** The elements of an array; closing it closes the zip. */
  InputStream elements(String array) throws IOException {
    ZipFile zip = open();
    try {
      InputStream in = new BufferedInputStream(zip.getInputStream(entry(zip, array)), BUFFER);
      NpyHeader.read(in, name(array));
      return new FilterInputStream(in) {
        @Override
        public void close() throws IOException {
          try (zip) {
            super.close();
          }
        }
      };
    } catch (IOException | RuntimeException e) {
      zip.close();
      throw e;
    }
  }

  /** The file and the array, for errors. */
  String name(String array) {
    return SourceFiles.name(path) + ": " + array;
  }

  private ZipArchiveEntry entry(ZipFile zip, String array) {
    ZipArchiveEntry entry = zip.getEntry(array + ENDING);
    if (entry == null) {
      throw new InvalidInputException(
          SourceFiles.name(path) + " has no array " + array, "save it with numpy.savez_compressed");
    }
    int method = entry.getMethod();
    if (method != ZipEntry.STORED && method != ZipEntry.DEFLATED || !zip.canReadEntryData(entry)) {
      throw new InvalidInputException(
          name(array) + " is encrypted, or compressed by another method than deflate",
          "save it with numpy.savez or numpy.savez_compressed");
    }
    long packed = entry.getCompressedSize();
    if (packed < 0 || entry.getSize() / MAX_GROWTH > packed + ALLOWANCE / MAX_GROWTH) {
      throw new InvalidInputException(
          "%s unpacks from %d to %d bytes".formatted(name(array), packed, entry.getSize()),
          "save it with numpy.savez, uncompressed, if its size is correct");
    }
    return entry;
  }

  private <T> T use(Use<T> use) {
    try (ZipFile zip = open()) {
      return use.of(zip);
    } catch (InvalidInputException e) {
      throw e;
    } catch (IOException | RuntimeException e) {
      throw damaged(SourceFiles.name(path), "it is no zip of arrays, or damaged");
    }
  }

  private ZipFile open() throws IOException {
    SeekableByteChannel channel = source.channel(path);
    try {
      return ZipFile.builder().setSeekableByteChannel(channel).get();
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  private static InvalidInputException damaged(String name, String why) {
    return new InvalidInputException(
        name + " is not readable: " + why, "download or save the file again");
  }
}
