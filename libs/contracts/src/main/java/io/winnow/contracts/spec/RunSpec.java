package io.winnow.contracts.spec;

import io.winnow.contracts.InvalidInputException;
import io.winnow.contracts.Json;

/**
 * A run, wholly described: the same spec gives the same bits on the same kind of machine.
 *
 * @param name for people; default {@code run}
 * @param dataset what to prune; the only part without a default
 * @param surrogate what makes features
 * @param latent what the model is trained on instead of pixels; default: pixels
 * @param selection which part to keep
 * @param reweight how classes are weighed
 * @param model the diffusion model
 * @param training how it is trained
 * @param sampling how it is sampled and judged
 * @param seed every random draw derives from it; default 0
 */
public record RunSpec(
    String name,
    DatasetSpec dataset,
    SurrogateSpec surrogate,
    LatentSpec latent,
    SelectionSpec selection,
    ReweightSpec reweight,
    ModelSpec model,
    TrainingSpec training,
    SamplingSpec sampling,
    Long seed) {

  public RunSpec {
    if (dataset == null) {
      throw new InvalidInputException(
          "the spec has no \"dataset\"", "add {\"dataset\": {\"source\": \"PATH\"}}");
    }
    name = Check.orElse(name, "run");
    surrogate = Check.orElse(surrogate, SurrogateSpec.DEFAULT);
    selection = Check.orElse(selection, SelectionSpec.DEFAULT);
    reweight = Check.orElse(reweight, ReweightSpec.DEFAULT);
    model = Check.orElse(model, ModelSpec.DEFAULT);
    training = Check.orElse(training, TrainingSpec.DEFAULT).flipping(latent == null);
    if (latent != null && training.horizontalFlip()) {
      throw new InvalidInputException(
          "\"training.horizontalFlip\" is true, but the run trains on latents: the mirrored latent of an image"
              + " is not the latent of the mirrored image",
          "leave \"training.horizontalFlip\" out, or add mirrored images to the data set");
    }
    sampling = Check.orElse(sampling, SamplingSpec.DEFAULT);
    seed = Check.orElse(seed, 0L);
  }

  /** A run on pixels. */
  public RunSpec(
      String name,
      DatasetSpec dataset,
      SurrogateSpec surrogate,
      SelectionSpec selection,
      ReweightSpec reweight,
      ModelSpec model,
      TrainingSpec training,
      SamplingSpec sampling,
      Long seed) {
    this(name, dataset, surrogate, null, selection, reweight, model, training, sampling, seed);
  }

  /** All defaults for one data set. */
  public static RunSpec of(DatasetSpec dataset) {
    return new RunSpec(null, dataset, null, null, null, null, null, null, null);
  }

  /**
   * @param what names the document in errors
   * @throws InvalidInputException see {@link Json#parse}
   */
  public static RunSpec parse(byte[] json, String what) {
    return Json.parse(json, RunSpec.class, what);
  }
}
