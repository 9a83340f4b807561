package io.winnow.local.client;

import io.winnow.contracts.Causes;
import io.winnow.contracts.InvalidInputException;
import io.winnow.contracts.spec.DatasetSpec;
import io.winnow.contracts.spec.DatasetSpecBuilder;
import io.winnow.contracts.spec.LatentSpec;
import io.winnow.contracts.spec.LatentSpecBuilder;
import io.winnow.contracts.spec.RunSpec;
import io.winnow.contracts.spec.RunSpecBuilder;
import io.winnow.contracts.spec.SurrogateSpec;
import io.winnow.contracts.spec.SurrogateSpecBuilder;
import io.winnow.datasets.source.SourceFormats;
import io.winnow.store.object.ObjectStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/** Makes a run spec independent of this process: resolves paths and uploads files. */
public final class SpecResolver {
  private static final String STORE = "store:";

  private final ObjectStore store;
  private final boolean sharedFiles;

  /**
   * @param sharedFiles whether the services can read the files of this machine; if not, data set
   *     paths refer to their machine and are left unchanged
   */
  public SpecResolver(ObjectStore store, boolean sharedFiles) {
    this.store = store;
    this.sharedFiles = sharedFiles;
  }

  /**
   * Reads a run spec.
   *
   * @throws InvalidInputException the file is missing or is not a run spec
   */
  public static RunSpec read(Path file) {
    if (!Files.isRegularFile(file)) {
      throw new InvalidInputException(
          "there is no spec file " + file,
          "name a JSON file with at least {\"dataset\": {\"source\": \"PATH\"}}");
    }
    try {
      return RunSpec.parse(Files.readAllBytes(file), "spec " + file);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + file + ": " + Causes.of(e), e);
    }
  }

  /**
   * Makes a relative data set path absolute, and uploads a surrogate and an autoencoder that are
   * local files.
   *
   * @param base folder that relative paths are resolved against
   * @throws InvalidInputException the data set, the surrogate or the autoencoder does not exist
   */
  public RunSpec resolve(RunSpec spec, Path base) {
    return RunSpecBuilder.builder(spec)
        .dataset(dataset(spec.dataset(), base))
        .surrogate(surrogate(spec.surrogate(), base))
        .latent(latent(spec.latent(), base))
        .build();
  }

  private DatasetSpec dataset(DatasetSpec dataset, Path base) {
    SourceFormats.require(dataset.format());
    if (!sharedFiles || dataset.source().startsWith(STORE)) {
      return dataset;
    }
    Path path = base.resolve(dataset.source()).toAbsolutePath().normalize();
    if (!Files.exists(path)) {
      throw new InvalidInputException(
          "there is no data set at " + path, SourceFormats.remedy() + ", or store:PREFIX");
    }
    return DatasetSpecBuilder.builder(dataset).source(path.toString()).build();
  }

  private SurrogateSpec surrogate(SurrogateSpec surrogate, Path base) {
    if (surrogate.trained()) {
      return surrogate;
    }
    String key =
        script(
            "surrogate",
            surrogate.source(),
            base,
            "surrogates",
            "\"" + SurrogateSpec.TRAINED + "\" to train one");
    return SurrogateSpecBuilder.builder(surrogate).source(key).build();
  }

  private LatentSpec latent(LatentSpec latent, Path base) {
    if (latent == null) {
      return null;
    }
    if (latent.type() == LatentSpec.AutoencoderType.AUTOENCODER_KL) {
      return LatentSpecBuilder.builder(latent).weights(weights(latent.weights(), base)).build();
    }
    String key =
        script(
            "autoencoder",
            latent.autoencoder(),
            base,
            Upload.AUTOENCODERS,
            "omit \"latent\" to train on pixels");
    return LatentSpecBuilder.builder(latent).autoencoder(key).build();
  }

  /** The key of an autoencoder's weights: uploaded if they are local, else an object's key. */
  private String weights(String source, Path base) {
    Path file = local(base, source);
    if (file != null && Files.exists(file)) {
      return Upload.weights(store, Upload.AUTOENCODERS, file).key();
    }
    if (!stored(source)) {
      throw new InvalidInputException(
          "the autoencoder's weights \"%s\" are neither local nor an object in the store"
              .formatted(source),
          "give a diffusers folder with config.json and diffusion_pytorch_model.safetensors, or"
              + " omit \"latent\" to train on pixels");
    }
    return source;
  }

  /** The key of a TorchScript file: uploaded if it is a local file, else an object's key. */
  private String script(String what, String source, Path base, String prefix, String alternative) {
    Path file = local(base, source);
    if (file != null && Files.isRegularFile(file)) {
      return Upload.script(store, prefix, file).key();
    }
    if (file != null && Files.isDirectory(file)) {
      throw new InvalidInputException(
          "the %s \"%s\" is a folder".formatted(what, source),
          "give a TorchScript file, or " + alternative);
    }
    if (!stored(source)) {
      throw new InvalidInputException(
          "the %s \"%s\" is neither a file nor an object in the store".formatted(what, source),
          "give a TorchScript file, or " + alternative);
    }
    return source;
  }

  /** The path; null if the text is not one, such as with a NUL. */
  private static Path local(Path base, String source) {
    try {
      return base.resolve(source);
    } catch (InvalidPathException e) {
      return null;
    }
  }

  /** Whether there is such an object; a text that cannot be a key, such as a path, is none. */
  private boolean stored(String source) {
    try {
      return store.stat(source).isPresent();
    } catch (InvalidInputException e) {
      return false;
    }
  }
}
