package io.winnow.reweight;

import io.winnow.contracts.InvalidInputException;
import io.winnow.contracts.Run;
import io.winnow.contracts.StepRecord;
import io.winnow.contracts.spec.ReweightSpec;
import io.winnow.diffusion.ModelFile;
import io.winnow.diffusion.engine.Torch;
import io.winnow.diffusion.sample.Denoiser;
import io.winnow.diffusion.train.BatchFeeder;
import io.winnow.diffusion.train.BatchRecipe;
import io.winnow.diffusion.train.DenoiserTrainer;
import io.winnow.diffusion.train.TrainingDivergedException;
import io.winnow.diffusion.train.TrainingPlan;
import io.winnow.stage.Checkpoint;
import io.winnow.stage.Work;
import io.winnow.storage.artifact.ArtifactStore;
import io.winnow.storage.artifact.Committed;
import io.winnow.storage.dataset.Dataset;
import io.winnow.storage.dataset.RowSource;
import io.winnow.storage.tensor.Tensor;
import jakarta.inject.Provider;
import jakarta.inject.Singleton;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Runs {@link DroLoop} with real models as a job that can be stopped and taken up again. */
@Singleton
public class DroTraining {
  private final ArtifactStore store;
  private final Provider<Torch> torch;
  private final long checkpointImages;

  /**
   * @param torch started when the first job needs it
   * @param checkpointImages a checkpoint is kept every so many images
   */
  DroTraining(
      ArtifactStore store,
      Provider<Torch> torch,
      @ConfigProperty(name = "winnow.reweight.checkpoint-images") long checkpointImages) {
    this.store = store;
    this.torch = torch;
    this.checkpointImages = checkpointImages;
  }

  /**
   * Puts the trajectory into the job's draft.
   *
   * @param coreset the rows to train on
   * @param coresetDigest which rows they are
   * @return the class weights
   * @throws InvalidInputException training diverged
   */
  WeightsFile run(
      Run run,
      Dataset dataset,
      RowSource coreset,
      String coresetDigest,
      Committed reference,
      Work work) {
    ReweightSpec spec = run.spec().reweight();
    int steps = ProxyPlan.steps(run);
    int classes = dataset.classes().size();
    ClassWeights weights = new ClassWeights(classes, spec.eta(), spec.smoothing());
    Trajectory trajectory = new Trajectory(steps, classes, spec.batch());
    TrainingPlan plan = ProxyPlan.of(run, dataset);
    BatchRecipe recipe = ProxyPlan.batches(run, coreset.rows(), classes);
    Optional<Checkpoint> start = work.checkpoint();
    long from = start.map(Checkpoint::position).orElse(0L);
    Map<String, Tensor> referenceWeights =
        ModelFile.weights(store, reference, ModelFile.EMA_WEIGHTS);
    torch.get().require(plan.precision(), "training.precision");
    try (Denoiser teacher =
            ModelFile.read(store, reference)
                .denoiser(torch.get(), plan.precision(), referenceWeights);
        DenoiserTrainer proxy = proxy(plan, start);
        BatchFeeder batches = BatchFeeder.start(coreset, recipe, from, steps)) {
      DroLoop loop =
          new DroLoop(
              run.spec().seed(), teacher::losses, new TorchProxy(proxy), weights, trajectory);
      start.ifPresent(checkpoint -> loop.restore(checkpoint.tensors()));
      train(loop, batches, from, steps, spec.batch(), run.spec().seed(), work);
    } catch (TrainingDivergedException e) {
      throw new InvalidInputException(
          "the proxy's training diverged after " + e.imagesSeen() + " images: " + e.getMessage(),
          "lower \"reweight.learningRate\"",
          e);
    }
    work.draft().putTensors("trajectory.safetensors", trajectory.tensors(), (long) steps, null);
    long images = (long) steps * spec.batch();
    work.cost(new StepRecord.Cost(0, images));
    return new WeightsFile(
        spec.method(),
        dataset.classes(),
        ClassWeights.capped(weights.mean(), spec.cap()),
        weights.mean(),
        weights.lambda(),
        weights.updates(),
        images,
        spec.eta(),
        spec.smoothing(),
        spec.cap(),
        coresetDigest,
        reference.ref().digest(),
        Map.of("run", run.spec().seed(), "proxy", plan.seed(), "order", recipe.order().seed()));
  }

  private void train(
      DroLoop loop, BatchFeeder batches, long from, long steps, int batch, long seed, Work work) {
    for (long step = from; step < steps; step++) {
      loop.step(batches.take());
      long done = (step + 1) * batch;
      boolean due = done / checkpointImages > step * batch / checkpointImages;
      if (step + 1 < steps && (due || work.stopping())) {
        long position = step + 1;
        Map<String, Long> counters =
            Map.of("step", position, "images", done, "seed", seed, "orderPosition", done);
        work.checkpoint(() -> new Checkpoint(position, counters, loop.state()));
      }
      work.progress(
          done,
          steps * batch,
          "images",
          String.format(Locale.ROOT, "data wait %.1f %%", 100 * batches.waitFraction()));
    }
  }

  private DenoiserTrainer proxy(TrainingPlan plan, Optional<Checkpoint> start) {
    return start
        .map(c -> DenoiserTrainer.restore(torch.get(), plan, DroLoop.proxyState(c.tensors())))
        .orElseGet(() -> DenoiserTrainer.create(torch.get(), plan));
  }

  private record TorchProxy(DenoiserTrainer trainer) implements Proxy {
    @Override
    public float[] losses(long seed, byte[] images, int[] labels) {
      return trainer.losses(seed, images, labels);
    }

    @Override
    public void step(long step, byte[] images, int[] labels, float[] weights) {
      trainer.step(step, images, labels, weights);
    }

    @Override
    public Map<String, Tensor> state() {
      return trainer.state();
    }
  }
}
