package io.winnow.encoder;

import io.winnow.contracts.InvalidInputException;
import io.winnow.contracts.Seeds;
import io.winnow.contracts.run.StageRecord;
import io.winnow.contracts.spec.SurrogateSpec;
import io.winnow.datasets.Dataset;
import io.winnow.datasets.ImageBatch;
import io.winnow.datasets.MappedRows;
import io.winnow.datasets.ShardCache;
import io.winnow.datasets.source.DatasetSource;
import io.winnow.models.surrogate.ClassifierConfig;
import io.winnow.models.surrogate.ClassifierPlan;
import io.winnow.models.surrogate.ClassifierTrainer;
import io.winnow.models.train.Batch;
import io.winnow.models.train.BatchFeeder;
import io.winnow.models.train.BatchOrder;
import io.winnow.models.train.BatchRecipe;
import io.winnow.models.train.TrainingDivergedException;
import io.winnow.stage.api.Checkpoint;
import io.winnow.stage.api.JobContext;
import io.winnow.store.tensor.Tensor;
import io.winnow.torch.engine.Torch;
import io.winnow.torch.optimiser.AdamSettings;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.stream.LongStream;

/** Trains a classifier as surrogate on a data set's train split. */
final class ClassifierTraining {
  private static final double WEIGHT_DECAY = 0.01;
  private static final double CLIP = 1;
  private static final double EMA_DECAY = 0.99;
  private static final double WARM_UP = 0.05;
  private static final double FINAL_RATE = 0.01;
  private static final long CHECKPOINT_IMAGES = 8_000;

  private final Torch torch;
  private final Dataset dataset;
  private final ShardCache cache;
  private final SurrogateSpec spec;
  private final ClassifierPlan plan;
  private final long seed;
  private final long steps;

  /**
   * The trained classifier.
   *
   * @param weights the EMA of the weights, by parameter name
   * @param accuracy the share of held-out images that they classify correctly, in [0, 1]
   */
  record Result(Map<String, Tensor> weights, double accuracy) {}

  /**
   * @param model the network to train
   * @param seed of the initial weights and of every random draw
   */
  ClassifierTraining(
      Torch torch,
      Dataset dataset,
      ShardCache cache,
      ClassifierConfig model,
      SurrogateSpec spec,
      long seed) {
    this.torch = torch;
    this.dataset = dataset;
    this.cache = cache;
    this.spec = spec;
    this.seed = seed;
    this.steps = (spec.images() + spec.batch() - 1) / spec.batch();
    this.plan =
        new ClassifierPlan(
            model,
            new AdamSettings(
                spec.learningRate(),
                0.9,
                0.999,
                WEIGHT_DECAY,
                Math.round(WARM_UP * steps),
                steps,
                FINAL_RATE,
                CLIP,
                EMA_DECAY),
            true,
            Seeds.of(seed, "surrogate"));
  }

  /** Trains from the last checkpoint, or from the beginning. */
  Result run(JobContext job) {
    Optional<Checkpoint> saved = job.checkpoint();
    long first = saved.map(Checkpoint::position).orElse(0L);
    try (MappedRows images = images(job, first);
        ClassifierTrainer trainer =
            saved
                .map(c -> ClassifierTrainer.restore(torch, plan, c.tensors()))
                .orElseGet(() -> ClassifierTrainer.create(torch, plan));
        BatchFeeder batches = BatchFeeder.start(images, recipe(images.rows()), first, steps)) {
      steps(job, trainer, batches, first);
      return new Result(trainer.emaWeights(), accuracy(job, trainer));
    } catch (TrainingDivergedException e) {
      throw new InvalidInputException(
          "the surrogate's " + e.getMessage(), "lower surrogate.learningRate", e);
    }
  }

  private MappedRows images(JobContext job, long first) {
    return dataset.map(
        cache,
        DatasetSource.TRAIN,
        rows(),
        (done, total) ->
            job.progress(
                first * spec.batch(),
                steps * spec.batch(),
                "images",
                "opening shard " + (done + 1) + " of " + total));
  }

  // the kernel flips the images
  private BatchRecipe recipe(int rows) {
    BatchOrder order = new BatchOrder(rows, spec.batch(), Seeds.of(seed, "surrogate.order"));
    return BatchRecipe.alike(order, false, plan.seed(), dataset.classes().size());
  }

  private void steps(JobContext job, ClassifierTrainer trainer, BatchFeeder batches, long first) {
    long every = Math.max(1, CHECKPOINT_IMAGES / spec.batch());
    for (long step = first; step < steps; step++) {
      if (step > first && (step % every == 0 || job.stopping())) {
        long position = step;
        long seen = step * spec.batch();
        Map<String, Long> counters =
            Map.of("step", position, "images", seen, "seed", seed, "orderPosition", seen);
        job.checkpoint(() -> new Checkpoint(position, counters, trainer.state()));
      }
      job.progress(step * spec.batch(), steps * spec.batch(), "images", null);
      Batch batch = batches.take();
      trainer.step(step, batch.images(), batch.labels());
      job.cost(new StageRecord.Cost(0, batch.labels().length));
    }
  }

  /**
   * The rows to train on: null for all, or a random subset if training sees fewer images than there
   * are.
   */
  private long[] rows() {
    int all = dataset.rows(DatasetSource.TRAIN);
    long wanted = steps * spec.batch();
    if (wanted >= all) {
      return null;
    }
    return LongStream.range(0, all)
        .boxed()
        .sorted(Comparator.comparingLong(row -> Seeds.of(seed, "surrogate.rows", row)))
        .limit(wanted)
        .mapToLong(Long::longValue)
        .sorted()
        .toArray();
  }

  private double accuracy(JobContext job, ClassifierTrainer trainer) {
    double right = 0;
    for (var shard : dataset.shards(DatasetSource.HELDOUT)) {
      ImageBatch batch = dataset.read(shard);
      right += batch.rows() * trainer.accuracy(batch.images(), batch.labels());
      job.cost(new StageRecord.Cost(0, batch.rows()));
      job.progress(
          steps * spec.batch(), steps * spec.batch(), "images", "evaluating on held-out images");
    }
    return Math.round(right) / (double) dataset.rows(DatasetSource.HELDOUT);
  }
}
