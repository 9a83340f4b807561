package io.winnow.datasets.source.image;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The EXIF orientation of an image (Exif 2.32, tag 0x0112): how the stored rows and columns have to
 * be turned to be shown. Cameras store pictures as their sensor sees them.
 *
 * @param code 1 to 8; 1 is as stored
 */
record Orientation(int code) {
  /** As stored. */
  static final Orientation STORED = new Orientation(1);

  private static final int TAG = 0x0112;
  private static final int SHORT = 3;
  private static final int APP1 = 0xe1;
  private static final String EXIF = "Exif\0\0";
  private static final byte[] CHUNK = "eXIf".getBytes(StandardCharsets.ISO_8859_1);
  private static final int PNG_SIGNATURE = 8;

  /** The orientation that a JPEG or PNG states; as stored if it states none or an invalid one. */
  static Orientation of(byte[] content) {
    ByteBuffer exif =
        content.length > 2 && (content[0] & 0xff) == 0xff ? ofJpeg(content) : ofPng(content);
    int code = exif == null ? 1 : code(exif);
    return code >= 1 && code <= 8 ? new Orientation(code) : STORED;
  }

  private static ByteBuffer ofJpeg(byte[] content) {
    for (JpegSegments.Segment segment : JpegSegments.of(content)) {
      int from = segment.from() + EXIF.length();
      if (segment.marker() == APP1 && segment.starts(content, EXIF)) {
        return ByteBuffer.wrap(content, from, segment.end() - from).slice();
      }
    }
    return null;
  }

  private static ByteBuffer ofPng(byte[] content) {
    ByteBuffer png = ByteBuffer.wrap(content);
    int at = PNG_SIGNATURE;
    while (at + 12 <= content.length) {
      int length = png.getInt(at);
      if (length < 0 || length > content.length - at - 12) {
        return null;
      }
      if (Arrays.equals(content, at + 4, at + 8, CHUNK, 0, CHUNK.length)) {
        return ByteBuffer.wrap(content, at + 8, length).slice();
      }
      at += 12 + length;
    }
    return null;
  }

  // a TIFF header, then the first directory
  private static int code(ByteBuffer tiff) {
    if (tiff.limit() < 14) {
      return 1;
    }
    int order = tiff.getShort(0);
    if (order != 0x4949 && order != 0x4d4d) {
      return 1;
    }
    tiff.order(order == 0x4949 ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
    int directory = tiff.getInt(4);
    if (directory < 8 || directory > tiff.limit() - 2) {
      return 1;
    }
    int entries = tiff.getShort(directory) & 0xffff;
    for (int i = 0; i < entries; i++) {
      int at = directory + 2 + 12 * i;
      if (at > tiff.limit() - 12) {
        return 1;
      }
      if ((tiff.getShort(at) & 0xffff) == TAG && tiff.getShort(at + 2) == SHORT) {
        return tiff.getShort(at + 8) & 0xffff;
      }
    }
    return 1;
  }

  /** Whether rows become columns. */
  boolean transposes() {
    return code >= 5;
  }

  /**
   * A plane as it has to be shown.
   *
   * @param plane width·height values, row by row
   * @return as many values, in rows of {@code height} if the orientation {@link #transposes}
   */
  byte[] shown(byte[] plane, int width, int height) {
    if (code == 1) {
      return plane;
    }
    int columns = transposes() ? height : width;
    int rows = transposes() ? width : height;
    byte[] shown = new byte[plane.length];
    for (int y = 0; y < rows; y++) {
      for (int x = 0; x < columns; x++) {
        int across = transposes() ? y : x;
        int down = transposes() ? x : y;
        boolean fromRight = code == 2 || code == 3 || code == 7 || code == 8;
        boolean fromBottom = code == 3 || code == 4 || code == 6 || code == 7;
        int column = fromRight ? width - 1 - across : across;
        int row = fromBottom ? height - 1 - down : down;
        shown[y * columns + x] = plane[row * width + column];
      }
    }
    return shown;
  }
}
