package io.winnow.local.demo;

import io.winnow.contracts.InvalidInputException;
import java.time.Duration;
import java.util.Locale;

/**
 * How much of everything the demo does in a given time. A fixed formula, never a measured speed, so
 * that the same budget gives the same bits everywhere: {@link #FIXED} passes whatever is trained
 * (start, import, encoding, selection), the rest is shared out in the proportions of {@link #FULL}.
 * Calibrated on 2 cores for 28×28 grey images; larger images take longer.
 *
 * @param asked the time asked for
 * @param surrogateImages images the surrogate classifier is trained on, repeats counted; never more
 *     than in {@link #FULL}, never fewer than a third, since everything rests on its features
 * @param referenceImages images the reference model sees
 * @param proxyImages images the proxy sees
 * @param trainingImages images each of the three models sees
 * @param samples drawn of each model; never more than in {@link #FULL}, never fewer than 200, below
 *     which a Fréchet distance says little
 */
public record DemoBudget(
    Duration asked,
    long surrogateImages,
    long referenceImages,
    long proxyImages,
    long trainingImages,
    int samples) {

  /** What the default budget buys. */
  public static final DemoBudget FULL =
      new DemoBudget(Duration.ofMinutes(8), 36_000, 16_000, 6_000, 26_000, 1_000);

  private static final Duration FIXED = Duration.ofSeconds(45);
  private static final Duration LEAST = Duration.ofSeconds(75);
  private static final int LEAST_SAMPLES = 200;
  private static final double LEAST_SURROGATE = 1 / 3.0;
  private static final long ROUND = 100;

  /**
   * @throws InvalidInputException when the time is too short for anything to be learnt
   */
  public static DemoBudget of(Duration asked) {
    if (asked.compareTo(LEAST) < 0) {
      throw new InvalidInputException(
          "a budget of " + text(asked) + " is too short",
          "give at least " + text(LEAST) + ", e.g. --budget 2m");
    }
    double scale = (double) asked.minus(FIXED).toMillis() / FULL.asked.minus(FIXED).toMillis();
    double atMostFull = Math.min(1, scale);
    return new DemoBudget(
        asked,
        part(FULL.surrogateImages, Math.max(LEAST_SURROGATE, atMostFull)),
        part(FULL.referenceImages, scale),
        part(FULL.proxyImages, scale),
        part(FULL.trainingImages, scale),
        (int) Math.max(LEAST_SAMPLES, part(FULL.samples, atMostFull)));
  }

  private static long part(long full, double scale) {
    return Math.max(ROUND, Math.round(full * scale / ROUND) * ROUND);
  }

  /** What this budget does, beside the default one, for people. */
  public String describe() {
    String seen = String.format(Locale.ROOT, "each model sees %,d images", trainingImages);
    String beside =
        trainingImages == FULL.trainingImages
            ? ""
            : String.format(
                Locale.ROOT, " instead of %,d at %s", FULL.trainingImages, text(FULL.asked));
    return String.format(
        Locale.ROOT,
        "Budget %s: %s%s; the reference %,d, the proxy %,d, the surrogate %,d; %,d samples each.",
        text(asked),
        seen,
        beside,
        referenceImages,
        proxyImages,
        surrogateImages,
        samples);
  }

  /** {@code 8m}, {@code 2m30s}, {@code 90s} … */
  static String text(Duration d) {
    long minutes = d.toMinutes();
    int seconds = d.toSecondsPart();
    if (minutes == 0) {
      return seconds + "s";
    }
    return minutes + "m" + (seconds == 0 ? "" : seconds + "s");
  }
}
