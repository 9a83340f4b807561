package io.winnow.encoder;

import io.winnow.contracts.InvalidInputException;
import io.winnow.contracts.LineageKey;
import io.winnow.contracts.ObjectRef;
import io.winnow.contracts.event.DatasetImported;
import io.winnow.contracts.event.DatasetReady;
import io.winnow.contracts.event.Event;
import io.winnow.contracts.run.Run;
import io.winnow.contracts.run.StageRecord;
import io.winnow.contracts.spec.LatentSpec;
import io.winnow.datasets.Dataset;
import io.winnow.datasets.ImageShape;
import io.winnow.models.autoencoder.AutoencoderConfig;
import io.winnow.models.autoencoder.AutoencoderWeights;
import io.winnow.models.latent.LatentSpace;
import io.winnow.models.latent.Latents;
import io.winnow.models.requirement.RunMemory;
import io.winnow.models.requirement.RunRequirements;
import io.winnow.models.surrogate.InferenceOptions;
import io.winnow.models.surrogate.Surrogate;
import io.winnow.models.surrogate.SurrogateInput;
import io.winnow.stage.api.JobContext;
import io.winnow.stage.api.Stage;
import io.winnow.store.artifact.Address;
import io.winnow.store.artifact.Artifact;
import io.winnow.store.artifact.ArtifactStore;
import io.winnow.torch.engine.MemoryLimits;
import io.winnow.torch.engine.Torch;
import io.winnow.torch.kernel.Precision;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Instance;
import java.util.Collections;
import java.util.List;

/**
 * Encodes all splits of a data set to latents with the run's autoencoder, see {@link Latents}.
 * Before the first image it checks that the autoencoder encodes and decodes, and that the run's
 * models take such latents.
 */
@ApplicationScoped
public class LatentsStage implements Stage<DatasetImported> {
  private static final String UNIT = "images";
  private static final String ON_PIXELS = "leave \"latent\" out to train on pixels";

  private final ArtifactStore store;
  private final TorchScriptAllowList scripts;
  private final Instance<Torch> torch;
  private final MemoryLimits own;
  private final MemoryLimits training;

  LatentsStage(
      ArtifactStore store,
      TorchScriptAllowList scripts,
      Instance<Torch> torch,
      MemoryLimits own,
      TrainingLimits training) {
    this.own = own;
    this.training = training.limits();
    this.store = store;
    this.scripts = scripts;
    this.torch = torch;
  }

  @Override
  public String name() {
    return Latents.STAGE;
  }

  @Override
  public Address address(DatasetImported event) {
    Dataset dataset = dataset(event);
    new RunMemory(event.run().spec(), own).requireAutoencoder(dataset.shape());
    return Latents.address(space(event.run(), dataset.shape()), Latents.NAME, dataset);
  }

  private Dataset dataset(DatasetImported event) {
    return Dataset.open(store, event.lineage().require(LineageKey.DATASET));
  }

  private LatentSpace space(Run run, ImageShape images) {
    LatentSpec spec = run.spec().latent();
    if (spec == null) {
      throw new InvalidInputException(
          "run " + run.id() + " requests latents without \"latent\" in its spec",
          "publish dataset.ready for a run on pixels");
    }
    return spec.type() == LatentSpec.AutoencoderType.TORCHSCRIPT
        ? ofScript(spec, images)
        : ofWeights(spec, images);
  }

  private LatentSpace ofScript(LatentSpec spec, ImageShape images) {
    ObjectRef file = scripts.find("latent.autoencoder", spec.autoencoder(), ON_PIXELS);
    int channels = spec.channels() == null ? images.channels() : spec.channels();
    return new LatentSpace(
        spec.type(),
        file,
        input(images, channels, spec.encoder()),
        spec.decoder(),
        pass(spec),
        spec.scalingFactor(),
        images.channels());
  }

  private LatentSpace ofWeights(LatentSpec spec, ImageShape images) {
    ObjectRef file = scripts.stored("latent.weights", spec.weights(), "the weights", ON_PIXELS);
    AutoencoderConfig config =
        AutoencoderWeights.config(store.objects(), file, "latent.weights \"" + file.key() + "\"");
    config.requireFit(images.height(), images.width());
    int channels = spec.channels() == null ? config.inChannels() : spec.channels();
    return new LatentSpace(
        spec.type(),
        file,
        input(images, channels, LatentSpace.ENCODE),
        LatentSpace.DECODE,
        pass(spec),
        spec.scalingFactor() == null ? config.scalingFactor() : spec.scalingFactor(),
        images.channels());
  }

  private static SurrogateInput input(ImageShape images, int channels, String output) {
    if (channels < images.channels()) {
      throw new InvalidInputException(
          "the autoencoder's images have 1 channel, but the data set's have 3",
          "set latent.channels to 3, with an autoencoder for colour images");
    }
    List<Double> half = Collections.nCopies(channels, 0.5);
    return new SurrogateInput(images.height(), channels, half, half, output);
  }

  private static InferenceOptions pass(LatentSpec spec) {
    return new InferenceOptions(spec.batch(), Precision.valueOf(spec.precision().name()));
  }

  @Override
  public void run(DatasetImported event, JobContext job) {
    Dataset dataset = dataset(event);
    LatentSpace space = space(event.run(), dataset.shape());
    torch.get().require(space.pass().precision(), "latent.precision");
    long total = dataset.shards().stream().mapToLong(shard -> shard.object().rows()).sum();
    job.progress(0, total, UNIT, null);
    try (Surrogate encoder = encoder(space)) {
      requireModels(event.run(), shape(space, encoder), dataset.classes().size());
      Latents.write(
          space, encoder, dataset, job.draft(), done -> job.progress(done, total, UNIT, null));
    }
    // the attempt that finishes counts the images of all attempts
    job.cost(new StageRecord.Cost(0, total));
  }

  private Surrogate encoder(LatentSpace space) {
    try {
      return Latents.encoder(torch.get(), store.objects(), space);
    } catch (InvalidInputException e) {
      throw refused(space, e, "latent.encoder and latent.channels");
    }
  }

  private ImageShape shape(LatentSpace space, Surrogate encoder) {
    try {
      return Latents.requireBothWays(torch.get(), store.objects(), space, encoder);
    } catch (InvalidInputException e) {
      throw refused(space, e, "latent.decoder and latent.encoder");
    }
  }

  private static InvalidInputException refused(
      LatentSpace space, InvalidInputException why, String fields) {
    return new InvalidInputException(
        "autoencoder %s, given images of %s: %s"
            .formatted(space.autoencoder().key(), space.pictures(), why.problem()),
        "%s: %s in the spec"
            .formatted(
                why.remedy(),
                space.type() == LatentSpec.AutoencoderType.TORCHSCRIPT
                    ? fields
                    : "latent.weights and latent.channels"),
        why);
  }

  private void requireModels(Run run, ImageShape latent, int classes) {
    try {
      RunRequirements.requireModels(run.spec(), latent, classes, training);
    } catch (InvalidInputException e) {
      throw new InvalidInputException(
          "the autoencoder's latents are " + latent + ": " + e.problem(), e.remedy(), e);
    }
  }

  @Override
  public List<Event> next(DatasetImported event, Artifact artifact) {
    Dataset latents = Dataset.open(store, artifact.ref());
    // latents that existed already may not fit this run's models
    requireModels(event.run(), latents.shape(), latents.classes().size());
    return List.of(
        new DatasetReady(event.run(), event.lineage().with(LineageKey.LATENTS, artifact.ref())));
  }
}
