package io.winnow.reweight;

import io.winnow.contracts.ArtifactRef;
import io.winnow.contracts.InvalidInputException;
import io.winnow.contracts.Json;
import io.winnow.contracts.Lineage;
import io.winnow.contracts.event.CoresetSelected;
import io.winnow.contracts.event.Event;
import io.winnow.contracts.event.WeightsDerived;
import io.winnow.contracts.run.Run;
import io.winnow.contracts.spec.ModelSpec;
import io.winnow.contracts.spec.ReweightSpec;
import io.winnow.contracts.spec.TrainingSpec;
import io.winnow.datasets.Dataset;
import io.winnow.datasets.MappedRows;
import io.winnow.datasets.ShardCache;
import io.winnow.models.References;
import io.winnow.reweighting.FixedMethod;
import io.winnow.reweighting.ProxyMethod;
import io.winnow.reweighting.Trajectory;
import io.winnow.reweighting.WeightingMethod;
import io.winnow.reweighting.WeightingMethods;
import io.winnow.reweighting.WeightsFile;
import io.winnow.reweighting.WeightsPicture;
import io.winnow.stage.api.Checkpoint;
import io.winnow.stage.api.JobContext;
import io.winnow.stage.api.Stage;
import io.winnow.store.artifact.Address;
import io.winnow.store.artifact.ArtifactStore;
import io.winnow.store.artifact.Committed;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.stream.Stream;

/**
 * Coreset to class weights, once the reference model that they are derived from is trained: {@code
 * weights/<digest>} with {@code weights.json} (a {@link WeightsFile}) and, where a proxy is
 * trained, {@code trajectory.safetensors} (see {@link Trajectory#tensors}) and {@code weights.png}
 * (see {@link WeightsPicture}).
 */
@ApplicationScoped
public class ReweightStage implements Stage<CoresetSelected> {
  private static final String NAME = "reweight";

  private static final String PREFIX = "weights";
  private static final String VERSION = "3";
  private static final String TRAIN = "train";

  private record Fixed(String method, Double cap) {}

  private record Trained(
      String method,
      ModelSpec model,
      long images,
      int batch,
      double learningRate,
      Double eta,
      double smoothing,
      double cap,
      double averageFrom,
      long warmupImages,
      double clip,
      double labelDrop,
      boolean flip,
      TrainingSpec.Schedule schedule,
      TrainingSpec.Numerics numerics,
      long seed) {}

  private final ArtifactStore store;
  private final References references;
  private final ProxyTraining training;
  private final ShardCache cache;

  ReweightStage(
      ArtifactStore store, References references, ProxyTraining training, ShardCache cache) {
    this.store = store;
    this.references = references;
    this.training = training;
    this.cache = cache;
  }

  @Override
  public String name() {
    return NAME;
  }

  /**
   * Whether the stage may have to wait for a reference model. A reference that the run names is not
   * waited for: it exists, or {@link #address} rejects the run.
   */
  static boolean waits(CoresetSelected event) {
    return References.forWeights(event.run()) && References.trained(event.run());
  }

  @Override
  public boolean ready(CoresetSelected event) {
    return !waits(event)
        || references.find(event.run(), dataset(event.run(), event.lineage())).isPresent();
  }

  /**
   * @throws InvalidInputException no coreset, a proxy that does not fit the images, or no reference
   *     model that fits
   */
  @Override
  public Address address(CoresetSelected event) {
    Run run = event.run();
    Lineage lineage = event.lineage();
    ArtifactRef dataset = dataset(run, lineage);
    ArtifactRef coreset = Inputs.require(lineage.coreset(), "coreset", run.id());
    ReweightSpec spec = run.spec().reweight();
    if (WeightingMethods.of(spec.method()) instanceof FixedMethod method) {
      boolean used = method.usesCoreset();
      return Address.of(
          PREFIX,
          NAME,
          VERSION,
          new Fixed(method.name(), used ? spec.maxWeightRatio() : null),
          used ? List.of(dataset.digest(), coreset.digest()) : List.of(dataset.digest()));
    }
    ProxyPlan.of(run, Dataset.open(store, dataset));
    Stream<ArtifactRef> reference =
        spec.needsReference() ? Stream.of(references.require(run, dataset).ref()) : Stream.empty();
    return Address.of(
        PREFIX,
        NAME,
        VERSION,
        parameters(run),
        Stream.concat(Stream.of(dataset, coreset), reference).map(ArtifactRef::digest).toList());
  }

  @Override
  public void run(CoresetSelected event, JobContext work) {
    Run run = event.run();
    Lineage lineage = event.lineage();
    Dataset dataset = Dataset.open(store, lineage.trainedOn());
    WeightingMethod method = WeightingMethods.of(run.spec().reweight().method());
    WeightsFile weights =
        method instanceof FixedMethod fixed
            ? fixed(fixed, run, dataset, lineage)
            : trained(run, dataset, lineage, work);
    work.draft().put(WeightsFile.NAME, Json.bytes(weights), null, null);
    work.draft().attribute("classes", weights.classes());
    work.draft().attribute("weights", weights.weights());
  }

  private WeightsFile fixed(FixedMethod method, Run run, Dataset dataset, Lineage lineage) {
    int classes = dataset.classes().size();
    WeightsFile.Coreset coreset =
        method.usesCoreset()
            ? new WeightsFile.Coreset(
                CoresetRows.read(store, lineage.coreset()).ofClasses(classes),
                lineage.coreset().digest())
            : null;
    return WeightsFile.fixed(method, dataset.classes(), run.spec().reweight().maxWeightRatio(), coreset);
  }

  private WeightsFile trained(Run run, Dataset dataset, Lineage lineage, JobContext work) {
    Committed reference =
        References.forWeights(run) ? references.require(run, lineage.trainedOn()) : null;
    long[] kept = CoresetRows.read(store, lineage.coreset()).indices();
    try (MappedRows rows = rows(run, dataset, kept, work)) {
      return training.run(
          run,
          dataset,
          new ProxyTraining.Coreset(rows, lineage.coreset().digest()),
          reference,
          work);
    }
  }

  @Override
  public List<Event> next(CoresetSelected event, Committed artifact) {
    Run run = event.run();
    Lineage lineage = event.lineage();
    ArtifactRef reference =
        References.forWeights(run) ? references.require(run, lineage.trainedOn()).ref() : null;
    return List.of(
        new WeightsDerived(run, lineage.withReference(reference).withWeights(artifact.ref())));
  }

  private MappedRows rows(Run run, Dataset dataset, long[] kept, JobContext work) {
    int batch = run.spec().reweight().batch();
    long seen = work.checkpoint().map(Checkpoint::position).orElse(0L) * batch;
    return dataset.map(
        cache,
        TRAIN,
        kept,
        (done, total) ->
            work.progress(
                seen,
                (long) ProxyPlan.steps(run) * batch,
                "images",
                "opening shard " + (done + 1) + " of " + total));
  }

  // all that decides the proxy's weights; its EMA, which is not used, is left out
  private static Trained parameters(Run run) {
    ReweightSpec reweight = run.spec().reweight();
    TrainingSpec training = run.spec().training();
    return new Trained(
        reweight.method(),
        reweight.model(),
        reweight.proxyImages(),
        reweight.batch(),
        reweight.learningRate(),
        feedback(reweight) ? reweight.eta() : null,
        reweight.smoothing(),
        reweight.maxWeightRatio(),
        reweight.averageAfter(),
        training.warmupImages(),
        training.maxGradNorm(),
        training.classDropoutProb(),
        training.horizontalFlip(),
        training.schedule(),
        training.numerics(reweight.batch()),
        run.spec().seed());
  }

  private static boolean feedback(ReweightSpec reweight) {
    return WeightingMethods.of(reweight.method()) instanceof ProxyMethod method
        && method.feedback();
  }

  private static ArtifactRef dataset(Run run, Lineage lineage) {
    return Inputs.require(lineage.trainedOn(), "dataset", run.id());
  }
}
