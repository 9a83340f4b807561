package io.winnow.trainer.train;

import io.winnow.torch.engine.Torch;
import jakarta.inject.Provider;
import io.winnow.contracts.Lineage;
import io.winnow.contracts.Seeds;
import io.winnow.contracts.event.Event;
import io.winnow.contracts.event.ModelTrained;
import io.winnow.contracts.event.WeightsDerived;
import io.winnow.contracts.spec.ModelSpec;
import io.winnow.contracts.spec.RunSpec;
import io.winnow.contracts.spec.TrainingSpec;
import io.winnow.datasets.Dataset;
import io.winnow.datasets.MappedRows;
import io.winnow.models.architecture.DenoiserConfig;
import io.winnow.models.train.TrainingPlan;
import io.winnow.models.train.TrainingPlans;
import io.winnow.stage.api.Stage;
import io.winnow.stage.api.JobContext;
import io.winnow.store.artifact.Address;
import io.winnow.store.artifact.ArtifactStore;
import io.winnow.store.artifact.Committed;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;

/** Coreset and class weights to the run's diffusion model. */
@ApplicationScoped
public class TrainStage implements Stage<WeightsDerived> {
  private final ArtifactStore store;
  private final Provider<Torch> torch;
  private final TrainingData data;

  // All that decides the weights' bits and which files there are; how often checkpoints are kept
  // does not. Null, and so left out, where no snapshots are kept.
  private record Parameters(
      ModelSpec model,
      long images,
      int batch,
      double learningRate,
      long warmupImages,
      double clip,
      double emaDecay,
      double labelDrop,
      boolean flip,
      TrainingSpec.Schedule schedule,
      boolean minSnr,
      TrainingSpec.Numerics numerics,
      Long snapshotImages,
      long seed) {}

  TrainStage(ArtifactStore store, Provider<Torch> torch, TrainingData data) {
    this.store = store;
    this.torch = torch;
    this.data = data;
  }

  @Override
  public String name() {
    return "train";
  }

  @Override
  public Address address(WeightsDerived event) {
    RunSpec spec = event.run().spec();
    Lineage lineage = event.lineage();
    Dataset dataset = Dataset.open(store, lineage.trainedOn());
    ModelArtifact.config(spec.model(), dataset);
    ClassWeights.read(store, lineage.weights(), dataset.classes().size());
    TrainingSpec t = spec.training();
    return Address.of(
        "models",
        name(),
        "2",
        new Parameters(
            spec.model(),
            t.images(),
            t.batch(),
            t.learningRate(),
            t.warmupImages(),
            t.maxGradNorm(),
            t.emaDecay(),
            t.classDropoutProb(),
            t.horizontalFlip(),
            t.schedule(),
            t.minSnr(),
            t.numerics(t.batch()),
            t.snapshotImages() == 0 ? null : t.snapshotImages(),
            spec.seed()),
        List.of(
            lineage.trainedOn().digest(), lineage.coreset().digest(), lineage.weights().digest()));
  }

  @Override
  public void run(WeightsDerived event, JobContext work) {
    RunSpec spec = event.run().spec();
    Dataset dataset = Dataset.open(store, event.lineage().trainedOn());
    Coreset coreset = Coreset.read(store, event.lineage().coreset());
    ClassWeights weights =
        ClassWeights.read(store, event.lineage().weights(), dataset.classes().size());
    TrainingPlan plan = plan(spec, ModelArtifact.config(spec.model(), dataset));
    TrainingSpec t = spec.training();
    try (MappedRows rows = data.rows(dataset, coreset.indices(), t.images(), work)) {
      TrainingLoop loop =
          new TrainingLoop(
              torch.get(),
              plan,
              new TrainingLoop.Length(
                  t.images(), t.batch(), t.checkpointImages(), t.snapshotImages()),
              new TrainingLoop.Data(rows, t.horizontalFlip(), weights.array()));
      ModelArtifact.put(work.draft(), ModelArtifact.file(plan, dataset), loop.run(work));
    }
  }

  /** The plan of the run's model; before its first step the model is the untrained one. */
  public static TrainingPlan plan(RunSpec spec, DenoiserConfig model) {
    return TrainingPlans.model(model, spec.training(), Seeds.of(spec.seed(), "train"));
  }

  @Override
  public List<Event> next(WeightsDerived event, Committed artifact) {
    return List.of(new ModelTrained(event.run(), event.lineage().withModel(artifact.ref())));
  }
}
