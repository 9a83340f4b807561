package io.winnow.datasets.source.image;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The segments of a JPEG before its first scan. As libjpeg does (jdmarker.c, next_marker), skips
 * fill bytes and bytes that belong to no segment. Ends without an error where the file is damaged.
 */
final class JpegSegments {
  private static final int SOS = 0xda;

  /**
   * A segment.
   *
   * @param marker its second byte
   * @param from the position of its content, after the length
   * @param end the position after its content
   */
  record Segment(int marker, int from, int end) {

    /** Whether its content begins with a text in ISO 8859-1. */
    boolean starts(byte[] content, String text) {
      byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
      return end - from >= bytes.length
          && Arrays.equals(content, from, from + bytes.length, bytes, 0, bytes.length);
    }
  }

  private JpegSegments() {}

  static List<Segment> of(byte[] content) {
    List<Segment> segments = new ArrayList<>();
    int at = 2;
    while (at + 4 <= content.length) {
      int marker = content[at + 1] & 0xff;
      if ((content[at] & 0xff) != 0xff || marker == 0xff || marker == 0) {
        at++;
        continue;
      }
      if (bare(marker)) {
        at += 2;
        continue;
      }
      int length = (content[at + 2] & 0xff) << 8 | content[at + 3] & 0xff;
      int end = at + 2 + length;
      if (marker == SOS || length < 2 || end > content.length) {
        break;
      }
      segments.add(new Segment(marker, at + 4, end));
      at = end;
    }
    return segments;
  }

  // TEM, RST0 to RST7 and SOI have no length
  private static boolean bare(int marker) {
    return marker == 0x01 || marker >= 0xd0 && marker <= 0xd8;
  }
}
