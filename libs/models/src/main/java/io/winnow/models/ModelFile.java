package io.winnow.models;

import io.winnow.contracts.InvalidInputException;
import io.winnow.contracts.Json;
import io.winnow.contracts.ObjectRef;
import io.winnow.datasets.ImageShape;
import io.winnow.models.architecture.DenoiserConfig;
import io.winnow.models.denoiser.ValueRange;
import io.winnow.models.latent.LatentSpace;
import io.winnow.models.sample.Denoiser;
import io.winnow.models.train.NoiseSchedule;
import io.winnow.store.artifact.Artifact;
import io.winnow.store.artifact.ArtifactDraft;
import io.winnow.store.artifact.ArtifactStore;
import io.winnow.store.object.TemporaryFile;
import io.winnow.store.tensor.SafeTensors;
import io.winnow.store.tensor.Tensor;
import io.winnow.torch.engine.Torch;
import io.winnow.torch.kernel.Precision;
import java.util.List;
import java.util.Map;

/**
 * A diffusion model in the store, at {@code models/<digest>}: this record as {@value #NAME}, beside
 * it the weights by parameter name.
 *
 * @param model the architecture, the examples and the condition
 * @param schedule the noise that it was trained with
 * @param classes names, by label; as many as the model has classes
 * @param latent the latents that it draws, and the way from them to pictures; null where it draws
 *     pixels
 */
public record ModelFile(
    DenoiserConfig model, NoiseSchedule schedule, List<String> classes, LatentSpace latent) {
  /** Name of this record's object in the artifact. */
  public static final String NAME = "model.json";

  /** The EMA of the weights: what to sample from and to compare with. */
  public static final String EMA_WEIGHTS = "ema.safetensors";

  /** The weights of the last step. */
  public static final String LAST_WEIGHTS = "model.safetensors";

  // What is larger goes through a file: one array holds less than 2 GiB.
  private static final long IN_MEMORY = 1L << 30;

  public ModelFile {
    if (model == null || schedule == null || classes == null) {
      throw new InvalidInputException(
          "a model's configuration, schedule or classes are missing",
          "take the file as Winnow wrote it");
    }
    classes = List.copyOf(classes);
    if (classes.size() != model.classCount()) {
      throw new InvalidInputException(
          "a model of %d classes has %d names".formatted(model.classCount(), classes.size()),
          "give each class one name");
    }
    if ((latent == null) != (model.example().range() == ValueRange.PIXELS)) {
      throw new InvalidInputException(
          "a model of " + model.example() + " does not fit " + LatentSpace.words(latent),
          "take the file as Winnow wrote it");
    }
  }

  /** A model on pixels. */
  public ModelFile(DenoiserConfig model, NoiseSchedule schedule, List<String> classes) {
    this(model, schedule, classes, null);
  }

  /** The shape of what the network draws: pictures, or latents. */
  ImageShape drawn() {
    return model.example().imageShape();
  }

  /** The shape of its pictures. */
  public ImageShape pictures() {
    return latent == null ? drawn() : latent.pictures();
  }

  /** Puts this record into an artifact. */
  public ObjectRef put(ArtifactDraft draft) {
    return draft.put(NAME, Json.bytes(this), null, null);
  }

  /**
   * @throws io.winnow.contracts.InvalidInputException the artifact is no diffusion model
   */
  public static ModelFile read(ArtifactStore store, Artifact model) {
    ObjectRef object = model.entry(NAME).object();
    return Json.read(store.objects().get(object), ModelFile.class, "object " + object.key());
  }

  /**
   * @param name {@link #EMA_WEIGHTS} or {@link #LAST_WEIGHTS}
   * @return weights by parameter name
   * @throws io.winnow.contracts.InvalidInputException the artifact has no such weights
   */
  public static Map<String, Tensor> weights(ArtifactStore store, Artifact model, String name) {
    ObjectRef object = model.entry(name).object();
    String what = "object " + object.key();
    return object.size() <= IN_MEMORY
        ? SafeTensors.parse(store.objects().get(object), what)
        : TemporaryFile.of(store.objects(), object, file -> SafeTensors.map(file, what));
  }

  /**
   * The model with these weights, in float32; the caller closes it.
   *
   * @throws io.winnow.contracts.InvalidInputException the weights are another model's
   */
  public Denoiser denoiser(Torch torch, Map<String, Tensor> weights) {
    return denoiser(torch, Precision.FLOAT32, weights);
  }

  /** The same, computing in another precision. */
  public Denoiser denoiser(Torch torch, Precision precision, Map<String, Tensor> weights) {
    return Denoiser.load(torch, model, schedule, precision, weights);
  }

  /**
   * What draws the model's pictures with these weights, in float32; the caller closes it.
   *
   * @throws io.winnow.contracts.InvalidInputException the weights are another model's, or the
   *     autoencoder is not in the store
   */
  public PictureSampler sampler(Torch torch, ArtifactStore store, Map<String, Tensor> weights) {
    return PictureSampler.open(torch, store.objects(), this, weights);
  }
}
