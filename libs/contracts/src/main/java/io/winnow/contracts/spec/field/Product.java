package io.winnow.contracts.spec.field;

/** What a run makes and a field of its spec may decide. */
public enum Product {
  DATASET,
  LATENTS,
  SURROGATE,
  FEATURES,
  LOSSES,
  CORESET,
  REFERENCE,
  /** Class weights, and the proxy that they come from. */
  WEIGHTS,
  MODEL,
  SAMPLES
}
