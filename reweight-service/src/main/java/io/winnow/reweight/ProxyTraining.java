package io.winnow.reweight;

import io.winnow.artifacts.ClassWeights;
import io.winnow.contracts.InvalidInputException;
import io.winnow.contracts.run.Run;
import io.winnow.contracts.run.StageRecord;
import io.winnow.contracts.spec.ReweightSpec;
import io.winnow.datasets.Dataset;
import io.winnow.datasets.RowSource;
import io.winnow.models.train.BatchFeeder;
import io.winnow.models.train.BatchRecipe;
import io.winnow.models.train.TrainingDivergedException;
import io.winnow.models.train.TrainingPlan;
import io.winnow.reweighting.DroWeights;
import io.winnow.reweighting.FinalWeights;
import io.winnow.reweighting.ProxyLoop;
import io.winnow.reweighting.ProxyMethod;
import io.winnow.reweighting.Trajectory;
import io.winnow.reweighting.WeightingMethods;
import io.winnow.reweighting.WeightsPicture;
import io.winnow.stage.api.Checkpoint;
import io.winnow.stage.api.JobContext;
import io.winnow.store.artifact.Artifact;
import io.winnow.store.artifact.ArtifactStore;
import io.winnow.store.tensor.Tensor;
import io.winnow.torch.engine.Torch;
import jakarta.inject.Provider;
import jakarta.inject.Singleton;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Runs {@link ProxyLoop} as a job that can be stopped and resumed. */
@Singleton
public class ProxyTraining {
  private static final int SHOWN_UPDATES = 200;

  private final ArtifactStore store;
  private final Provider<Torch> torch;
  private final long checkpointImages;

  /**
   * Trains nothing yet.
   *
   * @param torch started when the first job needs it
   * @param checkpointImages images between two checkpoints
   */
  ProxyTraining(
      ArtifactStore store,
      Provider<Torch> torch,
      @ConfigProperty(name = "winnow.reweight.checkpoint-images") long checkpointImages) {
    this.store = store;
    this.torch = torch;
    this.checkpointImages = checkpointImages;
  }

  /**
   * What the proxy is trained on.
   *
   * @param rows of the coreset
   * @param digest of the coreset
   */
  record Coreset(RowSource rows, String digest) {}

  /**
   * Trains the proxy. Puts the trajectory and its picture into the job's draft, and shows the
   * weights as gauges {@code class.weight}, with mean 1.
   *
   * @param reference null for methods without a reference model
   * @return the class weights
   * @throws InvalidInputException training diverged
   */
  ClassWeights.Trained run(
      Run run, Dataset dataset, Coreset coreset, Artifact reference, JobContext work) {
    ReweightSpec spec = run.spec().reweight();
    ProxyMethod method = (ProxyMethod) WeightingMethods.of(spec.method());
    int steps = ProxyPlan.steps(run);
    int classes = dataset.classes().size();
    DroWeights weights =
        new DroWeights(
            new DroWeights.Settings(
                method, classes, steps, spec.eta(), spec.smoothing(), spec.averageAfter()));
    Trajectory trajectory = new Trajectory(steps, classes, spec.batch(), reference != null);
    TrainingPlan plan = ProxyPlan.of(run, dataset);
    BatchRecipe recipe = ProxyPlan.batches(run, coreset.rows().rows(), classes);
    Optional<Checkpoint> start = work.checkpoint();
    long from = start.map(Checkpoint::position).orElse(0L);
    Map<String, Tensor> proxy =
        start.map(checkpoint -> ProxyLoop.proxyState(checkpoint.tensors())).orElse(Map.of());
    torch.get().require(plan.precision(), "training.precision");
    String digest;
    try (TorchModels models = TorchModels.open(torch.get(), store, plan, proxy, reference);
        BatchFeeder batches = BatchFeeder.start(coreset.rows(), recipe, from, steps)) {
      ProxyLoop loop = new ProxyLoop(run.spec().seed(), models, weights, trajectory);
      start.ifPresent(checkpoint -> loop.restore(checkpoint.tensors()));
      Supplier<Map<String, Double>> shown = () -> byClass(dataset.classes(), weights.weights());
      train(loop, batches, from, steps, spec.batch(), run.spec().seed(), work, shown);
      digest = models.digest();
    } catch (TrainingDivergedException e) {
      throw new InvalidInputException(
          "the proxy's training diverged after " + e.imagesSeen() + " images: " + e.getMessage(),
          "lower \"reweight.learningRate\"",
          e);
    }
    ClassWeights.Curve curve = trajectory.curve(SHOWN_UPDATES);
    work.draft().putTensors("trajectory.safetensors", trajectory.tensors(), (long) steps, null);
    WeightsPicture.png(method.name(), dataset.classes(), curve)
        .ifPresent(png -> work.draft().put(WeightsPicture.NAME, png, null, null));
    long images = (long) steps * spec.batch();
    work.cost(new StageRecord.Cost(0, images));
    return new ClassWeights.Trained(
        method.name(),
        dataset.classes(),
        FinalWeights.capped(weights.mean(), spec.maxWeightRatio()),
        weights.mean(),
        weights.lambda(),
        curve,
        weights.updates(),
        images,
        weights.eta(),
        spec.smoothing(),
        spec.maxWeightRatio(),
        spec.averageAfter(),
        coreset.digest(),
        reference == null ? null : reference.ref().digest(),
        digest,
        Map.of("run", run.spec().seed(), "proxy", plan.seed(), "order", recipe.order().seed()));
  }

  private void train(
      ProxyLoop loop,
      BatchFeeder batches,
      long from,
      long steps,
      int batch,
      long seed,
      JobContext work,
      Supplier<Map<String, Double>> weights) {
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
      work.gauges("class.weight", "class", weights);
      work.progress(
          done,
          steps * batch,
          "images",
          String.format(Locale.ROOT, "data wait %.1f %%", 100 * batches.waitFraction()));
    }
  }

  /** Divided by their mean. */
  private static Map<String, Double> byClass(List<String> classes, double[] weights) {
    Map<String, Double> named = new LinkedHashMap<>();
    for (int c = 0; c < weights.length; c++) {
      named.put(classes.get(c), weights[c] * weights.length);
    }
    return named;
  }
}
