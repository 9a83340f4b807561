package io.winnow.models.requirement;

import io.winnow.contracts.spec.LatentSpec;
import io.winnow.contracts.spec.ModelSpec;
import io.winnow.contracts.spec.ReweightSpec;
import io.winnow.contracts.spec.RunSpec;
import io.winnow.contracts.spec.SamplingSpec;
import io.winnow.contracts.spec.SurrogateSpec;
import io.winnow.contracts.spec.TrainingSpec;
import io.winnow.datasets.ImageShape;
import io.winnow.models.architecture.DenoiserConfig;
import io.winnow.models.denoiser.ExampleSpec;
import io.winnow.models.train.BatchFeeder;
import io.winnow.models.train.TrainingPlans;
import io.winnow.torch.engine.MemoryLimits;

/**
 * Checks that the batches of a run fit in memory. Figures are lower bounds: what is refused cannot
 * succeed, what passes may still need more.
 *
 * @param spec of the run
 * @param limits of the process that does the work
 */
public record RunMemory(RunSpec spec, MemoryLimits limits) {
  // weights, gradients and the average; the optimiser's moments come on top
  private static final long FLOATS_OF_A_PARAMETER = 3;

  /** The image as float32, and what is made of it. */
  private static final int COPIES = 2;

  /**
   * The model's training.
   *
   * @param examples what it is trained on, here and below
   * @throws io.winnow.contracts.InvalidInputException too little memory, here and below; or the
   *     model does not fit the examples
   */
  public void requireModel(ImageShape examples, int classes) {
    training("training.batch", spec.model(), spec.training().batch(), examples, classes);
  }

  /** The reference's training. */
  public void requireReference(ImageShape examples, int classes) {
    ReweightSpec reweight = spec.reweight();
    training("reweight.batch", reweight.referenceModel(), reweight.batch(), examples, classes);
  }

  /** The proxy's training. */
  public void requireProxy(ImageShape examples, int classes) {
    ReweightSpec reweight = spec.reweight();
    training("reweight.batch", reweight.model(), reweight.batch(), examples, classes);
  }

  private void training(
      String setting, ModelSpec model, int batch, ImageShape examples, int classes) {
    limits.requireHeap(setting, batch, BatchFeeder.HELD, examples.bytes());
    DenoiserConfig config = DenoiserConfig.of(model, ExampleSpec.of(examples), classes);
    int moments = TrainingPlans.model(config, spec.training(), 0).optimiser().moments().size();
    int parts = spec.training().microBatch(batch);
    int width = spec.training().precision() == TrainingSpec.Precision.BF16 ? 2 : Float.BYTES;
    limits.requireEngine(
        parts == 0 ? setting : "training.microBatch",
        parts == 0 ? batch : parts,
        config.parameters().size() * (FLOATS_OF_A_PARAMETER + moments) * Float.BYTES,
        width * config.architecture().activations(config.example()));
  }

  /** The surrogate's training, if there is one, and its passes over the images. */
  public void requireSurrogate(ImageShape images) {
    SurrogateSpec surrogate = spec.surrogate();
    if (surrogate.trained()) {
      limits.requireHeap("surrogate.batch", surrogate.batch(), BatchFeeder.HELD, images.bytes());
      limits.requireEngine("surrogate.batch", surrogate.batch(), 0, floats(images));
    }
    int size = surrogate.inputSize() == null ? images.height() : surrogate.inputSize();
    int channels = surrogate.channels() == null ? images.channels() : surrogate.channels();
    limits.requireHeap("surrogate.encodeBatch", surrogate.encodeBatch(), 1, images.bytes());
    limits.requireEngine(
        "surrogate.encodeBatch",
        surrogate.encodeBatch(),
        0,
        (long) COPIES * channels * size * size * Float.BYTES);
  }

  /** The autoencoder's passes over the images, if there is one. */
  public void requireAutoencoder(ImageShape images) {
    LatentSpec latent = spec.latent();
    if (latent != null) {
      limits.requireHeap("latent.batch", latent.batch(), 1, images.bytes());
      limits.requireEngine("latent.batch", latent.batch(), 0, floats(images));
    }
  }

  /** The drawing of samples. */
  public void requireSampling(ImageShape drawn) {
    SamplingSpec sampling = spec.sampling();
    int batch = Math.min(sampling.batch(), sampling.images());
    limits.requireHeap("sampling.batch", batch, 1, drawn.bytes());
    limits.requireEngine("sampling.batch", batch, 0, floats(drawn));
  }

  private static long floats(ImageShape images) {
    return (long) COPIES * images.channels() * images.height() * images.width() * Float.BYTES;
  }
}
