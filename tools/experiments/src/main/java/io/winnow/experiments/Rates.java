package io.winnow.experiments;

import java.util.Locale;

/**
 * How fast this machine is, in images a second.
 *
 * @param training of the model trained
 * @param proxy of the model that class weights are derived with
 * @param sampling of one denoising step
 * @param surrogate of the surrogate's training; 0 where none is trained
 * @param encoding by the surrogate
 */
public record Rates(
    double training, double proxy, double sampling, double surrogate, double encoding) {

  /** For people. */
  public String words() {
    return String.format(
        Locale.ROOT,
        "training %.0f, proxy and reference %.0f, a step of sampling %.0f, surrogate %.0f, encoding"
            + " %.0f",
        training,
        proxy,
        sampling,
        surrogate,
        encoding);
  }
}
