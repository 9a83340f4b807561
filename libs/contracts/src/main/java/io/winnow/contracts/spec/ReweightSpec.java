package io.winnow.contracts.spec;

import static io.winnow.contracts.spec.field.Product.REFERENCE;
import static io.winnow.contracts.spec.field.Product.WEIGHTS;

import io.soabase.recordbuilder.core.RecordBuilder;
import io.winnow.contracts.spec.field.Decides;
import io.winnow.contracts.spec.field.Default;
import io.winnow.contracts.spec.field.Description;
import io.winnow.contracts.spec.field.NoEffect;
import io.winnow.contracts.spec.field.Range;
import io.winnow.contracts.spec.field.Section;
import io.winnow.contracts.spec.field.SpecFields;
import java.util.Map;

/**
 * How class weights are derived.
 *
 * @param method a name in {@link Catalog#WEIGHTING}
 */
@Section("reweight")
@RecordBuilder
public record ReweightSpec(
    @Description("Method that derives the class weights") @Default("dro") @Decides(WEIGHTS)
        String method,
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
        @Range(min = 1, max = 1e12)
        @Decides(REFERENCE)
        Long referenceImages,
    @Description("Images seen in training the proxy")
        @Default("12000")
        @Range(min = 1, max = 1e12)
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

  private static final ModelSpec PROXY = new ModelSpec(null, "ddpm-tiny", Map.of("channels", 16));

  static final ReweightSpec DEFAULT = ReweightSpecBuilder.builder().build();

  public ReweightSpec {
    SpecFields fields = SpecFields.of(ReweightSpec.class);
    method = Catalog.WEIGHTING.of(fields.check("method", method)).name();
    reference = fields.check("reference", reference);
    model = model == null ? PROXY : model;
    model.requireKnown("reweight.model");
    referenceModel = referenceModel == null ? model : referenceModel;
    referenceModel.requireKnown("reweight.referenceModel");
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
  public static ReweightSpec of(String method, String reference) {
    return ReweightSpecBuilder.builder().method(method).reference(reference).build();
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
