package io.winnow.artifacts;

import io.winnow.store.artifact.Artifact;
import io.winnow.store.artifact.ArtifactDraft;
import io.winnow.store.artifact.ArtifactStore;
import io.winnow.store.tensor.SafeTensors;
import io.winnow.store.tensor.Tensor;
import java.util.Map;
import java.util.Optional;

/**
 * The losses of a model's training: the object {@code losses.safetensors} of a model, whose {@code
 * loss} is float32 S, the mean loss of each step's batch.
 */
public final class TrainingLosses {
  private static final String NAME = "losses.safetensors";
  private static final String TENSOR = "loss";

  private TrainingLosses() {}

  /** Puts the losses into a model's artifact. */
  public static void write(ArtifactDraft draft, float[] losses) {
    draft.putTensors(NAME, Map.of(TENSOR, Tensor.of(losses, losses.length)), null, null);
  }

  /** Reads the losses; empty if the model has none, such as an imported one. */
  public static Optional<float[]> read(ArtifactStore store, Artifact artifact) {
    return artifact
        .find(NAME)
        .map(object -> SafeTensors.parse(store.objects().get(object), object.key()))
        .map(tensors -> tensors.get(TENSOR).floats());
  }
}
