package io.winnow.bench;

import io.winnow.contracts.InvalidInputException;
import io.winnow.contracts.Seeds;
import io.winnow.datasets.ImageBatch;
import io.winnow.datasets.ImageShape;
import io.winnow.models.architecture.DenoiserConfig;
import io.winnow.models.train.Batch;
import io.winnow.models.train.BatchFeeder;
import io.winnow.models.train.BatchOrder;
import io.winnow.models.train.BatchRecipe;
import io.winnow.models.train.DenoiserTrainer;
import io.winnow.models.train.TrainingPlan;
import io.winnow.torch.engine.Torch;
import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * Times the training step as the trainer takes it: batches from the feeder, one call of the engine,
 * losses back. The images are noise, which costs a step the same as pictures.
 *
 * @param plan what is trained
 * @param batch images a step
 * @param warmUp steps before the clock, at least 1: they allocate and choose algorithms
 * @param steps steps on the clock, at least 1
 */
public record StepBench(TrainingPlan plan, int batch, int warmUp, int steps) {
  private static final int BATCHES = 16;

  public StepBench {
    if (warmUp < 1 || steps < 1 || batch < 1) {
      throw new InvalidInputException(
          "cannot time %d steps of %d images after %d".formatted(steps, batch, warmUp),
          "give at least 1 of each");
    }
  }

  /**
   * What was measured.
   *
   * @param secondsPerStep the median
   * @param fastest seconds of the fastest step
   * @param waitFraction share of the time that steps waited for their batch, in [0, 1]
   */
  public record Timing(double secondsPerStep, double fastest, double waitFraction) {}

  /**
   * @param warm told when the warm-up is over
   */
  public Timing run(Torch torch, Runnable warm) {
    DenoiserConfig model = plan.model();
    ImageBatch rows = noise(model);
    BatchOrder order = new BatchOrder(rows.rows(), batch, Seeds.of(plan.seed(), "bench.order"));
    BatchRecipe recipe = BatchRecipe.alike(order, true, plan.seed(), model.classCount());
    double[] seconds = new double[steps];
    try (DenoiserTrainer trainer = DenoiserTrainer.create(torch, plan);
        BatchFeeder feeder = BatchFeeder.start(rows, recipe, 0, (long) warmUp + steps)) {
      for (int step = 0; step < warmUp; step++) {
        step(trainer, feeder, step);
      }
      warm.run();
      for (int step = 0; step < steps; step++) {
        long start = System.nanoTime();
        step(trainer, feeder, warmUp + step);
        seconds[step] = (System.nanoTime() - start) / 1e9;
      }
      Arrays.sort(seconds);
      double median = (seconds[(steps - 1) / 2] + seconds[steps / 2]) / 2;
      return new Timing(median, seconds[0], feeder.waitFraction());
    }
  }

  private static void step(DenoiserTrainer trainer, BatchFeeder feeder, int step) {
    Batch next = feeder.take();
    trainer.step(step, next.images(), next.labels(), next.weights());
  }

  private ImageBatch noise(DenoiserConfig model) {
    ImageShape shape = model.example().imageShape();
    int count = BATCHES * batch;
    byte[] images = new byte[Math.multiplyExact(count, shape.bytes())];
    new SplittableRandom(Seeds.of(plan.seed(), "bench.images")).nextBytes(images);
    int[] labels = new int[count];
    Arrays.setAll(labels, i -> i % model.classCount());
    return new ImageBatch(shape, images, labels);
  }
}
