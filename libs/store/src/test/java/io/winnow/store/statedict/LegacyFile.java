package io.winnow.store.statedict;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** A file in the legacy format around a pickle that a test writes. */
final class LegacyFile {
  /** A persistent id of four floats, on the stack as a storage. */
  static final String STORAGE =
      "(X\u0007\0\0\0storagectorch\nFloatStorage\nX\u0001\0\0\0kX\u0003\0\0\0cpuK\u0004NtQ";

  private LegacyFile() {}

  /** The pickle alone, without storages. */
  static byte[] of(String pickle) {
    return join(header(), latin(pickle), latin("\u0080\u0002]."));
  }

  /** The pickle and the storage k of four floats 1, 2, 3, 4. */
  static byte[] withStorage(String pickle) {
    ByteBuffer data = ByteBuffer.allocate(24).order(ByteOrder.LITTLE_ENDIAN).putLong(4);
    data.putFloat(1).putFloat(2).putFloat(3).putFloat(4);
    return join(header(), latin(pickle), latin("\u0080\u0002]X\u0001\0\0\0ka."), data.array());
  }

  /** A dictionary of one tensor, its offset, shape and stride as pickled. */
  static String tensor(String place) {
    return "\u0080\u0002}X\u0001\0\0\0actorch._utils\n_rebuild_tensor_v2\n("
        + STORAGE
        + place
        + "\u0089NtRs.";
  }

  static byte[] latin(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  private static byte[] header() {
    return latin(
        "\u0080\u0002\u008a\nl\u00fc\u009cF\u00f9 j\u00a8P\u0019.\u0080\u0002M\u00e9\u0003."
            + "\u0080\u0002}.");
  }

  private static byte[] join(byte[]... parts) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      out.writeBytes(part);
    }
    return out.toByteArray();
  }
}
