package io.winnow.contracts.spec;

import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * How classes are weighed.
 *
 * @param method default {@code dro}
 * @param reference address of a trained diffusion model in the store ({@code models/<digest>});
 *     default: one is trained on the whole train split
 * @param model architecture of the proxy, and of the reference when one is trained; default {@code
 *     ddpm-tiny}
 * @param referenceImages images the reference sees; default 24 000
 * @param images images the proxy sees; default 12 000
 * @param batch of both; default 64
 * @param learningRate of both; default 1e-3
 * @param eta η, step of the multiplicative update; default 1
 * @param smoothing s in [0, 1], share of the uniform distribution mixed in; default 1e-3
 * @param cap greatest max/min of the final weights, at least 1; default 10
 */
public record ReweightSpec(
    Method method,
    String reference,
    ModelSpec model,
    Long referenceImages,
    Long images,
    Integer batch,
    Double learningRate,
    Double eta,
    Double smoothing,
    Double cap) {

  /** How weights come about. */
  public enum Method {
    /** Distributionally robust optimisation over a reference model. */
    @JsonProperty("dro")
    DRO,
    /** All classes alike. */
    @JsonProperty("uniform")
    UNIFORM
  }

  static final ReweightSpec DEFAULT =
      new ReweightSpec(null, null, null, null, null, null, null, null, null, null);

  public ReweightSpec {
    method = Check.orElse(method, Method.DRO);
    model = Check.orElse(model, ModelSpec.DEFAULT);
    referenceImages = Check.orElse(referenceImages, 24_000L);
    Check.that(referenceImages >= 1, "reweight.referenceImages", referenceImages, "at least 1");
    images = Check.orElse(images, 12_000L);
    Check.that(images >= 1, "reweight.images", images, "at least 1");
    batch = Check.orElse(batch, 64);
    Check.that(batch >= 1 && batch <= 65_536, "reweight.batch", batch, "from 1 to 65536");
    learningRate = Check.orElse(learningRate, 1e-3);
    Check.that(
        Check.finite(learningRate, 1e-9, 10), "reweight.learningRate", learningRate, "positive");
    eta = Check.orElse(eta, 1.0);
    Check.that(Check.finite(eta, 0, 1e6), "reweight.eta", eta, "at least 0");
    smoothing = Check.orElse(smoothing, 1e-3);
    Check.that(Check.finite(smoothing, 0, 1), "reweight.smoothing", smoothing, "in [0, 1]");
    cap = Check.orElse(cap, 10.0);
    Check.that(Check.finite(cap, 1, 1e9), "reweight.cap", cap, "at least 1");
  }
}
