package io.winnow.trainer.train;

import io.winnow.contracts.InvalidInputException;
import io.winnow.contracts.Seeds;
import io.winnow.contracts.run.StageRecord;
import io.winnow.datasets.RowSource;
import io.winnow.models.train.Batch;
import io.winnow.models.train.BatchFeeder;
import io.winnow.models.train.BatchOrder;
import io.winnow.models.train.BatchRecipe;
import io.winnow.models.train.DenoiserTrainer;
import io.winnow.models.train.TrainingDivergedException;
import io.winnow.models.train.TrainingPlan;
import io.winnow.stage.api.Checkpoint;
import io.winnow.stage.api.JobContext;
import io.winnow.store.tensor.Tensor;
import io.winnow.torch.engine.Torch;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * The training loop of a diffusion model. A step depends only on its number and the state before
 * it, so training that was stopped at any checkpoint ends with the same bits as uninterrupted
 * training.
 */
public final class TrainingLoop {
  private static final String LOSSES = "loop.losses";
  private static final int SHOWN_STEPS = 50;

  /**
   * How long to train.
   *
   * @param images images to see, at least 1; the last step sees a whole batch regardless
   * @param batch images per step
   * @param checkpointImages images between two checkpoints
   * @param snapshotImages images between two snapshots in the artifact; 0 for none
   */
  public record Length(long images, int batch, long checkpointImages, long snapshotImages) {
    /** Total number of steps. */
    public int steps() {
      return Math.toIntExact((images + batch - 1) / batch);
    }

    Snapshots snapshots() {
      return new Snapshots(images, batch, snapshotImages);
    }
  }

  /**
   * What to train on.
   *
   * @param rows all images
   * @param flip whether images are flipped horizontally with probability ½
   * @param classWeights by label, at least 0; a sample's loss is multiplied by the weight of its
   *     class, divided by the mean weight of the batch
   */
  public record Data(RowSource rows, boolean flip, double[] classWeights) {}

  /**
   * The result.
   *
   * @param ema EMA of the weights, by parameter name
   * @param raw the weights of the last step
   * @param losses mean loss of each step's batch, unweighted
   */
  public record Trained(Map<String, Tensor> ema, Map<String, Tensor> raw, float[] losses) {}

  private final Torch torch;
  private final TrainingPlan plan;
  private final Length length;
  private final Data data;

  public TrainingLoop(Torch torch, TrainingPlan plan, Length length, Data data) {
    this.torch = torch;
    this.plan = plan;
    this.length = length;
    this.data = data;
  }

  /**
   * Trains from the last checkpoint, or from the start, to the end. Sets the gauges {@code
   * training.loss} (mean of the last steps) and {@code stage.data.wait} (the share of time that
   * steps waited for their batch, in [0, 1]). When the process is told to stop, it saves a
   * checkpoint and throws {@link io.winnow.stage.api.StopException}.
   *
   * @throws InvalidInputException the device does not support the plan's precision, or the training
   *     diverged
   */
  public Trained run(JobContext work) {
    torch.require(plan.precision(), "training.precision");
    float[] losses = new float[length.steps()];
    Map<String, Tensor> kept = new LinkedHashMap<>();
    work.checkpoint().ifPresent(checkpoint -> kept.putAll(checkpoint.tensors()));
    Tensor before = kept.remove(LOSSES);
    int first = 0;
    if (before != null && !length.snapshots().reuse(work, (int) before.elements())) {
      before = null;
    }
    if (before != null) {
      float[] known = before.floats();
      System.arraycopy(known, 0, losses, 0, known.length);
      first = known.length;
    }
    try (DenoiserTrainer trainer =
            before == null
                ? DenoiserTrainer.create(torch, plan)
                : DenoiserTrainer.restore(torch, plan, kept);
        BatchFeeder feeder = feeder(first, losses.length)) {
      steps(trainer, feeder, first, losses, work);
      // the attempt that finishes counts the images of all attempts
      work.cost(new StageRecord.Cost(0, (long) length.steps() * length.batch()));
      return new Trained(trainer.emaWeights(), trainer.weights(), losses);
    } catch (TrainingDivergedException e) {
      throw new InvalidInputException(
          String.format(
              Locale.ROOT,
              "training diverged after %d images, in step %d: %s%s",
              e.imagesSeen(),
              e.step(),
              e.detail(),
              row(e)),
          "lower the learning rate or lengthen the warm-up",
          e);
    }
  }

  private void steps(
      DenoiserTrainer trainer, BatchFeeder feeder, int first, float[] losses, JobContext work) {
    for (int step = first; step < losses.length; step++) {
      Batch batch = feeder.take();
      losses[step] =
          (float) trainer.step(step, batch.images(), batch.labels(), batch.weights()).meanLoss();
      int done = step + 1;
      if (length.snapshots().due(done)) {
        length.snapshots().put(work.draft(), done, trainer.emaWeights());
      }
      if (done < losses.length && (work.stopping() || isCheckpoint(done))) {
        work.checkpoint(() -> checkpoint(trainer, losses, done));
      }
      double waited = feeder.waitFraction();
      double loss = meanOfLast(losses, done);
      work.gauge("training.loss", loss);
      work.gauge("stage.data.wait", waited);
      work.progress(
          Math.min(length.images(), (long) done * length.batch()),
          length.images(),
          "images",
          String.format(Locale.ROOT, "loss %.4f, data wait %.1f %%", loss, 100 * waited));
    }
  }

  private Checkpoint checkpoint(DenoiserTrainer trainer, float[] losses, int done) {
    Map<String, Tensor> state = new LinkedHashMap<>(trainer.state());
    state.put(LOSSES, Tensor.of(Arrays.copyOf(losses, done), done));
    long images = (long) done * length.batch();
    Map<String, Long> counters =
        Map.of("step", (long) done, "images", images, "seed", plan.seed(), "orderPosition", images);
    return new Checkpoint(images, counters, state);
  }

  private BatchFeeder feeder(int first, int end) {
    BatchRecipe recipe = new BatchRecipe(order(), data.flip(), plan.seed(), data.classWeights());
    return BatchFeeder.start(data.rows(), recipe, first, end);
  }

  private BatchOrder order() {
    return new BatchOrder(data.rows().rows(), length.batch(), Seeds.of(plan.seed(), "train.order"));
  }

  private String row(TrainingDivergedException e) {
    return e.image().isEmpty()
        ? ""
        : ", row %d of the images trained on"
            .formatted(order().rowsOf(e.step())[e.image().getAsInt()]);
  }

  private boolean isCheckpoint(int done) {
    long interval = length.checkpointImages();
    long images = (long) done * length.batch();
    return images / interval > (images - length.batch()) / interval;
  }

  private static double meanOfLast(float[] losses, int done) {
    int from = Math.max(0, done - SHOWN_STEPS);
    double sum = 0;
    for (int i = from; i < done; i++) {
      sum += losses[i];
    }
    return sum / (done - from);
  }
}
