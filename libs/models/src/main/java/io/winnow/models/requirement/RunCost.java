package io.winnow.models.requirement;

import io.winnow.contracts.spec.ModelSpec;
import io.winnow.contracts.spec.RunSpec;
import io.winnow.contracts.spec.SurrogateSpec;
import io.winnow.datasets.ImageShape;
import io.winnow.models.architecture.DenoiserConfig;
import io.winnow.models.denoiser.ExampleSpec;

/**
 * Estimates the work of a run's trainings, to order those that wait: images × the numbers that the
 * network computes for an image (of a surrogate, whose network is not looked at: images × values of
 * an image). Only comparisons of one kind of training are meaningful.
 *
 * @param spec of the run
 */
public record RunCost(RunSpec spec) {

  /**
   * The model's training.
   *
   * @param examples what the network is given, here and below
   */
  public double model(ImageShape examples, int classes) {
    return spec.training().images() * image(spec.model(), examples, classes);
  }

  /** The reference's training. */
  public double reference(ImageShape examples, int classes) {
    return spec.reweight().referenceImages()
        * image(spec.reweight().referenceModel(), examples, classes);
  }

  /** The proxy's training. */
  public double proxy(ImageShape examples, int classes) {
    return spec.reweight().proxyImages() * image(spec.reweight().model(), examples, classes);
  }

  /**
   * The losses of a reference model, whose network is not looked at.
   *
   * @param rows images of the train split
   */
  public double losses(ImageShape examples, long rows) {
    return (double) rows * spec.selection().lossDraws() * values(examples);
  }

  /** The surrogate's training; 0 if it is not trained. */
  public double surrogate(ImageShape examples) {
    SurrogateSpec surrogate = spec.surrogate();
    return surrogate.trained() ? surrogate.images() * values(examples) : 0;
  }

  private static double image(ModelSpec model, ImageShape examples, int classes) {
    DenoiserConfig config = DenoiserConfig.of(model, ExampleSpec.of(examples), classes);
    // an architecture may not know its activations
    return config.architecture().activations(config.example()) + values(examples);
  }

  private static double values(ImageShape examples) {
    return (double) examples.channels() * examples.height() * examples.width();
  }
}
