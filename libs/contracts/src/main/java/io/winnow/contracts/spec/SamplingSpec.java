package io.winnow.contracts.spec;

import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * How the trained model is sampled and judged.
 *
 * @param images samples drawn for the Fréchet distance, spread over classes; default 1 000
 * @param sampler default {@code ddim}
 * @param steps denoising steps, 1 to 1000; default 20
 * @param eta DDIM's η in [0, 1]; default 0
 * @param guidance class-free guidance scale, 1 means none; default 1
 * @param batch samples at a time; default 100
 * @param baseline also draw as many samples of the untrained model, to compare with; default true
 * @param gridPerClass pictures a class in the grid; default 8
 * @param curveImages samples drawn of each snapshot of the training, at most {@code images};
 *     default {@code images}, but 1 000 at most
 */
public record SamplingSpec(
    Integer images,
    Sampler sampler,
    Integer steps,
    Double eta,
    Double guidance,
    Integer batch,
    Boolean baseline,
    Integer gridPerClass,
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

  static final SamplingSpec DEFAULT =
      new SamplingSpec(null, null, null, null, null, null, null, null, null);

  public SamplingSpec {
    images = Check.orElse(images, 1_000);
    Check.that(images >= 2 && images <= 1_000_000, "sampling.images", images, "from 2 to 1000000");
    sampler = Check.orElse(sampler, Sampler.DDIM);
    steps = Check.orElse(steps, 20);
    Check.that(steps >= 1 && steps <= 1000, "sampling.steps", steps, "from 1 to 1000");
    eta = Check.orElse(eta, 0.0);
    Check.that(Check.finite(eta, 0, 1), "sampling.eta", eta, "in [0, 1]");
    guidance = Check.orElse(guidance, 1.0);
    Check.that(Check.finite(guidance, 0, 100), "sampling.guidance", guidance, "in [0, 100]");
    batch = Check.orElse(batch, 100);
    Check.that(batch >= 1 && batch <= 65_536, "sampling.batch", batch, "from 1 to 65536");
    baseline = Check.orElse(baseline, true);
    gridPerClass = Check.orElse(gridPerClass, 8);
    Check.that(
        gridPerClass >= 1 && gridPerClass <= 100,
        "sampling.gridPerClass",
        gridPerClass,
        "1 to 100");
    curveImages = Check.orElse(curveImages, Math.min(images, 1_000));
    Check.that(
        curveImages >= 2 && curveImages <= images,
        "sampling.curveImages",
        curveImages,
        "from 2 to sampling.images, " + images);
  }
}
