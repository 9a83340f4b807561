package io.winnow.store.tensor;

import io.winnow.contracts.Causes;
import io.winnow.contracts.InvalidInputException;
import io.winnow.store.local.AtomicFile;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * Reads and writes the safetensors format: eight bytes of header length (little-endian), a JSON
 * header padded with spaces to a multiple of eight, then the tensors' bytes without gaps. The
 * output is byte-identical to that of Python's {@code safetensors} for the same tensors.
 *
 * <p>A damaged file is rejected before memory is allocated for its tensors, with an {@link
 * InvalidInputException} that names it.
 */
public final class SafeTensors {
  private SafeTensors() {}

  /** Size in bytes of the output of {@link #bytes} or {@link #write}. */
  public static long size(Map<String, Tensor> tensors, Map<String, String> metadata) {
    return SafeTensorsHeader.of(tensors, metadata).fileSize();
  }

  /**
   * The whole file in memory.
   *
   * @param metadata strings for the header's {@code __metadata__}, sorted by key (Python's order is
   *     random); may be empty
   * @throws IllegalArgumentException it does not fit in one array (2 GiB)
   */
  public static byte[] bytes(Map<String, Tensor> tensors, Map<String, String> metadata) {
    SafeTensorsHeader header = SafeTensorsHeader.of(tensors, metadata);
    if (header.fileSize() > Integer.MAX_VALUE - 8) {
      throw new IllegalArgumentException(
          header.fileSize() + " bytes of tensors do not fit in an array; write them to a file");
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream((int) header.fileSize());
    try {
      write(header, tensors, Channels.newChannel(out));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  /** Writes a file tensor by tensor; it appears under its name only once it is complete. */
  public static void write(Path file, Map<String, Tensor> tensors, Map<String, String> metadata) {
    SafeTensorsHeader header = SafeTensorsHeader.of(tensors, metadata);
    try {
      AtomicFile.write(
          file,
          part -> {
            try (FileChannel channel = FileChannel.open(part, StandardOpenOption.WRITE)) {
              write(header, tensors, channel);
            }
          });
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write " + file + ": " + Causes.of(e), e);
    }
  }

  /**
   * The tensors of a whole file in memory, in file order; they share the array's memory.
   *
   * @param what names the file in errors, e.g. its object key
   * @throws InvalidInputException truncated or not safetensors
   */
  public static Map<String, Tensor> parse(byte[] data, String what) {
    return parse(ByteBuffer.wrap(data), what);
  }

  /**
   * The tensors of a whole file, in file order; they share the buffer's memory, which may be a
   * mapped file's.
   *
   * @param data from position to limit
   * @param what names the file in errors, e.g. its object key
   * @throws InvalidInputException truncated or not safetensors
   */
  public static Map<String, Tensor> parse(ByteBuffer data, String what) {
    ByteBuffer buffer = data.slice().order(ByteOrder.LITTLE_ENDIAN);
    int size = buffer.capacity();
    int headerLength =
        SafeTensorsHeader.checkedLength(size < 8 ? -1 : buffer.getLong(0), size, what);
    SafeTensorsHeader header =
        SafeTensorsHeaderParser.parse(buffer.slice(8, headerLength), size, what);
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    for (SafeTensorsHeader.Place place : header.places()) {
      int from = Math.toIntExact(header.dataStart() + place.begin());
      tensors.put(place.name(), place.tensor(buffer.slice(from, place.length(what))));
    }
    return tensors;
  }

  /** Some bytes of a file. */
  @FunctionalInterface
  public interface Ranges {
    byte[] read(long offset, int length);
  }

  /**
   * One tensor of a file, read without the others.
   *
   * @param size bytes of the whole file
   * @param what names the file in errors
   * @return the tensor by its name; empty if there is none of that name
   * @throws InvalidInputException not safetensors
   */
  public static Map<String, Tensor> one(Ranges file, long size, String name, String what) {
    SafeTensorsHeader header = header(file, size, what);
    Map<String, Tensor> found = new LinkedHashMap<>();
    for (SafeTensorsHeader.Place place : header.places()) {
      if (place.name().equals(name)) {
        byte[] bytes = file.read(header.dataStart() + place.begin(), place.length(what));
        found.put(name, place.tensor(little(bytes)));
      }
    }
    return found;
  }

  /**
   * The first rows of some tensors of a file, read without the rest.
   *
   * @param size bytes of the whole file
   * @param rows of the first axis at most; a tensor with fewer is read whole
   * @param names of the tensors; the result lacks those that the file does not have
   * @param what names the file in errors
   * @throws InvalidInputException not safetensors
   */
  public static Map<String, Tensor> firstRows(
      Ranges file, long size, int rows, Set<String> names, String what) {
    SafeTensorsHeader header = header(file, size, what);
    Map<String, Tensor> found = new LinkedHashMap<>();
    for (SafeTensorsHeader.Place place : header.places()) {
      long[] shape = place.shape().clone();
      if (names.contains(place.name()) && shape.length > 0 && shape[0] > 0) {
        long row = (place.end() - place.begin()) / shape[0];
        shape[0] = Math.min(rows, shape[0]);
        int length = Math.toIntExact(row * shape[0]);
        byte[] bytes = file.read(header.dataStart() + place.begin(), length);
        found.put(place.name(), new Tensor(place.dtype(), shape, little(bytes)));
      }
    }
    return found;
  }

  private static ByteBuffer little(byte[] bytes) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  /**
   * The tensors of a file, in file order, read one by one.
   *
   * @param what names the file in errors
   * @throws InvalidInputException missing, truncated or not safetensors
   */
  public static Map<String, Tensor> read(Path file, String what) {
    return read(file, what, SafeTensors::tensors);
  }

  /**
   * The tensors of a file of any size, in file order, mapped into memory: nothing is read until an
   * element is used, and nothing is on the heap. The file may be deleted while the tensors are in
   * use.
   *
   * @param what names the file in errors
   * @throws InvalidInputException missing, truncated or not safetensors
   */
  public static Map<String, Tensor> map(Path file, String what) {
    return read(
        file,
        what,
        (channel, header, name) -> {
          Map<String, Tensor> tensors = new LinkedHashMap<>();
          for (SafeTensorsHeader.Place place : header.places()) {
            long from = header.dataStart() + place.begin();
            tensors.put(
                place.name(),
                place.tensor(channel.map(FileChannel.MapMode.READ_ONLY, from, place.length(name))));
          }
          return tensors;
        });
  }

  /**
   * The metadata of a file's header, by name.
   *
   * @param what names the file in errors
   * @throws InvalidInputException missing, truncated or not safetensors
   */
  public static Map<String, String> metadata(Path file, String what) {
    return read(file, what, (channel, header, name) -> header.metadata());
  }

  /**
   * The metadata of a file's header, by name, read without the tensors.
   *
   * @param size bytes of the whole file
   * @param what names the file in errors
   * @throws InvalidInputException not safetensors
   */
  public static Map<String, String> metadata(Ranges file, long size, String what) {
    return header(file, size, what).metadata();
  }

  private static SafeTensorsHeader header(Ranges file, long size, String what) {
    long declared = size < 8 ? -1 : little(file.read(0, 8)).getLong(0);
    int headerLength = SafeTensorsHeader.checkedLength(declared, size, what);
    return SafeTensorsHeaderParser.parse(little(file.read(8, headerLength)), size, what);
  }

  private interface Reader<T> {
    T read(FileChannel channel, SafeTensorsHeader header, String what) throws IOException;
  }

  private static Map<String, Tensor> tensors(
      FileChannel channel, SafeTensorsHeader header, String what) throws IOException {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    for (SafeTensorsHeader.Place place : header.places()) {
      long from = header.dataStart() + place.begin();
      tensors.put(place.name(), place.tensor(read(channel, from, place.length(what), what)));
    }
    return tensors;
  }

  private static <T> T read(Path file, String what, Reader<T> reader) {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      long fileSize = channel.size();
      long declared = fileSize < 8 ? -1 : read(channel, 0, 8, what).getLong(0);
      int headerLength = SafeTensorsHeader.checkedLength(declared, fileSize, what);
      SafeTensorsHeader header =
          SafeTensorsHeaderParser.parse(read(channel, 8, headerLength, what), fileSize, what);
      return reader.read(channel, header, what);
    } catch (NoSuchFileException e) {
      throw new InvalidInputException(what + ": there is no file " + file, "check the path", e);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + file + ": " + Causes.of(e), e);
    }
  }

  private static void write(
      SafeTensorsHeader header, Map<String, Tensor> tensors, WritableByteChannel channel)
      throws IOException {
    writeAll(channel, header.bytes());
    for (SafeTensorsHeader.Place place : header.places()) {
      writeAll(channel, tensors.get(place.name()).data());
    }
  }

  private static void writeAll(WritableByteChannel channel, ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }

  private static ByteBuffer read(FileChannel channel, long from, int length, String what)
      throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
    while (buffer.hasRemaining()) {
      if (channel.read(buffer, from + buffer.position()) < 0) {
        throw SafeTensorsHeader.bad(what, "ended while it was read");
      }
    }
    return buffer.flip();
  }
}
