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
            "Sampler: ddim (arXiv 2010.02502), or ddpm, ancestral sampling (arXiv 2006.11239), by the learned variance if the model has one")
        @Default("ddim")
        @Decides(SAMPLES)
        Sampler sampler,
    @Description("Denoising steps")
        @Default(text = "20 with ddim, 1000 with ddpm")
        @Range(min = 1, max = 1000)
        @Decides(SAMPLES)
        Integer steps,
    @Description(
            "Which timesteps are visited: trailing ends at the last, leading starts at the first, both with equal strides; linspace goes from the first to the last, rounded, as DiT and MDT do")
        @Default(text = "trailing with ddim, linspace with ddpm")
        @Decides(SAMPLES)
        Spacing spacing,
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
    @Description(
            "Guidance scale over time: constant, or power-cosine, from 1 in the noise to sampling.guidance at the image (MDT, arXiv 2303.14389)")
        @Default("constant")
        @Decides(SAMPLES)
        GuidanceSchedule guidanceSchedule,
    @Description("Power of the power-cosine schedule: the larger, the later guidance begins to act")
        @Default("4.0")
        @Range(above = 0, max = 100)
        @Decides(SAMPLES)
        Double guidancePower,
    @Description("Clip each step's estimate of the example to [-1, 1]")
        @Default(text = "true for pixels, false for latents")
        @Decides(SAMPLES)
        Boolean clip,
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
    DDIM(Spacing.TRAILING),
    /** Ancestral sampling, arXiv 2006.11239. */
    @JsonProperty("ddpm")
    DDPM(Spacing.LINSPACE);

    private final Spacing spacing;

    Sampler(Spacing spacing) {
      this.spacing = spacing;
    }

    /** The spacing of timesteps where none is chosen. */
    public Spacing spacing() {
      return spacing;
    }
  }

  /** Which of the schedule's timesteps are visited. */
  public enum Spacing {
    /** Equal strides from the first timestep. */
    @JsonProperty("leading")
    LEADING,
    /** Equal strides up to the last timestep. */
    @JsonProperty("trailing")
    TRAILING,
    /** From the first to the last timestep. */
    @JsonProperty("linspace")
    LINSPACE
  }

  /** How the guidance scale depends on the timestep. */
  public enum GuidanceSchedule {
    /** Not at all. */
    @JsonProperty("constant")
    CONSTANT,
    /** From 1 to the full scale, arXiv 2303.14389. */
    @JsonProperty("power-cosine")
    POWER_COSINE;

    /** As a command's option has it. */
    @Override
    public String toString() {
      return this == CONSTANT ? "constant" : "power-cosine";
    }
  }

  private static final int DDIM_STEPS = 20;
  private static final int TIMESTEPS = 1000;

  static final SamplingSpec DEFAULT = SamplingSpecBuilder.builder().build();

  public SamplingSpec {
    SpecFields fields = SpecFields.of(SamplingSpec.class);
    images = fields.check("images", images);
    sampler = fields.check("sampler", sampler);
    steps = fields.check("steps", steps);
    if (steps == null) {
      steps = sampler == Sampler.DDPM ? TIMESTEPS : DDIM_STEPS;
    }
    spacing = fields.check("spacing", spacing);
    if (spacing == null) {
      spacing = sampler.spacing();
    }
    eta = fields.check("eta", eta);
    guidance = fields.check("guidance", guidance);
    guidanceSchedule = fields.check("guidanceSchedule", guidanceSchedule);
    guidancePower = fields.check("guidancePower", guidancePower);
    clip = fields.check("clip", clip);
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
