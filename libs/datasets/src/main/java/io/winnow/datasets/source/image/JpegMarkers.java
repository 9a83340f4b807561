package io.winnow.datasets.source.image;

/**
 * What the markers of a JPEG say about its colours and quantisation.
 *
 * @param jfif whether it has a JFIF marker
 * @param adobe the colour transform of its Adobe marker; −1 if it has none
 * @param wideTables whether a quantisation table has entries of 16 bits
 * @param components ids of its components, in order
 */
record JpegMarkers(boolean jfif, int adobe, boolean wideTables, int[] components) {
  private static final int APP0 = 0xe0;
  private static final int APP14 = 0xee;
  private static final int DQT = 0xdb;

  /** Reads the markers before the first scan; what is damaged is left to the decoder. */
  static JpegMarkers of(byte[] content) {
    boolean jfif = false;
    int adobe = -1;
    boolean wide = false;
    int[] components = {};
    for (JpegSegments.Segment segment : JpegSegments.of(content)) {
      int from = segment.from();
      int end = segment.end();
      if (segment.marker() == APP0) {
        jfif |= segment.starts(content, "JFIF");
      } else if (segment.marker() == APP14
          && segment.starts(content, "Adobe")
          && end - from >= 12) {
        adobe = u8(content, from + 11);
      } else if (segment.marker() == DQT) {
        wide |= wide(content, from, end);
      } else if (frame(segment.marker())) {
        components = components(content, from, end);
      }
    }
    return new JpegMarkers(jfif, adobe, wide, components);
  }

  // SOF0 to SOF15, without DHT, JPG and DAC
  private static boolean frame(int marker) {
    return marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc;
  }

  private static boolean wide(byte[] content, int from, int end) {
    for (int at = from; at < end; ) {
      boolean wide = u8(content, at) >> 4 != 0;
      if (wide) {
        return true;
      }
      at += 1 + 64;
    }
    return false;
  }

  private static int[] components(byte[] content, int from, int end) {
    int count = end - from > 5 ? u8(content, from + 5) : 0;
    int[] ids = new int[from + 6 + 3 * count <= end ? count : 0];
    for (int i = 0; i < ids.length; i++) {
      ids[i] = u8(content, from + 6 + 3 * i);
    }
    return ids;
  }

  private static int u8(byte[] content, int at) {
    return content[at] & 0xff;
  }

  /**
   * Whether the library's usual reader gets it wrong: it cuts 16-bit tables to 8 bits, and decides
   * on colours unlike libjpeg, for which a JFIF marker always means YCbCr, and so do unknown
   * component ids and unknown transforms of an Adobe marker. CMYK it does not convert.
   */
  boolean unusual() {
    boolean unknownIds = !jfif && adobe < 0 && !ids(1, 2, 3) && !ids('R', 'G', 'B');
    return wideTables
        || inks()
        || components.length == 3 && (jfif && adobe == 0 || adobe > 1 || unknownIds);
  }

  /** Whether three components are YCbCr, by the rules of libjpeg (jdapimin.c). */
  boolean yCbCr() {
    if (jfif) {
      return true;
    }
    return adobe >= 0 ? adobe != 0 : !ids('R', 'G', 'B');
  }

  /** Whether its four components are CMYK or YCCK. */
  boolean inks() {
    return components.length == 4;
  }

  /** Whether four components are YCCK, by the rules of libjpeg: any transform but 0. */
  boolean ycck() {
    return inks() && adobe > 0;
  }

  private boolean ids(int first, int second, int third) {
    return components.length == 3
        && components[0] == first
        && components[1] == second
        && components[2] == third;
  }
}
