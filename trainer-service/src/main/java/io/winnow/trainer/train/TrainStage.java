package io.winnow.trainer.train;

import io.winnow.artifacts.ClassWeights;
import io.winnow.artifacts.Coreset;
import io.winnow.contracts.Lineage;
import io.winnow.contracts.LineageKey;
import io.winnow.contracts.Seeds;
import io.winnow.contracts.StageNames;
import io.winnow.contracts.event.Event;
import io.winnow.contracts.event.ModelTrained;
import io.winnow.contracts.event.WeightsDerived;
import io.winnow.contracts.spec.RunSpec;
import io.winnow.contracts.spec.TrainingSpec;
import io.winnow.contracts.spec.field.Product;
import io.winnow.contracts.spec.field.SpecFields;
import io.winnow.datasets.Dataset;
import io.winnow.datasets.MappedRows;
import io.winnow.models.architecture.DenoiserConfig;
import io.winnow.models.requirement.RunCost;
import io.winnow.models.requirement.RunMemory;
import io.winnow.models.train.TrainingPlan;
import io.winnow.models.train.TrainingPlans;
import io.winnow.stage.api.JobContext;
import io.winnow.stage.api.Lane;
import io.winnow.stage.api.Stage;
import io.winnow.store.artifact.Address;
import io.winnow.store.artifact.Artifact;
import io.winnow.store.artifact.ArtifactStore;
import io.winnow.torch.engine.MemoryLimits;
import io.winnow.torch.engine.Torch;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Provider;
import java.util.List;
import java.util.Map;

/** Trains the run's diffusion model on the coreset, with the class weights. */
@ApplicationScoped
public class TrainStage implements Stage<WeightsDerived> {
  private final ArtifactStore store;
  private final Provider<Torch> torch;
  private final TrainingData data;
  private final MemoryLimits limits;

  TrainStage(ArtifactStore store, Provider<Torch> torch, TrainingData data, MemoryLimits limits) {
    this.limits = limits;
    this.store = store;
    this.torch = torch;
    this.data = data;
  }

  @Override
  public String name() {
    return StageNames.TRAIN;
  }

  @Override
  public Address address(WeightsDerived event) {
    RunSpec spec = event.run().spec();
    Lineage lineage = event.lineage();
    Dataset dataset = Dataset.open(store, lineage.trainedOn());
    ModelArtifact.config(spec.model(), dataset);
    new RunMemory(spec, limits).requireModel(dataset.shape(), dataset.classes().size());
    ClassWeights.read(store, lineage.require(LineageKey.WEIGHTS), dataset.classes().size());
    Map<String, Object> parameters = SpecFields.deciding(spec, Product.MODEL);
    parameters.put("training.microBatch", spec.training().microBatch(spec.training().batch()));
    return Address.of(
        "models",
        name(),
        "3",
        parameters,
        List.of(
            lineage.trainedOn().digest(),
            lineage.require(LineageKey.CORESET).digest(),
            lineage.require(LineageKey.WEIGHTS).digest()));
  }

  @Override
  public Lane lane() {
    return Lane.TRAINING;
  }

  @Override
  public double cost(WeightsDerived event) {
    Dataset dataset = Dataset.open(store, event.lineage().trainedOn());
    return new RunCost(event.run().spec()).model(dataset.shape(), dataset.classes().size());
  }

  @Override
  public void run(WeightsDerived event, JobContext work) {
    RunSpec spec = event.run().spec();
    Dataset dataset = Dataset.open(store, event.lineage().trainedOn());
    Coreset coreset = Coreset.read(store, event.lineage().require(LineageKey.CORESET));
    ClassWeights weights =
        ClassWeights.read(
            store, event.lineage().require(LineageKey.WEIGHTS), dataset.classes().size());
    TrainingPlan plan = plan(spec, ModelArtifact.config(spec.model(), dataset));
    TrainingSpec t = spec.training();
    try (MappedRows rows = data.rows(dataset, coreset.indices(), t.images(), work)) {
      TrainingLoop loop =
          new TrainingLoop(
              torch.get(),
              plan,
              new TrainingLoop.Length(
                  t.images(), t.batch(), t.checkpointImages(), t.snapshotImages()),
              new TrainingLoop.Data(rows, t.horizontalFlip(), weights.weights()));
      ModelArtifact.put(work.draft(), ModelArtifact.file(plan, dataset), loop.run(work));
    }
  }

  /** The training plan of the run's model. */
  public static TrainingPlan plan(RunSpec spec, DenoiserConfig model) {
    return TrainingPlans.model(model, spec.training(), Seeds.of(spec.seed(), "train"));
  }

  @Override
  public List<Event> next(WeightsDerived event, Artifact artifact) {
    return List.of(
        new ModelTrained(event.run(), event.lineage().with(LineageKey.MODEL, artifact.ref())));
  }
}
