package io.winnow.bench;

import io.winnow.contracts.InvalidInputException;
import io.winnow.contracts.Seeds;
import io.winnow.datasets.ImageBatch;
import io.winnow.datasets.ImageShape;
import io.winnow.local.system.ProcessMemory;
import io.winnow.models.architecture.DenoiserConfig;
import io.winnow.models.train.Batch;
import io.winnow.models.train.BatchFeeder;
import io.winnow.models.train.BatchOrder;
import io.winnow.models.train.BatchRecipe;
import io.winnow.models.train.DenoiserTrainer;
import io.winnow.models.train.TrainingPlan;
import io.winnow.torch.engine.Torch;
import io.winnow.torch.engine.TorchSettings;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SplittableRandom;

/**
 * Measures the training step as the trainer service performs it: a batch from the feeder, one call
 * of the engine, the losses. The images are random, which takes as long as real ones.
 *
 * @param plan the training
 * @param batch images per step
 * @param warmUp steps before measuring, at least 1: they allocate memory and choose algorithms
 * @param steps measured steps, at least 1
 */
public record StepBench(TrainingPlan plan, int batch, int warmUp, int steps) {
  private static final int BATCHES = 16;
  private static final long MIB = 1L << 20;

  public StepBench {
    if (warmUp < 1 || steps < 1 || batch < 1) {
      throw new InvalidInputException(
          "cannot measure %d steps of %d images after %d warm-up steps"
              .formatted(steps, batch, warmUp),
          "give at least 1 of each");
    }
  }

  /**
   * Times of the measured steps.
   *
   * @param secondsPerStep median step time
   * @param fastest seconds of the fastest step
   * @param waitFraction share of the time that steps waited for their batch, in [0, 1]
   */
  public record Timing(double secondsPerStep, double fastest, double waitFraction) {}

  /**
   * The result as {@code winnow bench train} prints it.
   *
   * @param engine name and version of the engine
   * @param model name of the preset
   * @param parameters trainable parameters
   * @param secondsPerStep median step time
   * @param fastestStep seconds of the fastest step
   * @param imagesPerSecond of the median step
   * @param waitFraction share of the time that steps waited for their batch, in [0, 1]
   * @param warmRssMiB resident memory after the warm-up, MiB; null without {@code /proc}
   * @param rssMiB resident memory at the end
   * @param peakRssMiB maximum resident memory of the process
   */
  public record Report(
      String engine,
      String model,
      long parameters,
      int batch,
      String precision,
      String device,
      int threads,
      int steps,
      double secondsPerStep,
      double fastestStep,
      double imagesPerSecond,
      double waitFraction,
      Long warmRssMiB,
      Long rssMiB,
      Long peakRssMiB) {}

  /**
   * Measures on an engine of its own.
   *
   * @param model name of the preset, for the report
   */
  public Report report(TorchSettings settings, String model) {
    try (Torch torch = Torch.start(settings)) {
      List<Optional<ProcessMemory>> warm = new ArrayList<>();
      Timing timing = run(torch, () -> warm.add(ProcessMemory.own()));
      Optional<ProcessMemory> end = ProcessMemory.own();
      return new Report(
          "winnow, PyTorch " + torch.version(),
          model,
          plan.model().parameters().size(),
          batch,
          plan.precision().name().toLowerCase(Locale.ROOT),
          settings.device(),
          torch.threads(),
          steps,
          timing.secondsPerStep(),
          timing.fastest(),
          batch / timing.secondsPerStep(),
          timing.waitFraction(),
          warm.get(0).map(memory -> memory.resident() / MIB).orElse(null),
          end.map(memory -> memory.resident() / MIB).orElse(null),
          end.map(memory -> memory.peak() / MIB).orElse(null));
    }
  }

  /**
   * Measures.
   *
   * @param warm called at the end of the warm-up
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
