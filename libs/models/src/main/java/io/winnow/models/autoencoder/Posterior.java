package io.winnow.models.autoencoder;

/**
 * The diagonal normal distribution of a latent that an encoder gives, by element: its mean and the
 * logarithm of its variance, which is clamped to [−30, 20].
 *
 * @param mean row-major
 * @param logVariance row-major, clamped
 */
public record Posterior(float[] mean, float[] logVariance) {
  private static final float LEAST = -30;
  private static final float MOST = 20;

  /**
   * @param moments N×2C×h×w row-major: in each sample the means of all channels, then the log
   *     variances
   * @param samples N
   */
  public static Posterior of(float[] moments, int samples) {
    int half = moments.length / samples / 2;
    float[] mean = new float[samples * half];
    float[] logVariance = new float[samples * half];
    for (int n = 0; n < samples; n++) {
      System.arraycopy(moments, 2 * n * half, mean, n * half, half);
      for (int i = 0; i < half; i++) {
        float value = moments[(2 * n + 1) * half + i];
        logVariance[n * half + i] = Math.max(LEAST, Math.min(MOST, value));
      }
    }
    return new Posterior(mean, logVariance);
  }

  /** The standard deviation, exp(½·log variance). */
  public float[] deviation() {
    float[] deviation = new float[mean.length];
    for (int i = 0; i < mean.length; i++) {
      deviation[i] = (float) Math.exp(0.5 * logVariance[i]);
    }
    return deviation;
  }

  /**
   * mean + deviation·noise.
   *
   * @param noise standard normal, one number per element
   */
  public float[] sample(float[] noise) {
    float[] sample = new float[mean.length];
    for (int i = 0; i < mean.length; i++) {
      sample[i] = (float) (mean[i] + Math.exp(0.5 * logVariance[i]) * noise[i]);
    }
    return sample;
  }

  /**
   * The Kullback-Leibler divergence from the standard normal distribution, ½·Σ(μ² + σ² − 1 − ln
   * σ²), of each sample.
   *
   * @param samples N
   */
  public float[] divergence(int samples) {
    int each = mean.length / samples;
    float[] divergence = new float[samples];
    for (int n = 0; n < samples; n++) {
      double sum = 0;
      for (int i = n * each; i < (n + 1) * each; i++) {
        double variance = Math.exp(logVariance[i]);
        sum += (double) mean[i] * mean[i] + variance - 1 - logVariance[i];
      }
      divergence[n] = (float) (sum / 2);
    }
    return divergence;
  }
}
