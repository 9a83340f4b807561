package io.winnow.encoder;

import io.winnow.contracts.LineageKey;
import io.winnow.contracts.ObjectRef;
import io.winnow.contracts.event.DatasetReady;
import io.winnow.contracts.event.Event;
import io.winnow.contracts.event.Subject;
import io.winnow.contracts.spec.SurrogateSpec;
import io.winnow.datasets.Dataset;
import io.winnow.datasets.ShardCache;
import io.winnow.models.requirement.RunCost;
import io.winnow.models.requirement.RunMemory;
import io.winnow.models.surrogate.EncoderArtifact;
import io.winnow.models.surrogate.InferenceOptions;
import io.winnow.models.surrogate.Surrogates;
import io.winnow.stage.api.JobContext;
import io.winnow.stage.api.Lane;
import io.winnow.stage.api.Stage;
import io.winnow.store.artifact.Address;
import io.winnow.store.artifact.Artifact;
import io.winnow.store.artifact.ArtifactStore;
import io.winnow.torch.engine.MemoryLimits;
import io.winnow.torch.engine.Torch;
import io.winnow.torch.kernel.Precision;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Instance;
import java.util.List;

/**
 * Produces the encoder of a data set, see {@link EncoderArtifact}: trains a surrogate on the data
 * set, or checks that a TorchScript file in the store takes its images.
 */
@ApplicationScoped
public class SurrogateStage implements Stage<DatasetReady> {
  private final ArtifactStore store;
  private final TorchScriptAllowList scripts;
  private final Instance<Torch> torch;
  private final ShardCache cache;
  private final MemoryLimits limits;

  SurrogateStage(
      ArtifactStore store,
      TorchScriptAllowList scripts,
      Instance<Torch> torch,
      ShardCache cache,
      MemoryLimits limits) {
    this.limits = limits;
    this.store = store;
    this.scripts = scripts;
    this.torch = torch;
    this.cache = cache;
  }

  @Override
  public String name() {
    return EncoderArtifact.STAGE;
  }

  @Override
  public Address address(DatasetReady event) {
    EncoderSource encoder = encoder(event);
    return EncoderArtifact.address(encoder.parameters(), encoder.inputs());
  }

  private EncoderSource encoder(DatasetReady event) {
    Dataset dataset = dataset(event);
    new RunMemory(event.run().spec(), limits).requireSurrogate(dataset.shape());
    SurrogateSpec spec = event.run().spec().surrogate();
    if (spec.trained()) {
      return new TrainedEncoder(event.run(), dataset, pass(spec), cache, torch);
    }
    ObjectRef module = scripts.find("surrogate.source", spec.source(), Surrogates.remedy());
    return new ScriptEncoder(module, spec, dataset.shape(), pass(spec), store, torch);
  }

  private Dataset dataset(DatasetReady event) {
    return Dataset.open(store, event.lineage().require(LineageKey.DATASET));
  }

  private static InferenceOptions pass(SurrogateSpec spec) {
    return new InferenceOptions(spec.encodeBatch(), Precision.valueOf(spec.precision().name()));
  }

  @Override
  public Lane lane() {
    return Lane.TRAINING;
  }

  @Override
  public double cost(DatasetReady event) {
    return new RunCost(event.run().spec()).surrogate(dataset(event).shape());
  }

  @Override
  public void run(DatasetReady event, JobContext job) {
    SurrogateSpec spec = event.run().spec().surrogate();
    torch.get().require(pass(spec).precision(), "surrogate.precision");
    encoder(event).write(job);
  }

  @Override
  public List<Event> next(DatasetReady event, Artifact artifact) {
    return new Encoding(
            event.run(), event.lineage().with(LineageKey.ENCODER, artifact.ref()), Subject.DATASET)
        .begin(store);
  }
}
