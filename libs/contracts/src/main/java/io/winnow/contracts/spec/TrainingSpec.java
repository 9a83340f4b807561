package io.winnow.contracts.spec;

import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * How the diffusion model is trained. Progress is counted in images seen.
 *
 * @param images images seen in all; default 60 000
 * @param batch default 64
 * @param learningRate Adam's; default 1e-3
 * @param warmupImages the learning rate rises linearly over them; default 2 000
 * @param maxGradNorm greatest global norm of the gradient; default 1
 * @param emaDecay of the averaged weights, in [0, 1); default 0.995
 * @param classDropoutProb share of labels replaced by the null class, for guidance; default 0.1
 * @param horizontalFlip mirror images left to right at random; default true, where the run trains
 *     on latents false; null only outside a run's spec
 * @param schedule noise schedule over 1000 timesteps; default {@code linear}
 * @param minSnr weigh timesteps by min(SNR, 5)/SNR; default false
 * @param prediction what the network predicts; default {@code epsilon}
 * @param precision what the network computes in; weights, norms, losses and optimiser are float32
 *     always; default {@code float32}
 * @param microBatch at most so many images at a time go through the network, gradients are added up
 *     over the batch; for batches that do not fit; default: the whole batch
 * @param weightDecay AdamW's (arXiv 1711.05101), at least 0; default 0
 * @param checkpointImages a checkpoint is kept every so many images; default 8 000
 * @param snapshotImages the averaged weights are kept, and their samples judged, every so many
 *     images; at most {@value #SNAPSHOTS} times; default 0: only at the end. The final weights are
 *     the same bits with and without
 */
public record TrainingSpec(
    Long images,
    Integer batch,
    Double learningRate,
    Long warmupImages,
    Double maxGradNorm,
    Double emaDecay,
    Double classDropoutProb,
    Boolean horizontalFlip,
    Schedule schedule,
    Boolean minSnr,
    Prediction prediction,
    Precision precision,
    Integer microBatch,
    Double weightDecay,
    Long checkpointImages,
    Long snapshotImages) {

  private static final int SNAPSHOTS = 100;

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
    V
  }

  /** What a network computes in. */
  public enum Precision {
    @JsonProperty("float32")
    FLOAT32,
    /** bfloat16: faster where the processor has it. */
    @JsonProperty("bf16")
    BF16
  }

  static final TrainingSpec DEFAULT =
      new TrainingSpec(
          null, null, null, null, null, null, null, null, null, null, null, null, null, null, null,
          null);

  public TrainingSpec {
    images = Check.orElse(images, 60_000L);
    Check.that(images >= 1, "training.images", images, "at least 1");
    batch = Check.orElse(batch, 64);
    Check.that(batch >= 1 && batch <= 65_536, "training.batch", batch, "from 1 to 65536");
    learningRate = Check.orElse(learningRate, 1e-3);
    Check.that(
        Check.finite(learningRate, 1e-9, 10), "training.learningRate", learningRate, "positive");
    warmupImages = Check.orElse(warmupImages, 2_000L);
    Check.that(warmupImages >= 0, "training.warmupImages", warmupImages, "at least 0");
    maxGradNorm = Check.orElse(maxGradNorm, 1.0);
    Check.that(
        Check.finite(maxGradNorm, 1e-9, 1e9), "training.maxGradNorm", maxGradNorm, "positive");
    emaDecay = Check.orElse(emaDecay, 0.995);
    Check.that(emaDecay >= 0 && emaDecay < 1, "training.emaDecay", emaDecay, "in [0, 1)");
    classDropoutProb = Check.orElse(classDropoutProb, 0.1);
    Check.that(
        Check.finite(classDropoutProb, 0, 1),
        "training.classDropoutProb",
        classDropoutProb,
        "in [0, 1]");
    schedule = Check.orElse(schedule, Schedule.LINEAR);
    minSnr = Check.orElse(minSnr, false);
    prediction = Check.orElse(prediction, Prediction.EPSILON);
    precision = Check.orElse(precision, Precision.FLOAT32);
    Check.that(
        microBatch == null || (microBatch >= 1 && microBatch <= 65_536),
        "training.microBatch",
        microBatch,
        "from 1 to 65536");
    weightDecay = Check.orElse(weightDecay, 0.0);
    Check.that(Check.finite(weightDecay, 0, 10), "training.weightDecay", weightDecay, "in [0, 10]");
    checkpointImages = Check.orElse(checkpointImages, 8_000L);
    Check.that(checkpointImages >= 1, "training.checkpointImages", checkpointImages, "at least 1");
    snapshotImages = Check.orElse(snapshotImages, 0L);
    Check.that(
        snapshotImages == 0 || (snapshotImages > 0 && (images - 1) / snapshotImages <= SNAPSHOTS),
        "training.snapshotImages",
        snapshotImages,
        "0, or large enough for at most "
            + SNAPSHOTS
            + " snapshots: "
            + (images + SNAPSHOTS) / (SNAPSHOTS + 1));
  }

  /** The same with {@code horizontalFlip} said, where it was not. */
  TrainingSpec flipping(boolean otherwise) {
    return new TrainingSpec(
        images,
        batch,
        learningRate,
        warmupImages,
        maxGradNorm,
        emaDecay,
        classDropoutProb,
        Check.orElse(horizontalFlip, otherwise),
        schedule,
        minSnr,
        prediction,
        precision,
        microBatch,
        weightDecay,
        checkpointImages,
        snapshotImages);
  }

  /**
   * How a training's numbers come about, the model's as well as its reference's and proxy's: part
   * of the address of each.
   *
   * @param microBatch 0 where it is not below the batch, as all goes through the network at once
   */
  public record Numerics(
      Prediction prediction, Precision precision, int microBatch, double weightDecay) {}

  /**
   * @param batch of the training at hand
   */
  public Numerics numerics(int batch) {
    boolean whole = microBatch == null || microBatch >= batch;
    return new Numerics(prediction, precision, whole ? 0 : microBatch, weightDecay);
  }
}
