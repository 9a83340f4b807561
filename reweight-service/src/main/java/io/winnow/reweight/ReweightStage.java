package io.winnow.reweight;

import io.winnow.artifacts.ClassWeights;
import io.winnow.artifacts.Coreset;
import io.winnow.contracts.ArtifactRef;
import io.winnow.contracts.InvalidInputException;
import io.winnow.contracts.Lineage;
import io.winnow.contracts.LineageKey;
import io.winnow.contracts.Splits;
import io.winnow.contracts.StageNames;
import io.winnow.contracts.event.CoresetSelected;
import io.winnow.contracts.event.Event;
import io.winnow.contracts.event.WeightsDerived;
import io.winnow.contracts.run.Run;
import io.winnow.contracts.spec.ReweightSpec;
import io.winnow.contracts.spec.RunSpec;
import io.winnow.contracts.spec.field.Product;
import io.winnow.contracts.spec.field.SpecFields;
import io.winnow.datasets.Dataset;
import io.winnow.datasets.MappedRows;
import io.winnow.datasets.ShardCache;
import io.winnow.models.References;
import io.winnow.models.requirement.RunCost;
import io.winnow.models.requirement.RunMemory;
import io.winnow.reweighting.FixedMethod;
import io.winnow.reweighting.ProxyMethod;
import io.winnow.reweighting.Trajectory;
import io.winnow.reweighting.WeightingMethod;
import io.winnow.reweighting.WeightingMethods;
import io.winnow.reweighting.WeightsPicture;
import io.winnow.stage.api.Checkpoint;
import io.winnow.stage.api.JobContext;
import io.winnow.stage.api.Lane;
import io.winnow.stage.api.Stage;
import io.winnow.store.artifact.Address;
import io.winnow.store.artifact.Artifact;
import io.winnow.store.artifact.ArtifactStore;
import io.winnow.torch.engine.MemoryLimits;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Derives class weights from a coreset, once the reference model is trained: {@code
 * weights/<digest>} with {@code weights.json} (a {@link ClassWeights}) and, where a proxy is
 * trained, {@code trajectory.safetensors} (see {@link Trajectory#tensors}) and {@code weights.png}
 * (see {@link WeightsPicture}).
 */
@ApplicationScoped
public class ReweightStage implements Stage<CoresetSelected> {
  // the ratio is null, and so omitted, for methods without one
  private record Fixed(String method, Double maxWeightRatio) {}

  private final ArtifactStore store;
  private final References references;
  private final ProxyTraining training;
  private final ShardCache cache;
  private final MemoryLimits limits;

  ReweightStage(
      ArtifactStore store,
      References references,
      ProxyTraining training,
      ShardCache cache,
      MemoryLimits limits) {
    this.limits = limits;
    this.store = store;
    this.references = references;
    this.training = training;
    this.cache = cache;
  }

  @Override
  public String name() {
    return StageNames.REWEIGHT;
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
    return !waits(event) || references.find(event.run(), event.lineage().trainedOn()).isPresent();
  }

  /**
   * The address of the weights.
   *
   * @throws InvalidInputException there is no coreset, the proxy does not fit the images, or no
   *     reference model fits
   */
  @Override
  public Address address(CoresetSelected event) {
    Run run = event.run();
    Lineage lineage = event.lineage();
    ArtifactRef dataset = lineage.trainedOn();
    ArtifactRef coreset = lineage.require(LineageKey.CORESET);
    ReweightSpec spec = run.spec().reweight();
    if (WeightingMethods.of(spec.method()) instanceof FixedMethod method) {
      boolean used = method.usesCoreset();
      return Address.of(
          ClassWeights.KIND,
          name(),
          ClassWeights.VERSION,
          new Fixed(method.name(), used ? spec.maxWeightRatio() : null),
          used ? List.of(dataset.digest(), coreset.digest()) : List.of(dataset.digest()));
    }
    requireProxy(run, Dataset.open(store, dataset));
    Stream<ArtifactRef> reference =
        spec.needsReference() ? Stream.of(references.require(run, dataset).ref()) : Stream.empty();
    return Address.of(
        ClassWeights.KIND,
        name(),
        ClassWeights.VERSION,
        parameters(run),
        Stream.concat(Stream.of(dataset, coreset), reference).map(ArtifactRef::digest).toList());
  }

  private void requireProxy(Run run, Dataset dataset) {
    ProxyPlan.of(run, dataset);
    new RunMemory(run.spec(), limits).requireProxy(dataset.shape(), dataset.classes().size());
  }

  @Override
  public Lane lane() {
    return Lane.TRAINING;
  }

  @Override
  public double cost(CoresetSelected event) {
    if (WeightingMethods.of(event.run().spec().reweight().method()) instanceof FixedMethod) {
      return 0;
    }
    Dataset dataset = Dataset.open(store, event.lineage().trainedOn());
    return new RunCost(event.run().spec()).proxy(dataset.shape(), dataset.classes().size());
  }

  @Override
  public void run(CoresetSelected event, JobContext work) {
    Run run = event.run();
    Lineage lineage = event.lineage();
    Dataset dataset = Dataset.open(store, lineage.trainedOn());
    WeightingMethod method = WeightingMethods.of(run.spec().reweight().method());
    ClassWeights weights =
        method instanceof FixedMethod fixed
            ? fixed(fixed, run, dataset, lineage)
            : trained(run, dataset, lineage, work);
    weights.write(work.draft());
  }

  private ClassWeights fixed(FixedMethod method, Run run, Dataset dataset, Lineage lineage) {
    List<String> classes = dataset.classes();
    double ratio = run.spec().reweight().maxWeightRatio();
    if (!method.usesCoreset()) {
      long[] rows = new long[classes.size()];
      Arrays.fill(rows, 1);
      return new ClassWeights.Fixed(method.name(), classes, method.weights(rows, ratio));
    }
    ArtifactRef coreset = lineage.require(LineageKey.CORESET);
    long[] rows = Coreset.read(store, coreset).kept(classes.size());
    return new ClassWeights.FromCoreset(
        method.name(), classes, method.weights(rows, ratio), rows, ratio, coreset.digest());
  }

  private ClassWeights trained(Run run, Dataset dataset, Lineage lineage, JobContext work) {
    Artifact reference =
        References.forWeights(run) ? references.require(run, lineage.trainedOn()) : null;
    long[] kept = Coreset.read(store, lineage.require(LineageKey.CORESET)).indices();
    try (MappedRows rows = rows(run, dataset, kept, work)) {
      return training.run(
          run,
          dataset,
          new ProxyTraining.Coreset(rows, lineage.require(LineageKey.CORESET).digest()),
          reference,
          work);
    }
  }

  @Override
  public List<Event> next(CoresetSelected event, Artifact artifact) {
    Run run = event.run();
    Lineage lineage = event.lineage();
    ArtifactRef reference =
        References.forWeights(run) ? references.require(run, lineage.trainedOn()).ref() : null;
    return List.of(
        new WeightsDerived(
            run,
            lineage
                .with(LineageKey.REFERENCE, reference)
                .with(LineageKey.WEIGHTS, artifact.ref())));
  }

  private MappedRows rows(Run run, Dataset dataset, long[] kept, JobContext work) {
    int batch = run.spec().reweight().batch();
    long seen = work.checkpoint().map(Checkpoint::position).orElse(0L) * batch;
    return dataset.map(
        cache,
        Splits.TRAIN,
        kept,
        (done, total) ->
            work.progress(
                seen,
                (long) ProxyPlan.steps(run) * batch,
                "images",
                "opening shard " + (done + 1) + " of " + total));
  }

  private static Map<String, Object> parameters(Run run) {
    RunSpec spec = run.spec();
    Map<String, Object> parameters = SpecFields.deciding(spec, Product.WEIGHTS);
    parameters.put("training.microBatch", spec.training().microBatch(spec.reweight().batch()));
    if (WeightingMethods.of(spec.reweight().method()) instanceof ProxyMethod method
        && !method.feedback()) {
      parameters.remove("reweight.eta");
    }
    return parameters;
  }
}
