package io.winnow.local.demo;

import io.winnow.contracts.InvalidInputException;
import io.winnow.contracts.spec.DatasetSpec;
import io.winnow.contracts.spec.ReweightSpecBuilder;
import io.winnow.contracts.spec.RunSpec;
import io.winnow.contracts.spec.RunSpecBuilder;
import io.winnow.contracts.spec.SamplingSpecBuilder;
import io.winnow.contracts.spec.SelectionSpec;
import io.winnow.contracts.spec.SurrogateSpecBuilder;
import io.winnow.contracts.spec.TrainingSpecBuilder;
import io.winnow.datasets.source.SourceFormats;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The three runs of the demo: Winnow's method, a random coreset of the same size, and the full data
 * set, with equal training.
 *
 * @param dataset path of the images
 * @param surrogate a TorchScript file; null to train a surrogate
 * @param budget amounts of training
 * @param ratio share of each class kept by the first two runs, in (0, 1]
 * @param seed of all three runs
 */
public record DemoPlan(Path dataset, Path surrogate, DemoBudget budget, double ratio, long seed) {
  // the best quality after a training of one to two minutes, measured on the bundled sample
  private static final int BATCH = 32;
  private static final double LEARNING_RATE = 2e-3;
  private static final double GUIDANCE = 2;
  // all shoes of the bundled sample point the same way
  private static final boolean FLIP = false;

  /** Prefix of the name of every run of the demo. */
  static final String PREFIX = "demo-";

  /**
   * Checks specs and files before anything is started.
   *
   * @throws InvalidInputException a value is invalid or a file is missing
   */
  public void check() {
    arms();
    if (surrogate != null && !Files.isRegularFile(surrogate)) {
      throw new InvalidInputException(
          "there is no surrogate file " + surrogate, "give a TorchScript file");
    }
    if (!Files.exists(dataset)) {
      throw new InvalidInputException("there is no data set at " + dataset, SourceFormats.remedy());
    }
  }

  /** The specs by arm, in the order of execution. */
  Map<String, RunSpec> arms() {
    Map<String, RunSpec> arms = new LinkedHashMap<>();
    // only the first run samples an untrained model: the others would get the same samples
    arms.put("winnow", spec("winnow", "gaussian", ratio, "dro", true));
    arms.put("random", spec("random", "random", ratio, "uniform", false));
    arms.put("full", spec("full", "random", 1, "uniform", false));
    return arms;
  }

  private RunSpec spec(
      String arm, String criterion, double kept, String method, boolean untrained) {
    return RunSpecBuilder.builder()
        .name(PREFIX + arm)
        .dataset(DatasetSpec.of(dataset.toString()))
        .surrogate(
            SurrogateSpecBuilder.builder()
                .source(surrogate == null ? null : surrogate.toString())
                .images(budget.surrogateImages())
                .build())
        .selection(SelectionSpec.of(criterion, kept))
        .reweight(
            ReweightSpecBuilder.builder()
                .method(method)
                .referenceImages(budget.referenceImages())
                .proxyImages(budget.proxyImages())
                .build())
        .training(
            TrainingSpecBuilder.builder()
                .images(budget.trainingImages())
                .batch(BATCH)
                .learningRate(LEARNING_RATE)
                .horizontalFlip(FLIP)
                .build())
        .sampling(
            SamplingSpecBuilder.builder()
                .images(budget.samples())
                .guidance(GUIDANCE)
                .baseline(untrained)
                .build())
        .seed(seed)
        .build();
  }
}
