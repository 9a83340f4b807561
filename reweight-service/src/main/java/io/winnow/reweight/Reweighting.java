package io.winnow.reweight;

import io.winnow.contracts.ArtifactRef;
import io.winnow.contracts.InvalidInputException;
import io.winnow.contracts.Json;
import io.winnow.contracts.Lineage;
import io.winnow.contracts.ObjectRef;
import io.winnow.contracts.Run;
import io.winnow.contracts.event.Event;
import io.winnow.contracts.event.WeightsDerived;
import io.winnow.contracts.spec.ModelSpec;
import io.winnow.contracts.spec.ReweightSpec;
import io.winnow.contracts.spec.ReweightSpec.Method;
import io.winnow.contracts.spec.TrainingSpec;
import io.winnow.diffusion.References;
import io.winnow.stage.Checkpoint;
import io.winnow.stage.Work;
import io.winnow.storage.artifact.Address;
import io.winnow.storage.artifact.ArtifactStore;
import io.winnow.storage.artifact.Committed;
import io.winnow.storage.dataset.Dataset;
import io.winnow.storage.dataset.MappedRows;
import io.winnow.storage.dataset.ShardCache;
import io.winnow.storage.tensor.SafeTensors;
import jakarta.inject.Singleton;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * The stage that derives class weights, whichever event completes what it needs: {@code
 * weights/<digest>} with {@code weights.json} (a {@link WeightsFile}) and, unless the method is
 * {@code uniform}, {@code trajectory.safetensors} (see {@link Trajectory#tensors}).
 */
@Singleton
public class Reweighting {
  static final String NAME = "reweight";

  private static final String PREFIX = "weights";
  private static final String VERSION = "2";
  private static final String TRAIN = "train";

  private record Uniform(Method method) {}

  private record Dro(
      Method method,
      ModelSpec model,
      long images,
      int batch,
      double learningRate,
      double eta,
      double smoothing,
      double cap,
      long warmupImages,
      double clip,
      double labelDrop,
      boolean flip,
      TrainingSpec.Schedule schedule,
      TrainingSpec.Numerics numerics,
      long seed) {}

  private final ArtifactStore store;
  private final References references;
  private final DroTraining training;
  private final ShardCache cache;

  Reweighting(ArtifactStore store, References references, DroTraining training, ShardCache cache) {
    this.store = store;
    this.references = references;
    this.training = training;
    this.cache = cache;
  }

  /**
   * Whether nothing has to be waited for. A reference that the run names is not waited for: it is
   * there, or {@link #address} refuses the run.
   */
  boolean ready(Run run, Lineage lineage) {
    return !References.forWeights(run)
        || !References.trained(run)
        || references.find(run, dataset(run, lineage)).isPresent();
  }

  /**
   * @throws InvalidInputException no coreset, or no reference model that fits
   */
  Address address(Run run, Lineage lineage) {
    ArtifactRef dataset = dataset(run, lineage);
    ArtifactRef coreset = Inputs.require(lineage.coreset(), "coreset", run.id());
    if (!References.forWeights(run)) {
      return Address.of(
          PREFIX, NAME, VERSION, new Uniform(Method.UNIFORM), List.of(dataset.digest()));
    }
    ArtifactRef reference = references.require(run, dataset).ref();
    return Address.of(
        PREFIX,
        NAME,
        VERSION,
        parameters(run),
        List.of(dataset.digest(), coreset.digest(), reference.digest()));
  }

  void run(Run run, Lineage lineage, Work work) {
    Dataset dataset = Dataset.open(store, lineage.trainedOn());
    if (!References.forWeights(run)) {
      double[] ones = new double[dataset.classes().size()];
      Arrays.fill(ones, 1);
      write(
          work,
          new WeightsFile(
              Method.UNIFORM,
              dataset.classes(),
              ones,
              null,
              null,
              0,
              0,
              null,
              null,
              null,
              null,
              null,
              Map.of()));
      return;
    }
    Committed reference = references.require(run, lineage.trainedOn());
    try (MappedRows coreset = coreset(run, dataset, lineage.coreset(), work)) {
      WeightsFile weights =
          training.run(run, dataset, coreset, lineage.coreset().digest(), reference, work);
      write(work, weights);
    }
  }

  List<Event> next(Run run, Lineage lineage, Committed artifact) {
    ArtifactRef reference =
        References.forWeights(run) ? references.require(run, lineage.trainedOn()).ref() : null;
    return List.of(
        new WeightsDerived(run, lineage.withReference(reference).withWeights(artifact.ref())));
  }

  private MappedRows coreset(Run run, Dataset dataset, ArtifactRef ref, Work work) {
    ObjectRef object = store.open(ref).entry("coreset.safetensors").object();
    long[] rows =
        SafeTensors.parse(store.objects().get(object), "object " + object.key())
            .get("indices")
            .longs();
    if (rows.length == 0) {
      throw new InvalidInputException(
          "coreset " + ref.address() + " has no rows", "select with a greater ratio");
    }
    int batch = run.spec().reweight().batch();
    long seen = work.checkpoint().map(Checkpoint::position).orElse(0L) * batch;
    return dataset.map(
        cache,
        TRAIN,
        rows,
        (done, total) ->
            work.progress(
                seen,
                (long) ProxyPlan.steps(run) * batch,
                "images",
                "opening shard " + (done + 1) + " of " + total));
  }

  private static void write(Work work, WeightsFile weights) {
    work.draft().put(WeightsFile.NAME, Json.bytes(weights), null, null);
    work.draft().attribute("classes", weights.classes());
    work.draft().attribute("weights", weights.weights());
  }

  // all that decides the proxy's weights; its EMA, which is not used, is left out
  private static Dro parameters(Run run) {
    ReweightSpec reweight = run.spec().reweight();
    TrainingSpec training = run.spec().training();
    return new Dro(
        reweight.method(),
        reweight.model(),
        reweight.images(),
        reweight.batch(),
        reweight.learningRate(),
        reweight.eta(),
        reweight.smoothing(),
        reweight.cap(),
        training.warmupImages(),
        training.clip(),
        training.labelDrop(),
        training.flip(),
        training.schedule(),
        training.numerics(reweight.batch()),
        run.spec().seed());
  }

  private static ArtifactRef dataset(Run run, Lineage lineage) {
    return Inputs.require(lineage.trainedOn(), "dataset", run.id());
  }
}
