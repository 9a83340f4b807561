package io.winnow.torch.kernel;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.LocalDateTime;
import java.util.Arrays;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * A zip archive as libtorch writes it: entries stored, not deflated, each one's content at a
 * multiple of 64 bytes so that it can be mapped. Equal entries give equal bytes.
 */
final class AlignedZip implements AutoCloseable {
  private static final int ALIGNMENT = 64;
  private static final int LOCAL_HEADER = 30;
  private static final int EXTRA_HEADER = 4;
  private static final short PADDING = 0x4246; // "FB", libtorch's own
  // Not the first of January, which Java would write as two times.
  private static final LocalDateTime NO_TIME = LocalDateTime.of(1980, 2, 1, 0, 0);

  private final Counting counting;
  private final ZipOutputStream zip;

  /** Closes {@code out} when closed. */
  AlignedZip(OutputStream out) {
    this.counting = new Counting(out);
    this.zip = new ZipOutputStream(counting);
  }

  void put(String name, byte[] content) throws IOException {
    put(name, ByteBuffer.wrap(content));
  }

  /**
   * @param content from its position to its limit, which stay
   */
  void put(String name, ByteBuffer content) throws IOException {
    ZipEntry entry = new ZipEntry(name);
    entry.setMethod(ZipEntry.STORED);
    entry.setSize(content.remaining());
    entry.setCompressedSize(content.remaining());
    CRC32 crc = new CRC32();
    crc.update(content.duplicate());
    entry.setCrc(crc.getValue());
    entry.setTimeLocal(NO_TIME);
    entry.setExtra(padding(name));
    zip.putNextEntry(entry);
    copy(content.duplicate());
    zip.closeEntry();
  }

  private byte[] padding(String name) {
    int nameLength = name.getBytes(StandardCharsets.UTF_8).length;
    long start = counting.written + LOCAL_HEADER + nameLength + EXTRA_HEADER;
    int fill = (int) ((ALIGNMENT - start % ALIGNMENT) % ALIGNMENT);
    byte[] extra = new byte[EXTRA_HEADER + fill];
    Arrays.fill(extra, (byte) 'Z');
    ByteBuffer.wrap(extra).order(ByteOrder.LITTLE_ENDIAN).putShort(PADDING).putShort((short) fill);
    return extra;
  }

  private void copy(ByteBuffer content) throws IOException {
    byte[] piece = new byte[Math.min(content.remaining(), 1 << 16)];
    while (content.hasRemaining()) {
      int length = Math.min(content.remaining(), piece.length);
      content.get(piece, 0, length);
      zip.write(piece, 0, length);
    }
  }

  @Override
  public void close() throws IOException {
    zip.close();
  }

  private static final class Counting extends FilterOutputStream {
    private long written;

    Counting(OutputStream out) {
      super(out);
    }

    @Override
    public void write(int b) throws IOException {
      out.write(b);
      written++;
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      out.write(bytes, offset, length);
      written += length;
    }
  }
}
