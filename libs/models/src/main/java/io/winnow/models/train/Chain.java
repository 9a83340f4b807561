package io.winnow.models.train;

import java.util.Arrays;

/**
 * The diffusion process over some timesteps of a {@link NoiseSchedule}, in float64: all of them, or
 * the few that a sampler visits (Nichol and Dhariwal, arXiv 2102.09672, section 4). Step k goes
 * from its k-th timestep to the one before, and from the first to the image.
 */
public final class Chain {
  private final int[] timesteps;
  private final double[] betas;
  private final double[] alphasCumprod;

  private Chain(int[] timesteps, double[] betas, double[] alphasCumprod) {
    this.timesteps = timesteps;
    this.betas = betas;
    this.alphasCumprod = alphasCumprod;
  }

  /** The chain of all timesteps of given β_t in (0, 1). */
  static Chain of(double[] betas) {
    int[] timesteps = new int[betas.length];
    double[] alphasCumprod = new double[betas.length];
    double product = 1;
    for (int t = 0; t < betas.length; t++) {
      timesteps[t] = t;
      product *= 1 - betas[t];
      alphasCumprod[t] = product;
    }
    return new Chain(timesteps, betas.clone(), alphasCumprod);
  }

  /**
   * The chain that visits only some of this chain's steps, with the same ᾱ.
   *
   * @param steps rising, in [0, {@link #length})
   */
  public Chain over(int[] steps) {
    int[] visited = new int[steps.length];
    double[] few = new double[steps.length];
    double[] cumulative = new double[steps.length];
    for (int k = 0; k < steps.length; k++) {
      visited[k] = timesteps[steps[k]];
      cumulative[k] = alphasCumprod[steps[k]];
      few[k] = 1 - cumulative[k] / (k == 0 ? 1 : cumulative[k - 1]);
    }
    return new Chain(visited, few, cumulative);
  }

  /** The number of steps. */
  public int length() {
    return betas.length;
  }

  /** The schedule's timestep at step k. */
  public int timestep(int k) {
    return timesteps[k];
  }

  /** β, the variance that step k of this chain adds. */
  public double beta(int k) {
    return betas[k];
  }

  /** ᾱ, the share of the image in the variance after step k: falling, in (0, 1). */
  public double alphaCumprod(int k) {
    return alphasCumprod[k];
  }

  /** ᾱ of the step before; 1 of the first. */
  public double previous(int k) {
    return k == 0 ? 1 : alphasCumprod[k - 1];
  }

  /** The signal-to-noise ratio ᾱ / (1 − ᾱ). */
  public double snr(int k) {
    return alphasCumprod[k] / (1 - alphasCumprod[k]);
  }

  /** β̃, the variance of q(x_{k−1} | x_k, x_0) (Ho et al., arXiv 2006.11239, eq. 7). */
  public double posteriorVariance(int k) {
    return betas[k] * (1 - previous(k)) / (1 - alphasCumprod[k]);
  }

  /** ln β̃, of the first step, whose β̃ is 0, that of the second; a chain of one step has ln β. */
  public double logPosteriorVariance(int k) {
    return Math.log(betas.length == 1 ? betas[0] : posteriorVariance(Math.max(k, 1)));
  }

  /** The factor of x_0 in the mean of q(x_{k−1} | x_k, x_0). */
  public double meanOfX0(int k) {
    return betas[k] * Math.sqrt(previous(k)) / (1 - alphasCumprod[k]);
  }

  /** The factor of x_k in the mean of q(x_{k−1} | x_k, x_0). */
  public double meanOfXt(int k) {
    return (1 - previous(k)) * Math.sqrt(1 - betas[k]) / (1 - alphasCumprod[k]);
  }

  /** ᾱ of all steps. */
  public double[] alphasCumprod() {
    return Arrays.copyOf(alphasCumprod, alphasCumprod.length);
  }
}
