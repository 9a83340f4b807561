package io.winnow.store.statedict;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/**
 * Where the entries of a zip file lie. PyTorch stores them as they are, so that they can be mapped;
 * compressed or encrypted ones and two of one name are refused. Zip64 is read, too.
 *
 * <p>Source: PKWARE's APPNOTE.TXT, 4.3 and 4.5.
 */
final class ZipDirectory {
  private static final int LOCAL = 0x04034b50;
  private static final int ENTRY = 0x02014b50;
  private static final int END = 0x06054b50;
  private static final int END_64 = 0x06064b50;
  private static final int LOCATOR_64 = 0x07064b50;
  private static final int END_BYTES = 22;
  private static final int MOST_COMMENT = 0xFFFF;
  private static final long ELSEWHERE = 0xFFFF_FFFFL;
  private static final int MOST_ENTRIES = 1 << 17;

  private final FileChannel channel;
  private final StateDictErrors errors;
  private final Map<String, Place> places = new HashMap<>();

  /**
   * The bytes of one entry.
   *
   * @param start offset in the file
   */
  record Place(long start, long length) {}

  private record Directory(long start, long length, long entries) {}

  ZipDirectory(FileChannel channel, StateDictErrors errors) throws IOException {
    this.channel = channel;
    this.errors = errors;
    Directory directory = directory();
    if (directory.entries() < 0 || directory.entries() > MOST_ENTRIES) {
      throw errors.bad("has a zip directory of " + directory.entries() + " entries");
    }
    FileBytes in = part(directory.start(), directory.length());
    for (long i = 0; i < directory.entries(); i++) {
      entry(in, directory.start());
    }
  }

  /** The entries by their names. */
  Map<String, Place> places() {
    return places;
  }

  private FileBytes part(long start, long length) throws IOException {
    if (start < 0 || length < 0 || start > channel.size() - length) {
      throw errors.bad("has a zip directory that points beyond its end");
    }
    return new FileBytes(channel, start, start + length, errors);
  }

  private Directory directory() throws IOException {
    long size = channel.size();
    int tail = (int) Math.min(size, END_BYTES + MOST_COMMENT);
    ByteBuffer bytes = part(size - tail, tail).little(tail);
    for (int at = tail - END_BYTES; at >= 0; at--) {
      if (bytes.getInt(at) == END) {
        long entries = bytes.getShort(at + 10) & 0xFFFF;
        long length = bytes.getInt(at + 12) & ELSEWHERE;
        long start = bytes.getInt(at + 16) & ELSEWHERE;
        boolean wide = entries == 0xFFFF || length == ELSEWHERE || start == ELSEWHERE;
        return wide ? wide(size - tail + at) : new Directory(start, length, entries);
      }
    }
    throw errors.bad("has no zip directory");
  }

  private Directory wide(long end) throws IOException {
    ByteBuffer locator = part(end - 20, 20).little(20);
    if (locator.getInt(0) != LOCATOR_64) {
      throw errors.bad("has no zip64 directory");
    }
    ByteBuffer record = part(locator.getLong(8), 56).little(56);
    if (record.getInt(0) != END_64) {
      throw errors.bad("has no zip64 directory");
    }
    return new Directory(record.getLong(48), record.getLong(40), record.getLong(32));
  }

  private void entry(FileBytes in, long directory) throws IOException {
    ByteBuffer head = in.little(46);
    if (head.getInt(0) != ENTRY) {
      throw errors.bad("has a damaged zip directory");
    }
    String name = new String(in.bytes(head.getShort(28) & 0xFFFF), StandardCharsets.UTF_8);
    ByteBuffer extra = in.little(head.getShort(30) & 0xFFFF);
    in.skip(head.getShort(32) & 0xFFFF);
    if ((head.getShort(8) & 1) != 0 || head.getShort(10) != 0) {
      throw errors.refused(
          "has the compressed or encrypted zip entry " + StateDictErrors.shown(name));
    }
    long[] values = {
      head.getInt(24) & ELSEWHERE, head.getInt(20) & ELSEWHERE, head.getInt(42) & ELSEWHERE
    };
    widen(values, extra);
    if (values[0] != values[1]) {
      throw errors.bad("has a zip entry of two sizes, " + StateDictErrors.shown(name));
    }
    long start = dataStart(values[2]);
    if (values[0] < 0 || start > directory - values[0]) {
      throw errors.bad(
          "has the zip entry %s of %s bytes, which do not fit"
              .formatted(StateDictErrors.shown(name), Long.toUnsignedString(values[0])));
    }
    if (places.put(name, new Place(start, values[0])) != null) {
      throw errors.bad("has two zip entries named " + StateDictErrors.shown(name));
    }
  }

  // the extra field of zip64 has those of the three that do not fit in 32 bits, in this order
  private void widen(long[] values, ByteBuffer extra) {
    while (extra.remaining() >= 4) {
      int id = extra.getShort() & 0xFFFF;
      int length = extra.getShort() & 0xFFFF;
      if (length > extra.remaining()) {
        throw errors.bad("has a damaged zip directory");
      }
      ByteBuffer field = extra.slice(extra.position(), length).order(extra.order());
      extra.position(extra.position() + length);
      for (int i = 0; id == 1 && i < values.length; i++) {
        if (values[i] == ELSEWHERE && field.remaining() >= Long.BYTES) {
          values[i] = field.getLong();
        }
      }
    }
  }

  private long dataStart(long local) throws IOException {
    ByteBuffer head = part(local, 30).little(30);
    if (head.getInt(0) != LOCAL) {
      throw errors.bad("has a zip directory that does not point at its entries");
    }
    return local + 30 + (head.getShort(26) & 0xFFFF) + (head.getShort(28) & 0xFFFF);
  }
}
