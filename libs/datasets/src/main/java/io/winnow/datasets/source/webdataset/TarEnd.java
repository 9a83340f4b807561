package io.winnow.datasets.source.webdataset;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/**
 * The bytes of a tar, which has to end as POSIX says: with two blocks of zeros after the last
 * member, and at most a record of zeros as padding. A download that broke off between two members,
 * or whose space was allocated first, looks whole to tar readers otherwise.
 */
final class TarEnd extends FilterInputStream {
  private static final int BLOCK = 512;
  private static final int RECORD = 20 * BLOCK;
  private static final int END = 2 * BLOCK;

  private long count;
  private long lastNonZero = -1;
  private long membersEnd;

  TarEnd(InputStream in) {
    super(in);
  }

  @Override
  public int read() throws IOException {
    int value = super.read();
    if (value >= 0) {
      lastNonZero = value == 0 ? lastNonZero : count;
      count++;
    }
    return value;
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    int read = super.read(bytes, offset, length);
    for (int i = read - 1; i >= 0; i--) {
      if (bytes[offset + i] != 0) {
        lastNonZero = count + i;
        break;
      }
    }
    count += Math.max(0, read);
    return read;
  }

  // skipped bytes are counted, and may have to be zeros
  @Override
  public long skip(long n) throws IOException {
    byte[] some = new byte[(int) Math.min(n, 1 << 16)];
    return n <= 0 ? 0 : Math.max(0, read(some, 0, some.length));
  }

  @Override
  public boolean markSupported() {
    return false;
  }

  /**
   * Notes a member whose header was read last.
   *
   * @param size of its content in bytes
   */
  void member(long size) {
    membersEnd = count + (size + BLOCK - 1) / BLOCK * BLOCK;
  }

  /**
   * Reads the rest, once there is no further member.
   *
   * @throws IOException the tar ends otherwise than with its end mark
   */
  void requireEnd() throws IOException {
    byte[] some = new byte[1 << 16];
    while (count < membersEnd + END + RECORD && read(some, 0, some.length) >= 0) {
      // counted
    }
    if (lastNonZero >= membersEnd) {
      throw new IOException(
          count - membersEnd < BLOCK
              ? "it ends within the header of a member"
              : "it has more members after its end mark");
    }
    if (count < membersEnd + END) {
      throw new IOException("it ends without the end mark of a tar, so members may be missing");
    }
    if (count >= membersEnd + END + RECORD) {
      throw new IOException("only zeros follow its last member, so members may be missing");
    }
  }
}
