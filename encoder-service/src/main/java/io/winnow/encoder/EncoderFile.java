package io.winnow.encoder;

import io.winnow.contracts.ArtifactRef;
import io.winnow.contracts.InvalidInputException;
import io.winnow.contracts.Json;
import io.winnow.contracts.ObjectRef;
import io.winnow.models.surrogate.ClassifierConfig;
import io.winnow.models.surrogate.Pass;
import io.winnow.models.surrogate.Surrogate;
import io.winnow.models.surrogate.SurrogateInput;
import io.winnow.store.artifact.ArtifactDraft;
import io.winnow.store.artifact.ArtifactStore;
import io.winnow.store.artifact.Committed;
import io.winnow.store.object.TemporaryFile;
import io.winnow.store.tensor.SafeTensors;
import io.winnow.store.tensor.Tensor;
import io.winnow.torch.engine.Torch;
import java.util.Map;

/**
 * An encoder as it lies in the store, at {@code models/<digest>}: this record as {@value #NAME},
 * beside it a classifier's weights or a pointer to a TorchScript file.
 *
 * @param classifier a classifier's architecture; null for TorchScript
 * @param input what the TorchScript file takes; null for a classifier
 * @param pass how images go through
 */
record EncoderFile(ClassifierConfig classifier, SurrogateInput input, Pass pass) {
  private static final String NAME = "encoder.json";
  private static final String WEIGHTS = "weights.safetensors";
  private static final String MODULE = "module.pt";

  /** Puts a trained classifier into an artifact. */
  static void put(
      ArtifactDraft draft, ClassifierConfig classifier, Pass pass, Map<String, Tensor> weights) {
    draft.put(NAME, Json.bytes(new EncoderFile(classifier, null, pass)), null, null);
    draft.putTensors(WEIGHTS, weights, null, null);
  }

  /** Puts a pointer to a TorchScript file into an artifact. */
  static void put(ArtifactDraft draft, SurrogateInput input, Pass pass, ObjectRef module) {
    draft.put(NAME, Json.bytes(new EncoderFile(null, input, pass)), null, null);
    draft.refer(MODULE, module, null);
  }

  /**
   * Loads an encoder; the caller closes it.
   *
   * @throws InvalidInputException missing, altered, or not an encoder
   */
  static Surrogate load(ArtifactStore store, ArtifactRef ref, Torch torch) {
    Committed artifact = store.open(ref);
    ObjectRef object = artifact.entry(NAME).object();
    EncoderFile file =
        Json.parse(store.objects().get(object), EncoderFile.class, "object " + object.key());
    if (file.classifier() != null) {
      ObjectRef weights = artifact.entry(WEIGHTS).object();
      return Surrogate.trained(
          torch,
          file.classifier(),
          SafeTensors.parse(store.objects().get(weights), "object " + weights.key()),
          file.pass());
    }
    if (file.input() == null) {
      throw new InvalidInputException(
          "object " + object.key() + " describes neither a classifier nor a TorchScript file",
          "submit a run that makes its encoder again");
    }
    return script(store, artifact.entry(MODULE).object(), file.input(), file.pass(), torch);
  }

  /**
   * Loads a TorchScript file and tries it on images of the input's size; the caller closes it.
   *
   * @throws InvalidInputException missing, not TorchScript, or not taking such images
   */
  static Surrogate script(
      ArtifactStore store, ObjectRef module, SurrogateInput input, Pass pass, Torch torch) {
    try {
      return TemporaryFile.of(
          store.objects(), module, file -> Surrogate.torchScript(torch, file, input, pass));
    } catch (InvalidInputException e) {
      throw new InvalidInputException(
          "surrogate %s, given images of %d×%d pixels and %d channel%s: %s"
              .formatted(
                  module.key(),
                  input.size(),
                  input.size(),
                  input.channels(),
                  input.channels() == 1 ? "" : "s",
                  e.problem()),
          e.remedy() + ": surrogate.inputSize, surrogate.channels and surrogate.output in the spec",
          e);
    }
  }
}
