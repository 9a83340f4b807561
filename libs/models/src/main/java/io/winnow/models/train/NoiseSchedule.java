package io.winnow.models.train;

import io.winnow.contracts.InvalidInputException;
import java.util.Arrays;

/**
 * How much of an image is left at each of T timesteps, x_t = √ᾱ_t·x_0 + √(1−ᾱ_t)·ε, and what a
 * network says of x_t: models whose losses are compared must agree in both.
 *
 * @param kind which schedule
 * @param timesteps T, 2 or more
 * @param prediction what the network predicts
 */
public record NoiseSchedule(Kind kind, int timesteps, Prediction prediction) {
  private static final double LARGEST_COSINE_BETA = 0.999;

  /** The schedules there are. */
  public enum Kind {
    /** β from 1e-4 to 0.02 in equal steps (Ho et al., arXiv 2006.11239), scaled by 1000 / T. */
    LINEAR,
    /** ᾱ a squared cosine (Nichol and Dhariwal, arXiv 2102.09672, eq. 17). */
    COSINE
  }

  public NoiseSchedule {
    if (prediction == null) {
      throw new InvalidInputException(
          "a noise schedule has no prediction type", "give epsilon or v");
    }
    if (kind == null) {
      throw new InvalidInputException("a noise schedule has no kind", "give linear or cosine");
    }
    if (timesteps < 2 || timesteps > 100_000) {
      throw new InvalidInputException(
          "a noise schedule cannot have " + timesteps + " timesteps", "give 2 to 100000");
    }
    if (kind == Kind.LINEAR && timesteps < 21) {
      throw new InvalidInputException(
          "a linear noise schedule of " + timesteps + " timesteps would need a beta of 1 or more",
          "give at least 21, or choose the cosine schedule");
    }
  }

  /** Ho et al.'s: linear, 1000 timesteps. */
  public static NoiseSchedule linear() {
    return new NoiseSchedule(Kind.LINEAR, 1000, Prediction.EPSILON);
  }

  /** Nichol and Dhariwal's: cosine, 1000 timesteps. */
  public static NoiseSchedule cosine() {
    return new NoiseSchedule(Kind.COSINE, 1000, Prediction.EPSILON);
  }

  /** The same noise for a network that predicts something else. */
  public NoiseSchedule with(Prediction other) {
    return new NoiseSchedule(kind, timesteps, other);
  }

  /** The process over all timesteps. */
  public Chain chain() {
    double[] betas = new double[timesteps];
    Arrays.setAll(betas, this::beta);
    return Chain.of(betas);
  }

  /** ᾱ_t, the cumulative product of 1 − β, for t = 0 … T−1: falling, in (0, 1). */
  public double[] alphasCumprod() {
    return chain().alphasCumprod();
  }

  private double beta(int t) {
    if (kind == Kind.LINEAR) {
      double scale = 1000.0 / timesteps;
      return scale * (1e-4 + (0.02 - 1e-4) * t / (timesteps - 1));
    }
    double ratio = cosine((t + 1.0) / timesteps) / cosine((double) t / timesteps);
    return Math.min(1 - ratio, LARGEST_COSINE_BETA);
  }

  private static double cosine(double time) {
    double root = StrictMath.cos((time + 0.008) / 1.008 * Math.PI / 2);
    return root * root;
  }

  /**
   * The weight of the loss at a step of the schedule's chain.
   *
   * @param minSnr γ of Min-SNR weighting (Hang et al., arXiv 2303.09556); 0 for none
   * @return 1, or min(SNR, γ) for x₀, over SNR for ε, over SNR + 1 for v
   */
  public double weight(Chain chain, int k, double minSnr) {
    double snr = chain.snr(k);
    return minSnr == 0
        ? 1
        : switch (prediction) {
          case EPSILON -> Math.min(snr, minSnr) / snr;
          case V -> Math.min(snr, minSnr) / (snr + 1);
          case X0 -> Math.min(snr, minSnr);
        };
  }

  /**
   * What a kernel needs of the schedule.
   *
   * @param minSnr as of {@link #weight}
   * @return 3×T row-major: √ᾱ_t, √(1−ᾱ_t), and the loss's weight
   */
  public float[] table(double minSnr) {
    Chain chain = chain();
    float[] table = new float[3 * timesteps];
    for (int t = 0; t < timesteps; t++) {
      table[t] = (float) Math.sqrt(chain.alphaCumprod(t));
      table[timesteps + t] = (float) Math.sqrt(1 - chain.alphaCumprod(t));
      table[2 * timesteps + t] = (float) weight(chain, t, minSnr);
    }
    return table;
  }

  /**
   * The rows of {@link #table(double)}, followed, where the variance is learned, by what the
   * variational bound needs: 6×T row-major: ln β̃_t, where β̃_0 is replaced by β̃_1; ln β_t; the
   * factors of x_0 and of x_t in the mean of q(x_{t−1} | x_t, x_0) (Ho et al., arXiv 2006.11239,
   * eq. 7); 1/√ᾱ_t; √(1/ᾱ_t − 1).
   *
   * @return 3×T or 9×T
   */
  public float[] table(double minSnr, boolean learnsVariance) {
    float[] basic = table(minSnr);
    if (!learnsVariance) {
      return basic;
    }
    Chain chain = chain();
    float[] table = Arrays.copyOf(basic, 9 * timesteps);
    for (int t = 0; t < timesteps; t++) {
      table[3 * timesteps + t] = (float) chain.logPosteriorVariance(t);
      table[4 * timesteps + t] = (float) Math.log(chain.beta(t));
      table[5 * timesteps + t] = (float) chain.meanOfX0(t);
      table[6 * timesteps + t] = (float) chain.meanOfXt(t);
      table[7 * timesteps + t] = (float) Math.sqrt(1 / chain.alphaCumprod(t));
      table[8 * timesteps + t] = (float) Math.sqrt(1 / chain.alphaCumprod(t) - 1);
    }
    return table;
  }
}
