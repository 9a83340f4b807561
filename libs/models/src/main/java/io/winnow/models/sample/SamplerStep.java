package io.winnow.models.sample;

import io.winnow.models.train.Chain;

/**
 * One step of the sampler, x_t to x_s with s before t (Song et al., arXiv 2010.02502, eq. 12 and
 * 16): x_s = √ᾱ_s·x̂0 + direction·ε̂ + σ·z, with x̂0 = (x_t − √(1−ᾱ_t)·ε) / √ᾱ_t, perhaps clipped,
 * and ε̂ the noise that leads from x̂0 to x_t. With η = 1 the mean is that of DDPM's step (Ho et
 * al., arXiv 2006.11239) of the chain that visits only these timesteps. In DDPM's step a model that
 * learns its variance replaces σ² by its own, between β̃ and β of that chain (Nichol and Dhariwal,
 * arXiv 2102.09672); in DDIM's it does not.
 *
 * @param timestep t
 * @param signal √ᾱ_t
 * @param spread √(1−ᾱ_t)
 * @param nextSignal √ᾱ_s; 1 at the end
 * @param direction √(1−ᾱ_s−σ²)
 * @param sigma η·√((1−ᾱ_s)/(1−ᾱ_t))·√(1−ᾱ_t/ᾱ_s)
 * @param ancestral whether it is DDPM's step
 * @param logSmallest ln β̃, the smallest variance
 * @param logLargest ln β, the largest variance
 */
public record SamplerStep(
    int timestep,
    double signal,
    double spread,
    double nextSignal,
    double direction,
    double sigma,
    boolean ancestral,
    double logSmallest,
    double logLargest) {

  static SamplerStep of(Chain chain, int k, double eta, boolean ancestral) {
    double here = chain.alphaCumprod(k);
    double next = chain.previous(k);
    double sigma = eta * Math.sqrt((1 - next) / (1 - here) * chain.beta(k));
    return new SamplerStep(
        chain.timestep(k),
        Math.sqrt(here),
        Math.sqrt(1 - here),
        Math.sqrt(next),
        Math.sqrt(Math.max(0, 1 - next - sigma * sigma)),
        sigma,
        ancestral,
        chain.logPosteriorVariance(k),
        Math.log(chain.beta(k)));
  }

  /**
   * The argument c of the sampler's kernel, see {@link SamplerKernel}.
   *
   * @param guidance the scale at this timestep
   * @param clip whether x̂0 is clipped to [−1, 1]
   */
  public double[] coefficients(double guidance, boolean clip) {
    return new double[] {
      guidance,
      timestep,
      signal,
      spread,
      nextSignal,
      direction,
      sigma,
      ancestral ? 1 : 0,
      logSmallest,
      logLargest,
      clip ? 1 : 0
    };
  }
}
