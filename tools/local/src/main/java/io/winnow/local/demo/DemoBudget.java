package io.winnow.local.demo;

import io.winnow.contracts.InvalidInputException;
import java.time.Duration;
import java.util.Locale;

/**
 * The amounts of training that the demo can afford in a given time. A fixed formula rather than a
 * measured speed, so that equal budgets give equal bits on every machine: {@link #FIXED} is spent
 * regardless of training (start, import, encoding, selection); the rest is divided in the
 * proportions of {@link #FULL}. Calibrated on 2 cores for 28×28 grey images; larger images take
 * longer.
 *
 * @param time the requested time
 * @param surrogateImages training images of the surrogate, counting repeats; between a third of
 *     {@link #FULL} and all of it, because every score depends on the surrogate's features
 * @param referenceImages training images of the reference model
 * @param proxyImages training images of the proxy model
 * @param trainingImages training images of each of the three models
 * @param samples number of samples per model; between 200, below which a Fréchet distance has
 *     little meaning, and the number of {@link #FULL}
 */
public record DemoBudget(
    Duration time,
    long surrogateImages,
    long referenceImages,
    long proxyImages,
    long trainingImages,
    int samples) {

  /** The amounts of the default budget. */
  public static final DemoBudget FULL =
      new DemoBudget(Duration.ofMinutes(6), 20_000, 9_400, 3_600, 13_600, 800);

  private static final Duration FIXED = Duration.ofSeconds(45);
  private static final Duration MIN_TIME = Duration.ofSeconds(75);
  private static final int MIN_SAMPLES = 200;
  private static final double MIN_SURROGATE = 1 / 3.0;
  private static final long ROUND = 100;

  /**
   * The amounts for a given time.
   *
   * @throws InvalidInputException the time is too short to learn anything
   */
  public static DemoBudget of(Duration time) {
    if (time.compareTo(MIN_TIME) < 0) {
      throw new InvalidInputException(
          "a budget of " + text(time) + " is too short",
          "give at least " + text(MIN_TIME) + ", e.g. --budget 2m");
    }
    double scale = (double) time.minus(FIXED).toMillis() / FULL.time.minus(FIXED).toMillis();
    double capped = Math.min(1, scale);
    return new DemoBudget(
        time,
        scaled(FULL.surrogateImages, Math.max(MIN_SURROGATE, capped)),
        scaled(FULL.referenceImages, scale),
        scaled(FULL.proxyImages, scale),
        scaled(FULL.trainingImages, scale),
        (int) Math.max(MIN_SAMPLES, scaled(FULL.samples, capped)));
  }

  private static long scaled(long full, double scale) {
    return Math.max(ROUND, Math.round(full * scale / ROUND) * ROUND);
  }

  /** One line that compares this budget with the default one. */
  public String describe() {
    String amount = String.format(Locale.ROOT, "%,d training images per model", trainingImages);
    String comparison =
        trainingImages == FULL.trainingImages
            ? ""
            : String.format(Locale.ROOT, " (%,d at %s)", FULL.trainingImages, text(FULL.time));
    return String.format(
        Locale.ROOT,
        "Budget %s: %s%s, reference %,d, proxy %,d, surrogate %,d; %,d samples per model.",
        text(time),
        amount,
        comparison,
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
