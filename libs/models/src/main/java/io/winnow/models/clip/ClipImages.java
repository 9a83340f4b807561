package io.winnow.models.clip;

/**
 * Prepares photos as CLIP's image encoder was trained on them: the shorter side is resized to the
 * encoder's resolution with bicubic interpolation, the square in the middle is cut out, and each
 * channel is normalised. The interpolation is that of Pillow for 8-bit images, with antialiasing
 * and one rounding to 8 bits after each of its passes, rows first.
 */
public final class ClipImages {
  private static final int CHANNELS = 3;
  private static final double[] MEAN = {0.48145466, 0.4578275, 0.40821073};
  private static final double[] DEVIATION = {0.26862954, 0.26130258, 0.27577711};

  // Keys' kernel with a = −½ (IEEE Transactions on Acoustics, Speech, and Signal Processing 29,
  // 1981)
  private static final double SHARPNESS = -0.5;
  private static final double SUPPORT = 2;
  // Pillow's weights are whole numbers of this many fractional bits.
  private static final int FRACTION = 22;

  private ClipImages() {}

  /**
   * Prepares one photo.
   *
   * @param pixels 8-bit RGB, height×width×3
   * @param size the encoder's resolution
   * @return 3×size×size
   */
  public static float[] prepare(byte[] pixels, int height, int width, int size) {
    int shorter = Math.min(height, width);
    int newHeight = height == shorter ? size : (int) ((long) size * height / shorter);
    int newWidth = width == shorter ? size : (int) ((long) size * width / shorter);
    byte[] narrow = resize(pixels, height, width, CHANNELS, newWidth);
    // a column is a row of pixels that are each a whole row wide
    byte[] small = resize(narrow, 1, height, newWidth * CHANNELS, newHeight);
    int top = (int) Math.rint((newHeight - size) / 2.0);
    int left = (int) Math.rint((newWidth - size) / 2.0);
    float[] image = new float[CHANNELS * size * size];
    for (int c = 0; c < CHANNELS; c++) {
      for (int y = 0; y < size; y++) {
        for (int x = 0; x < size; x++) {
          int pixel = small[((top + y) * newWidth + left + x) * CHANNELS + c] & 0xFF;
          image[(c * size + y) * size + x] =
              ((float) pixel / 255 - (float) MEAN[c]) / (float) DEVIATION[c];
        }
      }
    }
    return image;
  }

  // rows×from×elements to rows×to×elements
  private static byte[] resize(byte[] pixels, int rows, int from, int elements, int to) {
    if (from == to) {
      return pixels;
    }
    byte[] resized = new byte[Math.multiplyExact(rows * to, elements)];
    for (int i = 0; i < to; i++) {
      double scale = (double) from / to;
      double stretch = Math.max(scale, 1);
      double centre = (i + 0.5) * scale;
      int first = Math.max(0, (int) (centre - SUPPORT * stretch + 0.5));
      int end = Math.min(from, (int) (centre + SUPPORT * stretch + 0.5));
      int[] weights = weights(first, end, centre, stretch);
      for (int row = 0; row < rows; row++) {
        for (int e = 0; e < elements; e++) {
          int sum = 1 << (FRACTION - 1);
          for (int j = first; j < end; j++) {
            sum += (pixels[(row * from + j) * elements + e] & 0xFF) * weights[j - first];
          }
          resized[(row * to + i) * elements + e] =
              (byte) Math.max(0, Math.min(255, sum >> FRACTION));
        }
      }
    }
    return resized;
  }

  private static int[] weights(int first, int end, double centre, double stretch) {
    double[] exact = new double[end - first];
    double sum = 0;
    for (int j = 0; j < exact.length; j++) {
      exact[j] = cubic((first + j - centre + 0.5) / stretch);
      sum += exact[j];
    }
    int[] weights = new int[exact.length];
    for (int j = 0; j < weights.length; j++) {
      double scaled = exact[j] / sum * (1 << FRACTION);
      weights[j] = (int) (scaled < 0 ? scaled - 0.5 : scaled + 0.5);
    }
    return weights;
  }

  private static double cubic(double distance) {
    double x = Math.abs(distance);
    if (x < 1) {
      return ((SHARPNESS + 2) * x - (SHARPNESS + 3)) * x * x + 1;
    }
    return x < SUPPORT ? (((x - 5) * x + 8) * x - 4) * SHARPNESS : 0;
  }
}
