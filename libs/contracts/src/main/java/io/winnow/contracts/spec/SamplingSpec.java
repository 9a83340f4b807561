package io.winnow.contracts.spec;

import static io.winnow.contracts.spec.field.Product.SAMPLES;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.soabase.recordbuilder.core.RecordBuilder;
import io.winnow.contracts.InvalidInputException;
import io.winnow.contracts.spec.field.Decides;
import io.winnow.contracts.spec.field.Default;
import io.winnow.contracts.spec.field.Description;
import io.winnow.contracts.spec.field.Range;
import io.winnow.contracts.spec.field.Section;
import io.winnow.contracts.spec.field.SpecFields;

/** How the trained model is sampled and evaluated. */
@Section("sampling")
@RecordBuilder
public record SamplingSpec(
    @Description("Samples drawn for the evaluation, spread over the classes")
        @Default("1000")
        @Range(min = 2, max = 1_000_000)
        @Decides(SAMPLES)
        Integer images,
    @Description(
            "Sampler: ddim (arXiv 2010.02502), or ddpm, ancestral sampling over all timesteps (arXiv 2006.11239)")
        @Default("ddim")
        @Decides(SAMPLES)
        Sampler sampler,
    @Description("Denoising steps of ddim")
        @Default("20")
        @Range(min = 1, max = 1000)
        @Decides(SAMPLES)
        Integer steps,
    @Description("DDIM's eta: 0 is deterministic, 1 adds as much noise as ddpm")
        @Default("0.0")
        @Range(min = 0, max = 1)
        @Decides(SAMPLES)
        Double eta,
    @Description("Scale of classifier-free guidance; 1 is none")
        @Default("1.0")
        @Range(min = 0, max = 100)
        @Decides(SAMPLES)
        Double guidance,
    @Description("Samples drawn at a time")
        @Default("100")
        @Range(min = 1, max = 65_536)
        @Decides(SAMPLES)
        Integer batch,
    @Description("Also draw as many samples of the untrained model, for comparison")
        @Default("true")
        @Decides(SAMPLES)
        Boolean baseline,
    @Description("Images per class in the picture of samples")
        @Default("8")
        @Range(min = 1, max = 100)
        @Decides(SAMPLES)
        Integer gridPerClass,
    @Description("Samples drawn of each snapshot of the training, at most sampling.images")
        @Default(text = "sampling.images, at most 1000")
        @Range(min = 2, max = 1_000_000)
        @Decides(SAMPLES)
        Integer curveImages) {

  /** How noise becomes an image. */
  public enum Sampler {
    /** arXiv 2010.02502. */
    @JsonProperty("ddim")
    DDIM,
    /** Ancestral sampling, arXiv 2006.11239. */
    @JsonProperty("ddpm")
    DDPM
  }

  static final SamplingSpec DEFAULT = SamplingSpecBuilder.builder().build();

  public SamplingSpec {
    SpecFields fields = SpecFields.of(SamplingSpec.class);
    images = fields.check("images", images);
    sampler = fields.check("sampler", sampler);
    steps = fields.check("steps", steps);
    eta = fields.check("eta", eta);
    guidance = fields.check("guidance", guidance);
    batch = fields.check("batch", batch);
    baseline = fields.check("baseline", baseline);
    gridPerClass = fields.check("gridPerClass", gridPerClass);
    curveImages = fields.check("curveImages", curveImages);
    if (curveImages == null) {
      curveImages = Math.min(images, 1_000);
    }
    if (curveImages > images) {
      throw new InvalidInputException(
          "\"sampling.curveImages\" is " + curveImages,
          "give a value from 2 to sampling.images, " + images);
    }
  }
}
