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
 * The one loop that trains a diffusion model. A step depends on nothing but its number and the
 * state before it, so a training that stopped at any checkpoint ends in the same bits as one that
 * did not.
 */
public final class TrainingLoop {
  private static final String LOSSES = "loop.losses";
  private static final int SHOWN_STEPS = 50;

  /**
   * How long to train.
   *
   * @param images images to see, at least 1; the last step sees a whole batch all the same
   * @param batch images a step
   * @param checkpointImages a checkpoint is kept every so many images
   * @param snapshotImages a snapshot is put into the artifact every so many images; 0 for none
   */
  public record Length(long images, int batch, long checkpointImages, long snapshotImages) {
    /** Steps in all. */
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
   * @param flip whether half of what each step sees is mirrored
   * @param classWeights by label, not negative; a sample's loss is weighed by its class's, over the
   *     batch's mean weight
   */
  public record Data(RowSource rows, boolean flip, double[] classWeights) {}

  /**
   * @param ema the weights' running mean, by parameter name
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
   * Trains from the last checkpoint, or from the start, to the end. Shows as figures the {@code
   * training.loss} (the mean of the last steps) and the {@code stage.data.wait} (which share of the
   * time steps have waited for their batch, in [0, 1]). When the process is told to stop it keeps a
   * checkpoint and leaves by {@link io.winnow.stage.api.StopException}.
   *
   * @throws InvalidInputException the device does not compute in the plan's precision; the training
   *     diverged, with the number of images seen
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
      // whoever finishes pays for all attempts: checkpoints keep steps, not costs
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
