package io.winnow.models.sample;

import io.winnow.contracts.InvalidInputException;
import io.winnow.contracts.spec.SamplingSpec.GuidanceSchedule;

/**
 * The scale s of classifier-free guidance (Ho and Salimans, arXiv 2207.12598) at each timestep: p =
 * p(no class) + s·(p(class) − p(no class)).
 *
 * @param scale the scale in [0, 100]; 1 for none, which takes half the time
 * @param schedule whether it is the same at all timesteps
 * @param power p of the power-cosine schedule, above 0: s(t) = 1 + (scale − 1)·(1 − cos(π·(1 −
 *     t/T)^p))/2, which rises from 1 in the noise to the scale at t = 0 (sail-sg/MDT)
 */
public record Guidance(double scale, GuidanceSchedule schedule, double power) {
  private static final double POWER = 4;

  public Guidance {
    if (!(scale >= 0 && scale <= 100)) {
      throw new InvalidInputException(
          "guidance cannot be " + scale, "give 1 for none, or usually 1.5 to 4");
    }
    if (!(power > 0 && power <= 100)) {
      throw new InvalidInputException(
          "guidancePower cannot be " + power, "give more than 0 and at most 100, usually 4");
    }
  }

  /** The same scale at all timesteps. */
  public static Guidance constant(double scale) {
    return new Guidance(scale, GuidanceSchedule.CONSTANT, POWER);
  }

  /** Whether there is none at any timestep. */
  public boolean none() {
    return scale == 1;
  }

  /**
   * The scale at a timestep.
   *
   * @param t in [0, timesteps)
   * @param timesteps T of the schedule
   */
  public double at(int t, int timesteps) {
    return switch (schedule) {
      case CONSTANT -> scale;
      case POWER_COSINE -> 1 + (scale - 1) * share(t, timesteps);
    };
  }

  /** The share of the power-cosine schedule at a timestep, in [0, 1]. */
  public double share(int t, int timesteps) {
    double time = StrictMath.pow(1 - (double) t / timesteps, power);
    return (1 - StrictMath.cos(time * Math.PI)) / 2;
  }
}
