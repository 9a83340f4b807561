package io.winnow.reweight;

import io.winnow.contracts.InvalidInputException;
import io.winnow.contracts.Seeds;
import io.winnow.contracts.run.Run;
import io.winnow.contracts.spec.ModelSpec;
import io.winnow.contracts.spec.ReweightSpec;
import io.winnow.datasets.Dataset;
import io.winnow.models.architecture.DenoiserConfig;
import io.winnow.models.denoiser.ExampleSpec;
import io.winnow.models.train.BatchOrder;
import io.winnow.models.train.BatchRecipe;
import io.winnow.models.train.TrainingPlan;
import io.winnow.models.train.TrainingPlans;

/** How a run's proxy is trained: everything that follows from its spec and its images' shape. */
final class ProxyPlan {
  private static final long MOST_IMAGES = 500_000_000;

  private ProxyPlan() {}

  /**
   * @throws InvalidInputException the spec's model does not fit the images, or more images than a
   *     trajectory can hold
   */
  static TrainingPlan of(Run run, Dataset dataset) {
    ReweightSpec reweight = run.spec().reweight();
    if (reweight.proxyImages() > MOST_IMAGES) {
      throw new InvalidInputException(
          "\"reweight.proxyImages\" is " + reweight.proxyImages(),
          "give at most " + MOST_IMAGES + ": the loss of every image is kept");
    }
    return TrainingPlans.reweight(
        model(reweight.model(), dataset), run.spec().training(), reweight, seed(run));
  }

  /**
   * Checks the architecture of a reference that is to be trained.
   *
   * @throws InvalidInputException it does not fit the images
   */
  static void requireReference(Run run, Dataset dataset) {
    model(run.spec().reweight().referenceModel(), dataset);
  }

  private static DenoiserConfig model(ModelSpec model, Dataset dataset) {
    return DenoiserConfig.of(model, ExampleSpec.of(dataset.shape()), dataset.classes().size());
  }

  /** Seed of the proxy's initial weights and of its own draws. */
  static long seed(Run run) {
    return Seeds.of(run.spec().seed(), "reweight.proxy");
  }

  /** What each step sees of the coreset: mirrored as the spec says, all weighing alike. */
  static BatchRecipe batches(Run run, int coresetRows, int classes) {
    BatchOrder order =
        new BatchOrder(
            coresetRows,
            run.spec().reweight().batch(),
            Seeds.of(run.spec().seed(), "reweight.order"));
    return BatchRecipe.alike(order, run.spec().training().horizontalFlip(), seed(run), classes);
  }

  /** Steps until the proxy has seen {@code reweight.proxyImages} images, the last batch whole. */
  static int steps(Run run) {
    ReweightSpec reweight = run.spec().reweight();
    return Math.toIntExact((reweight.proxyImages() + reweight.batch() - 1) / reweight.batch());
  }
}
