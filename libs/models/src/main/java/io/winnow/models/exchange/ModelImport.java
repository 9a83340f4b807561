package io.winnow.models.exchange;

import io.winnow.contracts.InvalidInputException;
import io.winnow.contracts.ObjectRef;
import io.winnow.contracts.run.StageRecord;
import io.winnow.models.ModelFile;
import io.winnow.models.architecture.DenoiserConfig;
import io.winnow.store.artifact.Address;
import io.winnow.store.artifact.Artifact;
import io.winnow.store.artifact.ArtifactDraft;
import io.winnow.store.artifact.ArtifactStore;
import io.winnow.store.artifact.Claim;
import io.winnow.store.object.Digests;
import io.winnow.store.statedict.StateDict;
import io.winnow.store.tensor.ShardedSafeTensors;
import io.winnow.store.tensor.Tensor;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Imports weights into the store as a model. There is one set of weights, so the EMA weights and
 * the last weights are the same.
 *
 * @param file safetensors by parameter name, the index of several such files ({@code
 *     model.safetensors.index.json}), or a state dict of PyTorch ({@code .pt}, {@code .pth}). The
 *     parameters are float32, or of half precision, which becomes float32
 * @param key the entry of a dictionary that PyTorch saved which is the state dict, e.g. {@code
 *     ema}; null if the file is the state dict itself
 */
public record ModelImport(Path file, String key) {
  /** Weights that are the whole file. */
  public ModelImport(Path file) {
    this(file, null);
  }

  /** Name of the stage in the manifest of an imported model. */
  public static final String STAGE = "import-model";

  private static final String VERSION = "1";

  // the name is stored in the artifact, so it is part of the address
  private record Parameters(ModelFile model, String name) {}

  /**
   * The configuration in the file's metadata, as {@link ModelExport#safetensors} writes it.
   *
   * @return empty if there is none
   * @throws InvalidInputException the file does not exist or is damaged, or its metadata does not
   *     describe a model
   */
  public Optional<ModelFile> configuration() {
    if (StateDict.hasName(file)) {
      return Optional.empty();
    }
    return ModelMetadata.read(ShardedSafeTensors.metadata(file, what()), what());
  }

  /**
   * Commits {@code models/<digest>}. The digest derives from the configuration, the bytes of the
   * weights and the name, so importing the same file again gives the same artifact.
   *
   * @param name stored in the artifact, or null
   * @param remarks receives what was changed in the names of the file
   * @throws InvalidInputException the file is damaged; the model generates latents whose
   *     autoencoder is not in the store; or a tensor is missing, unknown, of another shape or type,
   *     or not finite, in which case the error names the first such tensors
   */
  public Artifact commit(
      ArtifactStore store, ModelFile model, String name, Consumer<String> remarks) {
    requireAutoencoder(store, model);
    Map<String, Tensor> weights = weights(model.model(), remarks);
    Address address =
        Address.of("models", STAGE, VERSION, new Parameters(model, name), List.of(digest(weights)));
    try (Claim claim = store.claim(address)) {
      Optional<Artifact> there = store.reuse(address.path());
      return there.isPresent() ? there.get() : make(store.draft(address), model, weights, name);
    }
  }

  private Map<String, Tensor> weights(DenoiserConfig model, Consumer<String> remarks) {
    Map<String, Tensor> tensors = WeightsFile.read(file, key, what(), remarks);
    return ParameterCheck.require(
        model.parameters(),
        tensors,
        model.buffers(),
        what(),
        () ->
            PresetSearch.of(tensors, model)
                .map(preset -> "they are weights of the preset " + preset)
                .orElse(ParameterCheck.REMEDY));
  }

  private static Artifact make(
      ArtifactDraft draft, ModelFile model, Map<String, Tensor> weights, String name) {
    model.put(draft);
    draft.putTensors(ModelFile.EMA_WEIGHTS, weights, null, null);
    draft.putTensors(ModelFile.LAST_WEIGHTS, weights, null, null);
    draft.attribute("parameters", weights.values().stream().mapToLong(Tensor::elements).sum());
    if (name != null) {
      draft.attribute("name", name);
    }
    return draft.commit(new StageRecord.Cost(0, 0));
  }

  private static void requireAutoencoder(ArtifactStore store, ModelFile model) {
    if (model.latent() == null) {
      return;
    }
    ObjectRef wanted = model.latent().autoencoder();
    boolean there =
        store.objects().stat(wanted.key()).stream()
            .anyMatch(object -> wanted.sha256().equals(object.sha256()));
    if (!there) {
      throw new InvalidInputException(
          "the model draws latents, and their autoencoder %s (sha-256 %s) is not in this store"
              .formatted(wanted.key(), wanted.sha256()),
          "put it there first: \"winnow latents\" and a run with \"latent\" do");
    }
  }

  // Names and shapes follow from the configuration, so the elements in order say all.
  private static String digest(Map<String, Tensor> weights) {
    MessageDigest digest = Digests.sha256();
    weights.values().forEach(tensor -> digest.update(tensor.data()));
    return Digests.hex(digest.digest());
  }

  private String what() {
    return "file " + file;
  }
}
