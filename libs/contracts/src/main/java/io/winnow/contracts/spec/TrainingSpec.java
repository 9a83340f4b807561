package io.winnow.contracts.spec;

import static io.winnow.contracts.spec.field.Product.MODEL;
import static io.winnow.contracts.spec.field.Product.REFERENCE;
import static io.winnow.contracts.spec.field.Product.WEIGHTS;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.soabase.recordbuilder.core.RecordBuilder;
import io.winnow.contracts.InvalidInputException;
import io.winnow.contracts.spec.field.Decides;
import io.winnow.contracts.spec.field.Default;
import io.winnow.contracts.spec.field.Description;
import io.winnow.contracts.spec.field.NoEffect;
import io.winnow.contracts.spec.field.Range;
import io.winnow.contracts.spec.field.Section;
import io.winnow.contracts.spec.field.SpecFields;

/** How the diffusion model is trained. Progress is counted in images seen. */
@Section("training")
@RecordBuilder
public record TrainingSpec(
    @Description("Images seen in training")
        @Default("60000")
        @Range(min = 1, max = 1e12)
        @Decides(MODEL)
        Long images,
    @Description("Images per optimiser step")
        @Default("64")
        @Range(min = 1, max = 65_536)
        @Decides(MODEL)
        Integer batch,
    @Description(
            "AdamW (arXiv 1711.05101) or Adan (arXiv 2208.06677, with the decays 0.98, 0.92 and 0.99 of MDT), which keeps four numbers of every weight instead of two")
        @Default("adamw")
        @Decides(
            value = {MODEL, REFERENCE, WEIGHTS},
            unlessDefault = true)
        Optimiser optimiser,
    @Description("The optimiser's learning rate")
        @Default("0.001")
        @Range(min = 1e-9, max = 10)
        @Decides(MODEL)
        Double learningRate,
    @Description("Images over which the learning rate rises linearly")
        @Default("2000")
        @Range(min = 0, max = 1e12)
        @Decides({MODEL, REFERENCE, WEIGHTS})
        Long warmupImages,
    @Description("Greatest global norm of the gradient; a larger gradient is scaled down to it")
        @Default("1.0")
        @Range(min = 1e-9, max = 1e9)
        @Decides({MODEL, REFERENCE, WEIGHTS})
        Double maxGradNorm,
    @Description("Decay of the exponential moving average (EMA) of the weights, per step")
        @Default("0.995")
        @Range(min = 0, below = 1)
        @Decides({MODEL, REFERENCE})
        Double emaDecay,
    @Description("Share of the labels replaced by the null class, for classifier-free guidance")
        @Default("0.1")
        @Range(min = 0, max = 1)
        @Decides({MODEL, REFERENCE, WEIGHTS})
        Double classDropoutProb,
    @Description(
            "Flip images horizontally at random. Not for latents: the flipped latent of an image is not the latent of the flipped image")
        @Default(text = "true; false where the run trains on latents")
        @Decides({MODEL, REFERENCE, WEIGHTS})
        Boolean horizontalFlip,
    @Description("Noise schedule over 1000 timesteps")
        @Default("linear")
        @Decides({MODEL, REFERENCE, WEIGHTS})
        Schedule schedule,
    @Description(
            "Weight each timestep's loss by min(SNR, 5)/SNR, for v over SNR + 1, for x0 by min(SNR, 5) (arXiv 2303.09556)")
        @Default("false")
        @Decides(MODEL)
        Boolean minSnr,
    @Description(
            "What the network predicts: the noise, v = sqrt(alpha-bar) noise - sqrt(1 - alpha-bar) image, or x0, the image")
        @Default("epsilon")
        @Decides({MODEL, REFERENCE, WEIGHTS})
        Prediction prediction,
    @Description(
            "Precision of the network's matrix products and convolutions; weights, norms, losses and the optimiser are always float32")
        @Default("float32")
        @Decides({MODEL, REFERENCE, WEIGHTS})
        Precision precision,
    @Description(
            "Images that go through the network at a time; gradients are accumulated over the batch. For batches that do not fit in memory")
        @Default(text = "the whole batch")
        @Range(min = 1, max = 65_536)
        @Decides({MODEL, REFERENCE, WEIGHTS})
        Integer microBatch,
    @Description("The optimiser's weight decay")
        @Default("0.0")
        @Range(min = 0, max = 10)
        @Decides({MODEL, REFERENCE, WEIGHTS})
        Double weightDecay,
    @Description("Images between two checkpoints")
        @Default("8000")
        @Range(min = 1, max = 1e12)
        @NoEffect("a resumed training ends in the same bits")
        Long checkpointImages,
    @Description(
            "Images between two snapshots: EMA weights that are kept, sampled and evaluated; at most 100 snapshots. 0 evaluates the final model only. The final weights do not depend on it")
        @Default("0")
        @Range(min = 0, max = 1e12)
        @Decides(MODEL)
        Long snapshotImages) {

  private static final int SNAPSHOTS = 100;

  /** How a gradient changes the weights. */
  public enum Optimiser {
    @JsonProperty("adamw")
    ADAMW,
    @JsonProperty("adan")
    ADAN
  }

  /** How noise grows over timesteps. */
  public enum Schedule {
    /** β from 1e-4 to 0.02 (arXiv 2006.11239). */
    @JsonProperty("linear")
    LINEAR,
    /** ᾱ by a squared cosine (arXiv 2102.09672). */
    @JsonProperty("cosine")
    COSINE
  }

  /** What a denoiser predicts. */
  public enum Prediction {
    /** The noise ε (arXiv 2006.11239). */
    @JsonProperty("epsilon")
    EPSILON,
    /** v = √ᾱ·ε − √(1−ᾱ)·x₀ (arXiv 2202.00512). */
    @JsonProperty("v")
    V,
    /** The image x₀ (arXiv 2006.11239, section 3.2). */
    @JsonProperty("x0")
    X0
  }

  /** What a network computes in. */
  public enum Precision {
    @JsonProperty("float32")
    FLOAT32,
    /** bfloat16: faster where the processor has it. */
    @JsonProperty("bf16")
    BF16
  }

  static final TrainingSpec DEFAULT = TrainingSpecBuilder.builder().build();

  public TrainingSpec {
    SpecFields fields = SpecFields.of(TrainingSpec.class);
    images = fields.check("images", images);
    batch = fields.check("batch", batch);
    optimiser = fields.check("optimiser", optimiser);
    learningRate = fields.check("learningRate", learningRate);
    warmupImages = fields.check("warmupImages", warmupImages);
    maxGradNorm = fields.check("maxGradNorm", maxGradNorm);
    emaDecay = fields.check("emaDecay", emaDecay);
    classDropoutProb = fields.check("classDropoutProb", classDropoutProb);
    schedule = fields.check("schedule", schedule);
    minSnr = fields.check("minSnr", minSnr);
    prediction = fields.check("prediction", prediction);
    precision = fields.check("precision", precision);
    microBatch = fields.check("microBatch", microBatch);
    weightDecay = fields.check("weightDecay", weightDecay);
    checkpointImages = fields.check("checkpointImages", checkpointImages);
    snapshotImages = fields.check("snapshotImages", snapshotImages);
    if (snapshotImages > 0 && (images - 1) / snapshotImages > SNAPSHOTS) {
      throw new InvalidInputException(
          "\"training.snapshotImages\" is "
              + snapshotImages
              + ", which makes more than "
              + SNAPSHOTS
              + " snapshots",
          "give 0, or at least " + (images + SNAPSHOTS) / (SNAPSHOTS + 1));
    }
  }

  /** With {@code horizontalFlip} set where it is not. */
  TrainingSpec flipping(boolean otherwise) {
    return horizontalFlip != null
        ? this
        : TrainingSpecBuilder.builder(this).horizontalFlip(otherwise).build();
  }

  /**
   * The micro-batch of a training, the model's as well as its reference's and proxy's.
   *
   * @param batch of that training
   * @return 0 where it is not below the batch: the whole batch goes through the network at once
   */
  public int microBatch(int batch) {
    return microBatch == null || microBatch >= batch ? 0 : microBatch;
  }
}
