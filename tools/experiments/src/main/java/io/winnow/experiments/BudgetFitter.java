package io.winnow.experiments;

import io.winnow.contracts.InvalidInputException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/**
 * Scales an experiment down to a time budget. First, models are trained on fewer images and
 * evaluated on fewer samples; if less than {@link #MIN_GOOD_SHARE} of the images would remain,
 * seeds are left out, then arms, the last ones first.
 */
final class BudgetFitter {
  private static final double MIN_GOOD_SHARE = 0.2;
  private static final double MIN_SHARE = 0.02;
  private static final int[] SAMPLES = {Integer.MAX_VALUE, 5_000, 2_000, 1_000};
  private static final int BISECTIONS = 30;
  // share of the budget to plan with; the rest is for startup, the report and errors of the
  // estimate
  private static final double USED = 0.85;

  private final ExperimentSpec spec;
  private final ToDoubleFunction<Size> seconds;

  /**
   * @param seconds estimates the duration of a size
   */
  BudgetFitter(ExperimentSpec spec, ToDoubleFunction<Size> seconds) {
    this.spec = spec;
    this.seconds = seconds;
  }

  /**
   * Returns the largest size that fits.
   *
   * @throws InvalidInputException not even the baseline and one more arm fit
   */
  Size fit(Duration time) {
    double limit = USED * time.toMillis() / 1e3;
    Size whole = Size.whole(spec);
    if (seconds.applyAsDouble(whole) <= limit) {
      return whole;
    }
    Size last = null;
    for (int arms = spec.arms().size(); arms >= 2; arms--) {
      for (int seeds = spec.seeds().size(); seeds >= 1; seeds--) {
        for (int samples : SAMPLES) {
          Size fits = largest(samples, seeds, arms, limit);
          if (fits != null && fits.share() >= MIN_GOOD_SHARE) {
            return fits;
          }
          last = fits == null ? last : fits;
        }
      }
    }
    if (last != null) {
      return last;
    }
    double least = seconds.applyAsDouble(new Size(MIN_SHARE, SAMPLES[SAMPLES.length - 1], 1, 2));
    throw new InvalidInputException(
        "a budget of " + minutes(time.toMillis() / 1e3) + " is too short for two arms",
        "give at least " + minutes(least / USED));
  }

  // null if not even the smallest share fits
  private Size largest(int samples, int seeds, int arms, double limit) {
    double low = MIN_SHARE;
    double high = 1;
    if (seconds.applyAsDouble(new Size(low, samples, seeds, arms)) > limit) {
      return null;
    }
    for (int i = 0; i < BISECTIONS; i++) {
      double middle = (low + high) / 2;
      if (seconds.applyAsDouble(new Size(middle, samples, seeds, arms)) <= limit) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return new Size(low, samples, seeds, arms);
  }

  /** Describes what a size leaves out, one sentence each. */
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
              "To fit %s, models are trained on %.0f %% of the images in the spec.",
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
