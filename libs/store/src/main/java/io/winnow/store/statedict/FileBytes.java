package io.winnow.store.statedict;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;

/** A part of a file, read forwards through a small buffer. */
final class FileBytes {
  private static final int BUFFER = 1 << 16;

  private final FileChannel channel;
  private final long end;
  private final StateDictErrors errors;
  private final ByteBuffer buffer;
  private long next;

  /**
   * @param start offset of the first byte
   * @param end offset after the last byte
   */
  FileBytes(FileChannel channel, long start, long end, StateDictErrors errors) {
    this.channel = channel;
    this.end = end;
    this.errors = errors;
    this.next = start;
    this.buffer =
        ByteBuffer.allocate((int) Math.min(BUFFER, Math.max(0, end - start)))
            .order(ByteOrder.LITTLE_ENDIAN)
            .limit(0);
  }

  /** The offset in the file of the byte that is read next. */
  long position() {
    return next - buffer.remaining();
  }

  long remaining() {
    return end - position();
  }

  /** The next byte, 0 to 255. */
  int unsignedByte() throws IOException {
    if (!buffer.hasRemaining()) {
      fill();
    }
    return buffer.get() & 0xFF;
  }

  /** The next bytes; nothing is allocated for more than there are. */
  byte[] bytes(long length) throws IOException {
    if (length < 0 || length > remaining() || length > Integer.MAX_VALUE - 8) {
      throw errors.bad("ends within " + Long.toUnsignedString(length) + " bytes");
    }
    byte[] all = new byte[(int) length];
    int at = 0;
    while (at < all.length) {
      if (!buffer.hasRemaining()) {
        fill();
      }
      int some = Math.min(all.length - at, buffer.remaining());
      buffer.get(all, at, some);
      at += some;
    }
    return all;
  }

  /** The next bytes as a little-endian buffer. */
  ByteBuffer little(int length) throws IOException {
    return ByteBuffer.wrap(bytes(length)).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** Passes over bytes. */
  void skip(long length) {
    if (length < 0 || length > remaining()) {
      throw errors.bad("ends within " + Long.toUnsignedString(length) + " bytes");
    }
    next = position() + length;
    buffer.limit(0);
  }

  private void fill() throws IOException {
    buffer.clear().limit((int) Math.min(buffer.capacity(), end - next));
    if (buffer.limit() == 0 || channel.read(buffer, next) <= 0) {
      throw errors.bad("ends too early");
    }
    next += buffer.position();
    buffer.flip();
  }
}
