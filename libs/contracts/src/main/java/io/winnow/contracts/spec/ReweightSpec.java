package io.winnow.contracts.spec;

import java.util.Map;

/**
 * How classes are weighed.
 *
 * @param method name of the weighting method, see {@link Catalog#WEIGHTING}; default {@code dro}
 * @param reference a trained diffusion model in the store: its address ({@code models/<digest>}),
 *     or the id of the run that trained it; default: one is trained on the whole train split
 * @param model architecture of the proxy; default {@code ddpm-tiny} at half its width, 16 channels,
 *     which is smaller than every preset
 * @param referenceModel architecture of the reference when one is trained; default {@code model}
 * @param referenceImages images the reference sees; default 24 000
 * @param proxyImages images the proxy sees; default 12 000
 * @param batch of both; default 64
 * @param learningRate of both; default 1e-3
 * @param eta η, step of the multiplicative update, at least 0; default: derived from what the first
 *     updates show
 * @param smoothing s in [0, 1], share of the uniform distribution mixed in; default 1e-3
 * @param maxWeightRatio greatest max/min of the final weights, at least 1; default 10
 * @param averageAfter share of the updates, in [0, 1), that is over before the mean of the weights
 *     begins; default 0
 */
public record ReweightSpec(
    String method,
    String reference,
    ModelSpec model,
    ModelSpec referenceModel,
    Long referenceImages,
    Long proxyImages,
    Integer batch,
    Double learningRate,
    Double eta,
    Double smoothing,
    Double maxWeightRatio,
    Double averageAfter) {

  private static final ModelSpec PROXY = new ModelSpec(null, "ddpm-tiny", Map.of("channels", 16));

  static final ReweightSpec DEFAULT =
      new ReweightSpec(null, null, null, null, null, null, null, null, null, null, null, null);

  public ReweightSpec {
    method = Catalog.WEIGHTING.of(Check.orElse(method, "dro")).name();
    Check.that(
        reference == null || !reference.isBlank(),
        "reweight.reference",
        "blank",
        "models/<digest> or a run's id");
    model = Check.orElse(model, PROXY);
    referenceModel = Check.orElse(referenceModel, model);
    referenceImages = Check.orElse(referenceImages, 24_000L);
    Check.that(referenceImages >= 1, "reweight.referenceImages", referenceImages, "at least 1");
    proxyImages = Check.orElse(proxyImages, 12_000L);
    Check.that(proxyImages >= 1, "reweight.proxyImages", proxyImages, "at least 1");
    batch = Check.orElse(batch, 64);
    Check.that(batch >= 1 && batch <= 65_536, "reweight.batch", batch, "from 1 to 65536");
    learningRate = Check.orElse(learningRate, 1e-3);
    Check.that(
        Check.finite(learningRate, 1e-9, 10), "reweight.learningRate", learningRate, "positive");
    Check.that(eta == null || Check.finite(eta, 0, 1e6), "reweight.eta", eta, "at least 0");
    smoothing = Check.orElse(smoothing, 1e-3);
    Check.that(Check.finite(smoothing, 0, 1), "reweight.smoothing", smoothing, "in [0, 1]");
    maxWeightRatio = Check.orElse(maxWeightRatio, 10.0);
    Check.that(
        Check.finite(maxWeightRatio, 1, 1e9),
        "reweight.maxWeightRatio",
        maxWeightRatio,
        "at least 1");
    averageAfter = Check.orElse(averageAfter, 0.0);
    Check.that(
        averageAfter >= 0 && averageAfter < 1, "reweight.averageAfter", averageAfter, "in [0, 1)");
  }

  /** All defaults but the method, and the reference where one is named. */
  public static ReweightSpec of(String method, String reference) {
    return new ReweightSpec(
        method, reference, null, null, null, null, null, null, null, null, null, null);
  }

  /** Whether the method trains a proxy model. */
  public boolean trainsProxy() {
    return Catalog.WEIGHTING.of(method).proxy();
  }

  /** Whether the method needs a reference model. */
  public boolean needsReference() {
    return Catalog.WEIGHTING.of(method).reference();
  }
}
