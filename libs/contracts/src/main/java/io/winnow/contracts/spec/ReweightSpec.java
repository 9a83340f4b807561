package io.winnow.contracts.spec;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Map;

/**
 * How classes are weighed.
 *
 * @param method default {@code dro}
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
    Method method,
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

  /**
   * How weights w_c of the k classes come about. With ℓ the denoising loss of a sample at a drawn
   * (t, ε), the same for both models, and λ_c what is measured of class c in a batch; a class that
   * a batch lacks keeps its λ_c:
   */
  public enum Method {
    /**
     * Distributionally robust optimisation over a reference model: λ_c is the mean of max(ℓ_proxy −
     * ℓ_ref, 0) over the batch's samples of c; ln w ← ln w + η λ, w ← softmax(ln w), w ← (1−s) w +
     * s/k; the proxy trains with w; the result is the mean of w over updates (DoReMi, Xie et al.,
     * arXiv 2305.10429, algorithm 1, with classes for domains, as Li et al., arXiv 2409.19128).
     */
    @JsonProperty("dro")
    DRO(true, true),
    /** All classes alike: w_c = 1. Needs nothing. */
    @JsonProperty("uniform")
    UNIFORM(false, false),
    /** w_c in proportion to 1/n_c, n_c the rows of c in the coreset. Needs no model. */
    @JsonProperty("inverse-frequency")
    INVERSE_FREQUENCY(false, false),
    /**
     * The update of {@code dro} with the proxy's own loss, λ_c the mean of ℓ_proxy (Sagawa et al.,
     * arXiv 1911.08731, algorithm 1, which draws one group a step where this one sees all of a
     * batch). Needs no reference; classes that are hard for any model gain too.
     */
    @JsonProperty("group-dro")
    GROUP_DRO(true, false),
    /**
     * λ_c is the mean of ℓ_proxy over the mean of ℓ_ref, of the batch's samples of c; w_c is in
     * proportion to the mean of λ_c over updates, smoothed with s. No feedback: the proxy trains on
     * all classes alike, and there is no η. Winnow's own plain measure of how far a model lags.
     */
    @JsonProperty("loss-ratio")
    LOSS_RATIO(true, true);

    private final boolean proxy;
    private final boolean reference;

    Method(boolean proxy, boolean reference) {
      this.proxy = proxy;
      this.reference = reference;
    }

    /** Whether a proxy is trained. */
    public boolean proxy() {
      return proxy;
    }

    /** Whether a reference model is needed. */
    public boolean reference() {
      return reference;
    }
  }

  private static final ModelSpec PROXY = new ModelSpec(null, "ddpm-tiny", Map.of("channels", 16));

  static final ReweightSpec DEFAULT =
      new ReweightSpec(null, null, null, null, null, null, null, null, null, null, null, null);

  public ReweightSpec {
    method = Check.orElse(method, Method.DRO);
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
  public static ReweightSpec of(Method method, String reference) {
    return new ReweightSpec(
        method, reference, null, null, null, null, null, null, null, null, null, null);
  }
}
