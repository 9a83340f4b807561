package io.winnow.experiments;

import io.winnow.contracts.InvalidInputException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/**
 * How much of an experiment fits into a time: first models see fewer images and fewer samples are
 * drawn; where models would see less than {@link #ENOUGH} of them, seeds are left out, then arms,
 * the last ones first.
 */
final class Fit {
  private static final double ENOUGH = 0.2;
  private static final double LEAST = 0.02;
  private static final int[] SAMPLES = {Integer.MAX_VALUE, 5_000, 2_000, 1_000};
  private static final int STEPS = 30;
  // of the time given; the rest is for the start, the report, and for having guessed wrong
  private static final double USED = 0.85;

  private final ExperimentSpec spec;
  private final ToDoubleFunction<Size> seconds;

  /**
   * @param seconds how long so much of it takes
   */
  Fit(ExperimentSpec spec, ToDoubleFunction<Size> seconds) {
    this.spec = spec;
    this.seconds = seconds;
  }

  /**
   * @throws InvalidInputException not even the baseline and one more arm fit
   */
  Size into(Duration time) {
    double most = USED * time.toMillis() / 1e3;
    Size whole = Size.whole(spec);
    if (seconds.applyAsDouble(whole) <= most) {
      return whole;
    }
    Size last = null;
    for (int arms = spec.arms().size(); arms >= 2; arms--) {
      for (int seeds = spec.seeds().size(); seeds >= 1; seeds--) {
        for (int samples : SAMPLES) {
          Size fits = largest(samples, seeds, arms, most);
          if (fits != null && fits.share() >= ENOUGH) {
            return fits;
          }
          last = fits == null ? last : fits;
        }
      }
    }
    if (last != null) {
      return last;
    }
    double least = seconds.applyAsDouble(new Size(LEAST, SAMPLES[SAMPLES.length - 1], 1, 2));
    throw new InvalidInputException(
        "a budget of " + minutes(time.toMillis() / 1e3) + " is too short for two arms",
        "give at least " + minutes(least / USED));
  }

  // null where not even the least share fits
  private Size largest(int samples, int seeds, int arms, double most) {
    double low = LEAST;
    double high = 1;
    if (seconds.applyAsDouble(new Size(low, samples, seeds, arms)) > most) {
      return null;
    }
    for (int i = 0; i < STEPS; i++) {
      double middle = (low + high) / 2;
      if (seconds.applyAsDouble(new Size(middle, samples, seeds, arms)) <= most) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return new Size(low, samples, seeds, arms);
  }

  /** What a size leaves out, in sentences. */
  static List<String> notes(ExperimentSpec spec, Grid grid, Size size, Duration budget) {
    List<String> notes = new ArrayList<>();
    if (size.equals(Size.whole(spec))) {
      return notes;
    }
    String time = minutes(budget.toMillis() / 1e3);
    if (size.share() < 1) {
      notes.add(
          String.format(
              Locale.ROOT,
              "To fit %s, models see %.0f %% of the images that the spec says.",
              time,
              100 * size.share()));
    }
    if (size.samples() < Integer.MAX_VALUE) {
      notes.add(
          String.format(
              Locale.ROOT, "To fit %s, at most %,d samples are drawn.", time, size.samples()));
    }
    if (size.seeds() < spec.seeds().size()) {
      notes.add(
          "To fit %s, only the seeds %s are run."
              .formatted(time, spec.seeds().subList(0, size.seeds())));
    }
    if (size.arms() < spec.arms().size()) {
      notes.add(
          "To fit %s, the arms %s are left out."
              .formatted(
                  time,
                  grid.arms().subList(size.arms(), spec.arms().size()).stream()
                      .map(ExperimentSpec.Arm::name)
                      .toList()));
    }
    return notes;
  }

  static String minutes(double seconds) {
    return String.format(Locale.ROOT, "%.0f minutes", Math.ceil(seconds / 60));
  }
}
