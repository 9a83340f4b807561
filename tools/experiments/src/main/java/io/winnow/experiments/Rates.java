package io.winnow.experiments;

import java.util.Locale;

/**
 * Throughput of this machine in images/s.
 *
 * @param training training the model
 * @param proxy training the proxy or reference model
 * @param sampling one denoising step
 * @param surrogate training the surrogate; 0 if none is trained
 * @param encoding computing features
 */
public record Rates(
    double training, double proxy, double sampling, double surrogate, double encoding) {

  /** All rates in one line. */
  public String describe() {
    return String.format(
        Locale.ROOT,
        "training %.0f, proxy and reference %.0f, one sampling step %.0f, surrogate %.0f, encoding"
            + " %.0f",
        training,
        proxy,
        sampling,
        surrogate,
        encoding);
  }
}
