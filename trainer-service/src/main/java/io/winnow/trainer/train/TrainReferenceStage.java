package io.winnow.trainer.train;

import io.winnow.artifacts.ReferenceAddress;
import io.winnow.contracts.LineageKey;
import io.winnow.contracts.Seeds;
import io.winnow.contracts.event.Event;
import io.winnow.contracts.event.ReferenceRequested;
import io.winnow.contracts.event.ReferenceTrained;
import io.winnow.contracts.spec.ReweightSpec;
import io.winnow.contracts.spec.RunSpec;
import io.winnow.datasets.Dataset;
import io.winnow.datasets.MappedRows;
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
import java.util.Arrays;
import java.util.List;

/** Trains the reference model on the whole train split, with uniform class weights. */
@ApplicationScoped
public class TrainReferenceStage implements Stage<ReferenceRequested> {
  private final ArtifactStore store;
  private final Provider<Torch> torch;
  private final TrainingData data;
  private final MemoryLimits limits;

  TrainReferenceStage(
      ArtifactStore store, Provider<Torch> torch, TrainingData data, MemoryLimits limits) {
    this.limits = limits;
    this.store = store;
    this.torch = torch;
    this.data = data;
  }

  @Override
  public String name() {
    return ReferenceAddress.STAGE;
  }

  @Override
  public Address address(ReferenceRequested event) {
    Dataset dataset = Dataset.open(store, event.lineage().trainedOn());
    ModelArtifact.config(event.run().spec().reweight().referenceModel(), dataset);
    new RunMemory(event.run().spec(), limits)
        .requireReference(dataset.shape(), dataset.classes().size());
    return ReferenceAddress.of(event.run(), event.lineage().trainedOn());
  }

  @Override
  public Lane lane() {
    return Lane.TRAINING;
  }

  @Override
  public double cost(ReferenceRequested event) {
    Dataset dataset = Dataset.open(store, event.lineage().trainedOn());
    return new RunCost(event.run().spec()).reference(dataset.shape(), dataset.classes().size());
  }

  @Override
  public void run(ReferenceRequested event, JobContext work) {
    RunSpec spec = event.run().spec();
    ReweightSpec reweight = spec.reweight();
    Dataset dataset = Dataset.open(store, event.lineage().trainedOn());
    TrainingPlan plan =
        TrainingPlans.reweight(
            ModelArtifact.config(reweight.referenceModel(), dataset),
            spec.training(),
            reweight,
            Seeds.of(spec.seed(), "train-reference"));
    double[] uniform = new double[dataset.classes().size()];
    Arrays.fill(uniform, 1);
    try (MappedRows rows = data.rows(dataset, null, reweight.referenceImages(), work)) {
      TrainingLoop loop =
          new TrainingLoop(
              torch.get(),
              plan,
              new TrainingLoop.Length(
                  reweight.referenceImages(),
                  reweight.batch(),
                  spec.training().checkpointImages(),
                  0),
              new TrainingLoop.Data(rows, spec.training().horizontalFlip(), uniform));
      ModelArtifact.put(work.draft(), ModelArtifact.file(plan, dataset), loop.run(work));
    }
  }

  @Override
  public List<Event> next(ReferenceRequested event, Artifact artifact) {
    return List.of(
        new ReferenceTrained(
            event.run(), event.lineage().with(LineageKey.REFERENCE, artifact.ref())));
  }
}
