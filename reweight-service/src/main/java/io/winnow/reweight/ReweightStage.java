package io.winnow.reweight;

import io.winnow.contracts.ArtifactRef;
import io.winnow.contracts.InvalidInputException;
import io.winnow.contracts.Json;
import io.winnow.contracts.Lineage;
import io.winnow.contracts.LineageKey;
import io.winnow.contracts.event.CoresetSelected;
import io.winnow.contracts.event.Event;
import io.winnow.contracts.event.WeightsDerived;
import io.winnow.contracts.run.Run;
import io.winnow.contracts.spec.ReweightSpec;
import io.winnow.contracts.spec.ReweightSpec.Method;
import io.winnow.contracts.spec.RunSpec;
import io.winnow.contracts.spec.field.Product;
import io.winnow.contracts.spec.field.SpecFields;
import io.winnow.datasets.Dataset;
import io.winnow.datasets.MappedRows;
import io.winnow.datasets.ShardCache;
import io.winnow.models.References;
import io.winnow.reweighting.Trajectory;
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
import java.util.Map;
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
  private static final String VERSION = "4";
  private static final String TRAIN = "train";

  private record Uniform(Method method) {}

  private record InverseFrequency(Method method, double maxWeightRatio) {}

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
    return !waits(event) || references.find(event.run(), event.lineage().trainedOn()).isPresent();
  }

  /**
   * @throws InvalidInputException no coreset, a proxy that does not fit the images, or no reference
   *     model that fits
   */
  @Override
  public Address address(CoresetSelected event) {
    Run run = event.run();
    Lineage lineage = event.lineage();
    ArtifactRef dataset = lineage.trainedOn();
    ArtifactRef coreset = lineage.require(LineageKey.CORESET);
    Method method = run.spec().reweight().method();
    if (method == Method.UNIFORM) {
      return Address.of(PREFIX, NAME, VERSION, new Uniform(method), List.of(dataset.digest()));
    }
    if (!method.proxy()) {
      return Address.of(
          PREFIX,
          NAME,
          VERSION,
          new InverseFrequency(method, run.spec().reweight().maxWeightRatio()),
          List.of(dataset.digest(), coreset.digest()));
    }
    ProxyPlan.of(run, Dataset.open(store, dataset));
    Stream<ArtifactRef> reference =
        method.reference() ? Stream.of(references.require(run, dataset).ref()) : Stream.empty();
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
    ReweightSpec reweight = run.spec().reweight();
    WeightsFile weights =
        switch (reweight.method()) {
          case UNIFORM -> WeightsFile.uniform(dataset.classes());
          case INVERSE_FREQUENCY ->
              WeightsFile.inverseFrequency(
                  dataset.classes(),
                  CoresetRows.read(store, lineage.require(LineageKey.CORESET))
                      .ofClasses(dataset.classes().size()),
                  reweight.maxWeightRatio(),
                  lineage.require(LineageKey.CORESET).digest());
          case DRO, GROUP_DRO, LOSS_RATIO -> trained(run, dataset, lineage, work);
        };
    work.draft().put(WeightsFile.NAME, Json.bytes(weights), null, null);
    work.draft().attribute("classes", weights.classes());
    work.draft().attribute("weights", weights.weights());
  }

  private WeightsFile trained(Run run, Dataset dataset, Lineage lineage, JobContext work) {
    Committed reference =
        References.forWeights(run) ? references.require(run, lineage.trainedOn()) : null;
    long[] kept = CoresetRows.read(store, lineage.require(LineageKey.CORESET)).indices();
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
  public List<Event> next(CoresetSelected event, Committed artifact) {
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
        TRAIN,
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
    if (spec.reweight().method() == Method.LOSS_RATIO) {
      parameters.remove("reweight.eta");
    }
    return parameters;
  }
}
