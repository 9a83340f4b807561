package io.winnow.trainer.sample;

import io.winnow.contracts.InvalidInputException;
import io.winnow.contracts.StepRecord;
import io.winnow.contracts.event.Event;
import io.winnow.contracts.event.ModelTrained;
import io.winnow.contracts.event.SamplesGenerated;
import io.winnow.contracts.spec.RunSpec;
import io.winnow.contracts.spec.SamplingSpec;
import io.winnow.diffusion.ModelFile;
import io.winnow.diffusion.PictureSampler;
import io.winnow.diffusion.sample.SamplingPlan;
import io.winnow.diffusion.train.DenoiserTrainer;
import io.winnow.stage.Stage;
import io.winnow.stage.Work;
import io.winnow.storage.artifact.Address;
import io.winnow.storage.artifact.ArtifactStore;
import io.winnow.storage.artifact.Committed;
import io.winnow.storage.dataset.Dataset;
import io.winnow.storage.dataset.ImageBatch;
import io.winnow.storage.dataset.ImageGrid;
import io.winnow.storage.dataset.ImageShape;
import io.winnow.storage.tensor.Tensor;
import io.winnow.trainer.Engine;
import io.winnow.trainer.train.TrainStage;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Map;

/** A trained model to a data set of its samples, and of the untrained model's to compare with. */
@ApplicationScoped
public class SampleStage implements Stage<ModelTrained> {
  /** Split of the trained model's samples. */
  public static final String SAMPLES = "samples";

  /** Split of the same model's samples before its first training step. */
  public static final String UNTRAINED = "untrained";

  /** Samples as a picture, a row a class. */
  public static final String GRID = "grid.png";

  private final ArtifactStore store;
  private final Engine engine;

  private record Parameters(SamplingSpec sampling, long seed) {}

  SampleStage(ArtifactStore store, Engine engine) {
    this.store = store;
    this.engine = engine;
  }

  @Override
  public String name() {
    return "sample";
  }

  @Override
  public Address address(ModelTrained event) {
    RunSpec spec = event.run().spec();
    int classes = ModelFile.read(store, store.open(event.lineage().model())).classes().size();
    if (spec.sampling().images() < classes) {
      throw new InvalidInputException(
          "\"sampling.images\" is " + spec.sampling().images() + " for " + classes + " classes",
          "draw at least one image a class");
    }
    return Address.of(
        "datasets/samples",
        name(),
        "1",
        new Parameters(spec.sampling(), spec.seed()),
        List.of(event.lineage().model().digest()));
  }

  @Override
  public void run(ModelTrained event, Work work) {
    RunSpec spec = event.run().spec();
    SamplingSpec sampling = spec.sampling();
    Committed artifact = store.open(event.lineage().model());
    ModelFile model = ModelFile.read(store, artifact);
    SamplingPlan plan = plan(spec, model);
    int classes = model.classes().size();
    ImageShape shape = model.pictures();
    SampleShards shards =
        new SampleShards(
            work, plan, shape, classes, sampling.images(), sampling.baseline() ? 2 : 1);
    int columns = Math.min(sampling.gridPerClass(), sampling.images() / classes);

    Dataset.describe(work.draft(), model.classes(), shape);
    Map<String, Tensor> trained = ModelFile.weights(store, artifact, ModelFile.EMA_WEIGHTS);
    try (PictureSampler sampler = model.sampler(engine.torch(), store, trained)) {
      ImageBatch first = shards.draw(SAMPLES, sampler, classes * columns);
      byte[] grid = ImageGrid.png(ImageGrid.byClass(first, classes, columns), columns);
      work.draft().put(GRID, grid, null, null);
    }
    if (sampling.baseline()) {
      try (PictureSampler sampler = model.sampler(engine.torch(), store, untrained(spec, model))) {
        shards.draw(UNTRAINED, sampler, 0);
      }
    }
    work.cost(new StepRecord.Cost(0, passes(sampling, plan)));
  }

  private SamplingPlan plan(RunSpec spec, ModelFile model) {
    SamplingSpec s = spec.sampling();
    long seed = SamplingPlan.seed(spec.seed());
    return switch (s.sampler()) {
      case DDIM -> new SamplingPlan(s.steps(), s.eta(), s.guidance(), s.batch(), seed);
      case DDPM -> SamplingPlan.ddpm(model.schedule().timesteps(), s.guidance(), s.batch(), seed);
    };
  }

  private Map<String, Tensor> untrained(RunSpec spec, ModelFile model) {
    try (DenoiserTrainer trainer =
        DenoiserTrainer.create(engine.torch(), TrainStage.plan(spec, model.unet()))) {
      return trainer.weights();
    }
  }

  // How often an image goes through the network: once a step, with guidance twice.
  private static long passes(SamplingSpec sampling, SamplingPlan plan) {
    long images = (long) sampling.images() * (sampling.baseline() ? 2 : 1);
    return images * plan.steps() * (plan.guidance() == 1 ? 1 : 2);
  }

  @Override
  public List<Event> next(ModelTrained event, Committed artifact) {
    return List.of(new SamplesGenerated(event.run(), event.lineage().withSamples(artifact.ref())));
  }
}
