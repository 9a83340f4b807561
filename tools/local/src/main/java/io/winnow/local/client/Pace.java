package io.winnow.local.client;

import java.util.Locale;

/** How fast something goes and how long it will take, as text. */
public final class Pace {
  private Pace() {}

  /**
   * Counts, units per second and the time left: {@code 2,000/8,000 images 1,000/s 0:06 left}.
   *
   * @param done units so far
   * @param total units in all
   * @param seconds since the start
   */
  public static String text(long done, long total, String unit, double seconds) {
    String count = String.format(Locale.ROOT, "%,d/%,d %s", done, total, unit);
    if (done == 0 || seconds <= 0) {
      return count;
    }
    String text = count + "  " + rate(done / seconds);
    return done < total ? text + "  " + left((total - done) * seconds / done) : text;
  }

  /** {@code 4.2/s}, {@code 1,234/s}. */
  static String rate(double perSecond) {
    return String.format(Locale.ROOT, perSecond < 10 ? "%.1f/s" : "%,.0f/s", perSecond);
  }

  static String left(double seconds) {
    return clock(seconds) + " left";
  }

  /** {@code 0:45}, {@code 12:03}, {@code 1:02:03}. */
  static String clock(double seconds) {
    long s = Math.round(seconds);
    return s < 3600
        ? String.format(Locale.ROOT, "%d:%02d", s / 60, s % 60)
        : String.format(Locale.ROOT, "%d:%02d:%02d", s / 3600, s / 60 % 60, s % 60);
  }
}
