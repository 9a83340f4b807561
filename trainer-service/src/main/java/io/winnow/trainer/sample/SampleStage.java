package io.winnow.trainer.sample;

import io.winnow.artifacts.SampleSplits;
import io.winnow.contracts.InvalidInputException;
import io.winnow.contracts.LineageKey;
import io.winnow.contracts.StageNames;
import io.winnow.contracts.event.Event;
import io.winnow.contracts.event.ModelTrained;
import io.winnow.contracts.event.SamplesGenerated;
import io.winnow.contracts.run.StageRecord;
import io.winnow.contracts.spec.RunSpec;
import io.winnow.contracts.spec.SamplingSpec;
import io.winnow.contracts.spec.field.Product;
import io.winnow.contracts.spec.field.SpecFields;
import io.winnow.datasets.Dataset;
import io.winnow.datasets.ImageBatch;
import io.winnow.datasets.ImageGrid;
import io.winnow.datasets.ImageShape;
import io.winnow.models.ModelFile;
import io.winnow.models.PictureSampler;
import io.winnow.models.requirement.RunMemory;
import io.winnow.models.sample.SamplingPlan;
import io.winnow.stage.api.JobContext;
import io.winnow.stage.api.Stage;
import io.winnow.store.artifact.Address;
import io.winnow.store.artifact.Artifact;
import io.winnow.store.artifact.ArtifactStore;
import io.winnow.store.tensor.Tensor;
import io.winnow.torch.engine.MemoryLimits;
import io.winnow.torch.engine.Torch;
import io.winnow.trainer.train.Snapshots;
import io.winnow.trainer.train.TrainStage;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Provider;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;

/**
 * Draws a data set of samples from a trained model, from the untrained model and from the snapshots
 * of its training. Image i has the same noise in every split.
 */
@ApplicationScoped
public class SampleStage implements Stage<ModelTrained> {
  private final ArtifactStore store;
  private final Provider<Torch> torch;
  private final MemoryLimits limits;

  SampleStage(ArtifactStore store, Provider<Torch> torch, MemoryLimits limits) {
    this.limits = limits;
    this.store = store;
    this.torch = torch;
  }

  @Override
  public String name() {
    return StageNames.SAMPLE;
  }

  @Override
  public Address address(ModelTrained event) {
    RunSpec spec = event.run().spec();
    ModelFile model = ModelFile.read(store, store.open(event.lineage().require(LineageKey.MODEL)));
    int classes = model.classes().size();
    new RunMemory(spec, limits).requireSampling(model.pictures());
    if (spec.sampling().images() < classes) {
      throw new InvalidInputException(
          "\"sampling.images\" is " + spec.sampling().images() + " for " + classes + " classes",
          "draw at least one image per class");
    }
    return Address.of(
        "datasets/samples",
        name(),
        "3",
        SpecFields.deciding(spec, Product.SAMPLES),
        List.of(event.lineage().require(LineageKey.MODEL).digest()));
  }

  @Override
  public double cost(ModelTrained event) {
    SamplingSpec sampling = event.run().spec().sampling();
    return (double) sampling.images() * sampling.steps();
  }

  @Override
  public void run(ModelTrained event, JobContext work) {
    RunSpec spec = event.run().spec();
    SamplingSpec sampling = spec.sampling();
    Artifact artifact = store.open(event.lineage().require(LineageKey.MODEL));
    ModelFile model = ModelFile.read(store, artifact);
    SamplingPlan plan = SamplingPlan.of(sampling, spec.seed());
    int classes = model.classes().size();
    ImageShape shape = model.pictures();
    SortedMap<Long, String> snapshots = Snapshots.of(artifact);
    long images = images(sampling, snapshots.size());
    SampleShards shards = new SampleShards(work, plan, shape, classes, images);
    int columns = Math.min(sampling.gridPerClass(), sampling.images() / classes);

    Dataset.describe(work.draft(), model.classes(), shape);
    Map<String, Tensor> trained = ModelFile.weights(store, artifact, ModelFile.EMA_WEIGHTS);
    try (PictureSampler sampler = model.sampler(torch.get(), store, trained)) {
      ImageBatch first =
          shards.draw(SampleSplits.SAMPLES, sampler, sampling.images(), classes * columns);
      byte[] grid = ImageGrid.png(ImageGrid.byClass(first, classes, columns), columns);
      work.draft().put(SampleSplits.GRID, grid, null, null);
    }
    if (sampling.baseline()) {
      try (PictureSampler sampler = model.sampler(torch.get(), store, untrained(spec, model))) {
        shards.draw(SampleSplits.UNTRAINED, sampler, sampling.images(), 0);
      }
    }
    for (Map.Entry<Long, String> snapshot : snapshots.entrySet()) {
      Map<String, Tensor> weights = ModelFile.weights(store, artifact, snapshot.getValue());
      try (PictureSampler sampler = model.sampler(torch.get(), store, weights)) {
        shards.draw(SampleSplits.snapshot(snapshot.getKey()), sampler, sampling.curveImages(), 0);
      }
    }
    work.cost(new StageRecord.Cost(0, images * plan.passes()));
  }

  private static Map<String, Tensor> untrained(RunSpec spec, ModelFile model) {
    return TrainStage.plan(spec, model.model()).initialWeights();
  }

  private static long images(SamplingSpec sampling, int snapshots) {
    return (long) sampling.images() * (sampling.baseline() ? 2 : 1)
        + (long) sampling.curveImages() * snapshots;
  }

  @Override
  public List<Event> next(ModelTrained event, Artifact artifact) {
    return List.of(
        new SamplesGenerated(
            event.run(), event.lineage().with(LineageKey.SAMPLES, artifact.ref())));
  }
}
