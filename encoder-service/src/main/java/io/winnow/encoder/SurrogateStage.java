package io.winnow.encoder;

import io.winnow.contracts.StageNames;
import io.winnow.contracts.InvalidInputException;
import io.winnow.contracts.Lineage;
import io.winnow.contracts.ObjectRef;
import io.winnow.contracts.event.DatasetReady;
import io.winnow.contracts.event.Event;
import io.winnow.contracts.event.Subject;
import io.winnow.contracts.spec.SurrogateSpec;
import io.winnow.datasets.Dataset;
import io.winnow.datasets.ImageShape;
import io.winnow.datasets.ShardCache;
import io.winnow.models.surrogate.ClassifierConfig;
import io.winnow.models.surrogate.Pass;
import io.winnow.models.surrogate.Surrogate;
import io.winnow.models.surrogate.SurrogateInput;
import io.winnow.stage.api.Stage;
import io.winnow.stage.api.JobContext;
import io.winnow.store.artifact.Address;
import io.winnow.store.artifact.ArtifactStore;
import io.winnow.store.artifact.Committed;
import io.winnow.torch.engine.Torch;
import io.winnow.torch.kernel.Precision;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Instance;
import java.util.List;
import org.jboss.logging.Logger;

/**
 * The encoder of a data set, {@code models/<digest>} (see {@link EncoderFile}): a classifier
 * trained on the data set, with the attribute {@code accuracy} on its held-out images, or a
 * TorchScript file of the store that takes the images. Attribute {@code dimension}: features a row.
 */
@ApplicationScoped
public class SurrogateStage implements Stage<DatasetReady> {
  private static final Logger LOG = Logger.getLogger(SurrogateStage.class);
  private static final String VERSION = "3";

  private final ArtifactStore store;
  private final ScriptDoor scripts;
  private final Instance<Torch> torch;
  private final ShardCache cache;

  SurrogateStage(ArtifactStore store, ScriptDoor scripts, Instance<Torch> torch, ShardCache cache) {
    this.store = store;
    this.scripts = scripts;
    this.torch = torch;
    this.cache = cache;
  }

  private record TrainedParameters(
      ClassifierConfig model, long images, int batch, double learningRate, Pass pass, long seed) {}

  private record ScriptParameters(String sha256, SurrogateInput input, Pass pass) {}

  @Override
  public String name() {
    return StageNames.SURROGATE;
  }

  @Override
  public Address address(DatasetReady event) {
    Dataset dataset = dataset(event);
    SurrogateSpec spec = event.run().spec().surrogate();
    if (!spec.trained()) {
      // of any data set that asks the same of it
      return Address.of(
          "models",
          name(),
          VERSION,
          new ScriptParameters(module(spec).sha256(), input(spec, dataset.shape()), pass(spec)),
          List.of());
    }
    return Address.of(
        "models",
        name(),
        VERSION,
        new TrainedParameters(
            ClassifierTraining.config(dataset),
            spec.images(),
            spec.batch(),
            spec.learningRate(),
            pass(spec),
            seed(event)),
        List.of(event.lineage().dataset().digest()));
  }

  private Dataset dataset(DatasetReady event) {
    Lineage lineage = event.lineage();
    if (lineage == null || lineage.dataset() == null) {
      throw new InvalidInputException(
          "run " + event.runId() + " says its data set is ready without naming it",
          "publish dataset.ready with lineage.dataset");
    }
    return Dataset.open(store, lineage.dataset());
  }

  private ObjectRef module(SurrogateSpec spec) {
    return scripts.find(
        "surrogate.source", spec.source(), "give \"" + SurrogateSpec.TRAINED + "\"");
  }

  private static SurrogateInput input(SurrogateSpec spec, ImageShape images) {
    int channels = spec.channels() == null ? images.channels() : spec.channels();
    if (images.channels() == 3 && channels == 1) {
      throw new InvalidInputException(
          "surrogate.channels is 1, but the data set's images have 3",
          "choose a surrogate for colour images");
    }
    return new SurrogateInput(
        spec.inputSize() == null ? images.height() : spec.inputSize(),
        channels,
        spec.mean(),
        spec.std(),
        spec.output());
  }

  private static Pass pass(SurrogateSpec spec) {
    return new Pass(spec.encodeBatch(), Precision.valueOf(spec.precision().name()));
  }

  @Override
  public void run(DatasetReady event, JobContext work) {
    Dataset dataset = dataset(event);
    SurrogateSpec spec = event.run().spec().surrogate();
    torch.get().require(pass(spec).precision(), "surrogate.precision");
    if (spec.trained()) {
      train(dataset, spec, seed(event), work);
    } else {
      check(dataset, spec, work);
    }
  }

  private static long seed(DatasetReady event) {
    Long own = event.run().spec().surrogate().seed();
    return own != null ? own : event.run().spec().seed();
  }

  private void train(Dataset dataset, SurrogateSpec spec, long seed, JobContext work) {
    ClassifierTraining.Result result =
        new ClassifierTraining(torch.get(), dataset, cache, spec, seed).run(work);
    ClassifierConfig config = ClassifierTraining.config(dataset);
    EncoderFile.put(work.draft(), config, pass(spec), result.weights());
    work.draft().attribute("accuracy", result.accuracy());
    work.draft().attribute("dimension", config.dimension());
    LOG.infof(
        "the surrogate of %s classifies %.1f %% of held-out images rightly",
        dataset.artifact().ref().address(), 100 * result.accuracy());
  }

  private void check(Dataset dataset, SurrogateSpec spec, JobContext work) {
    ObjectRef module = module(spec);
    SurrogateInput input = input(spec, dataset.shape());
    try (Surrogate surrogate = EncoderFile.script(store, module, input, pass(spec), torch.get())) {
      EncoderFile.put(work.draft(), input, pass(spec), module);
      work.draft().attribute("dimension", surrogate.dimension());
    }
  }

  @Override
  public List<Event> next(DatasetReady event, Committed artifact) {
    return new Encoding(event.run(), event.lineage().withEncoder(artifact.ref()), Subject.DATASET)
        .begin(store);
  }
}
