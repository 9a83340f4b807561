package io.winnow.contracts.spec;

import static io.winnow.contracts.spec.field.Product.CORESET;
import static io.winnow.contracts.spec.field.Product.LOSSES;
import static io.winnow.contracts.spec.field.Product.MODEL;
import static io.winnow.contracts.spec.field.Product.REFERENCE;
import static io.winnow.contracts.spec.field.Product.SAMPLES;
import static io.winnow.contracts.spec.field.Product.SURROGATE;
import static io.winnow.contracts.spec.field.Product.WEIGHTS;

import io.soabase.recordbuilder.core.RecordBuilder;
import io.winnow.contracts.InvalidInputException;
import io.winnow.contracts.Json;
import io.winnow.contracts.spec.field.Decides;
import io.winnow.contracts.spec.field.Default;
import io.winnow.contracts.spec.field.Description;
import io.winnow.contracts.spec.field.Longest;
import io.winnow.contracts.spec.field.NoEffect;
import io.winnow.contracts.spec.field.Required;
import io.winnow.contracts.spec.field.Section;
import io.winnow.contracts.spec.field.SpecFields;

/**
 * A complete description of a run: the same spec gives the same bits on the same kind of machine.
 */
@Section("")
@RecordBuilder
public record RunSpec(
    @Description("Name of the run, for people") @Default("run") @Longest(200) @NoEffect("a label")
        String name,
    @Description("The data set to prune") @Required("{\"dataset\": {\"source\": \"PATH\"}}")
        DatasetSpec dataset,
    @Description("The network whose features are scored") SurrogateSpec surrogate,
    @Description("Trains the model on an autoencoder's latents")
        @Default(text = "the model is trained on pixels")
        LatentSpec latent,
    @Description("Which images are kept") SelectionSpec selection,
    @Description("How class weights are derived") ReweightSpec reweight,
    @Description("Architecture of the diffusion model") @Decides(MODEL) ModelSpec model,
    @Description("How the diffusion model is trained") TrainingSpec training,
    @Description("How the diffusion model is sampled and evaluated") SamplingSpec sampling,
    @Description("Seed from which every random draw derives")
        @Default("0")
        @Decides({SURROGATE, LOSSES, CORESET, REFERENCE, WEIGHTS, MODEL, SAMPLES})
        Long seed,
    @Description("Which run goes first when several wait for a service: low, normal or high")
        @Default("normal")
        @NoEffect("the order of jobs does not change their results")
        Priority priority) {

  // events carry it, and a Kafka record has at most 1 MiB
  private static final int MOST_BYTES = 1 << 18;

  public RunSpec {
    SpecFields fields = SpecFields.of(RunSpec.class);
    name = fields.check("name", name);
    dataset = fields.check("dataset", dataset);
    surrogate = surrogate == null ? SurrogateSpec.DEFAULT : surrogate;
    selection = selection == null ? SelectionSpec.DEFAULT : selection;
    reweight = reweight == null ? ReweightSpec.DEFAULT : reweight;
    model = model == null ? ModelSpec.DEFAULT : model;
    model.requireKnown("model");
    training = (training == null ? TrainingSpec.DEFAULT : training).flipping(latent == null);
    if (latent != null && training.horizontalFlip()) {
      throw new InvalidInputException(
          "\"training.horizontalFlip\" is true, but the run trains on latents: the flipped latent of"
              + " an image is not the latent of the flipped image",
          "leave \"training.horizontalFlip\" out, or add flipped images to the data set");
    }
    sampling = sampling == null ? SamplingSpec.DEFAULT : sampling;
    seed = fields.check("seed", seed);
    priority = fields.check("priority", priority);
  }

  /** All defaults for one data set. */
  public static RunSpec of(DatasetSpec dataset) {
    return RunSpecBuilder.builder().dataset(dataset).build();
  }

  /**
   * @param what names the document in errors
   * @throws InvalidInputException see {@link Json#parse}; also a field that is null, or more than
   *     256 KiB
   */
  public static RunSpec parse(byte[] json, String what) {
    if (json.length > MOST_BYTES) {
      throw new InvalidInputException(
          what + " has " + json.length + " bytes", "give at most " + MOST_BYTES);
    }
    Json.requireNoNull(json, what);
    return Json.parse(json, RunSpec.class, what);
  }
}
