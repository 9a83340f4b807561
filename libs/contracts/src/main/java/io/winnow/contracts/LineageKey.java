package io.winnow.contracts;

import com.fasterxml.jackson.annotation.JsonProperty;

/** The artifacts of a run, in the order in which it comes to them. */
public enum LineageKey {
  /** Shards of images and labels, train and held-out split. */
  @JsonProperty("dataset")
  DATASET("dataset"),
  /** The autoencoder's latents of {@code dataset}, row for row; only of a run on latents. */
  @JsonProperty("latents")
  LATENTS("latents"),
  /** The surrogate that encodes. */
  @JsonProperty("encoder")
  ENCODER("encoder"),
  /** Features of {@code dataset}. */
  @JsonProperty("features")
  FEATURES("features"),
  /** The rows that are kept. */
  @JsonProperty("coreset")
  CORESET("coreset"),
  /** The reference model; only where the class weights or the criterion need one. */
  @JsonProperty("reference")
  REFERENCE("reference"),
  /** The class weights. */
  @JsonProperty("weights")
  WEIGHTS("weights"),
  /** The trained diffusion model. */
  @JsonProperty("model")
  MODEL("model"),
  /** Generated images, a data set too. */
  @JsonProperty("samples")
  SAMPLES("samples"),
  /** Features of {@code samples}. */
  @JsonProperty("sampleFeatures")
  SAMPLE_FEATURES("sampleFeatures");

  private final String text;

  LineageKey(String text) {
    this.text = text;
  }

  /** The JSON key. */
  @Override
  public String toString() {
    return text;
  }
}
