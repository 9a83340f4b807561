package io.winnow.contracts.spec;

import static io.winnow.contracts.spec.field.Product.REFERENCE;
import static io.winnow.contracts.spec.field.Product.WEIGHTS;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.soabase.recordbuilder.core.RecordBuilder;
import io.winnow.contracts.spec.field.Decides;
import io.winnow.contracts.spec.field.Default;
import io.winnow.contracts.spec.field.Description;
import io.winnow.contracts.spec.field.NoEffect;
import io.winnow.contracts.spec.field.Range;
import io.winnow.contracts.spec.field.Section;
import io.winnow.contracts.spec.field.SpecFields;
import java.util.Map;

/** How class weights are derived. */
@Section("reweight")
@RecordBuilder
public record ReweightSpec(
    @Description("Method that derives the class weights") @Default("dro") @Decides(WEIGHTS)
        Method method,
    @Description(
            "Trained diffusion model in the store, by its address models/<digest> or by the id of the run that trained it")
        @Default(text = "a reference is trained on the whole train split")
        @NoEffect("the reference's digest is an input of the class weights")
        String reference,
    @Description("Architecture of the proxy model")
        @Default(text = "ddpm-tiny with 16 channels, smaller than every preset")
        @Decides(WEIGHTS)
        ModelSpec model,
    @Description("Architecture of the reference model, where one is trained")
        @Default(text = "reweight.model")
        @Decides(REFERENCE)
        ModelSpec referenceModel,
    @Description("Images seen in training the reference")
        @Default("24000")
        @Range(min = 1)
        @Decides(REFERENCE)
        Long referenceImages,
    @Description("Images seen in training the proxy")
        @Default("12000")
        @Range(min = 1)
        @Decides(WEIGHTS)
        Long proxyImages,
    @Description("Images per optimiser step of proxy and reference")
        @Default("64")
        @Range(min = 1, max = 65_536)
        @Decides({REFERENCE, WEIGHTS})
        Integer batch,
    @Description("Learning rate of proxy and reference")
        @Default("0.001")
        @Range(min = 1e-9, max = 10)
        @Decides({REFERENCE, WEIGHTS})
        Double learningRate,
    @Description("Step size of the multiplicative update")
        @Default(text = "derived from the first updates")
        @Range(min = 0, max = 1e6)
        @Decides(WEIGHTS)
        Double eta,
    @Description("Share of the uniform distribution mixed into the weights after each update")
        @Default("0.001")
        @Range(min = 0, max = 1)
        @Decides(WEIGHTS)
        Double smoothing,
    @Description("Greatest ratio of two class weights; smaller weights are raised")
        @Default("10.0")
        @Range(min = 1, max = 1e9)
        @Decides(WEIGHTS)
        Double maxWeightRatio,
    @Description("Share of the updates after which averaging of the weights begins")
        @Default("0.0")
        @Range(min = 0, below = 1)
        @Decides(WEIGHTS)
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
    /** Equal weights: w_c = 1. Needs nothing. */
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
     * all classes with equal weights, and there is no η. Winnow's own measure of how far a model lags.
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

  static final ReweightSpec DEFAULT = ReweightSpecBuilder.builder().build();

  public ReweightSpec {
    SpecFields fields = SpecFields.of(ReweightSpec.class);
    method = fields.check("method", method);
    reference = fields.check("reference", reference);
    model = model == null ? PROXY : model;
    referenceModel = referenceModel == null ? model : referenceModel;
    referenceImages = fields.check("referenceImages", referenceImages);
    proxyImages = fields.check("proxyImages", proxyImages);
    batch = fields.check("batch", batch);
    learningRate = fields.check("learningRate", learningRate);
    eta = fields.check("eta", eta);
    smoothing = fields.check("smoothing", smoothing);
    maxWeightRatio = fields.check("maxWeightRatio", maxWeightRatio);
    averageAfter = fields.check("averageAfter", averageAfter);
  }

  /** All defaults but the method, and the reference where one is named. */
  public static ReweightSpec of(Method method, String reference) {
    return ReweightSpecBuilder.builder().method(method).reference(reference).build();
  }
}
