package io.winnow.models.train;

/** What a network is asked for at x_t = √ᾱ_t·x₀ + √(1−ᾱ_t)·ε. */
public enum Prediction {
  /** The noise ε (Ho et al., arXiv 2006.11239). */
  EPSILON,
  /** v = √ᾱ_t·ε − √(1−ᾱ_t)·x₀ (Salimans and Ho, arXiv 2202.00512). */
  V,
  /** The example x₀ itself (Ho et al., arXiv 2006.11239, section 3.2). */
  X0
}
