package io.winnow.models.surrogate;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import io.winnow.contracts.ArtifactRef;
import io.winnow.contracts.InvalidInputException;
import io.winnow.contracts.Json;
import io.winnow.contracts.ObjectRef;
import io.winnow.store.artifact.Address;
import io.winnow.store.artifact.Artifact;
import io.winnow.store.artifact.ArtifactDraft;
import io.winnow.store.artifact.ArtifactStore;
import io.winnow.store.object.TemporaryFile;
import io.winnow.store.tensor.SafeTensors;
import io.winnow.store.tensor.Tensor;
import io.winnow.torch.engine.Torch;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * The artifact of an encoder, {@code models/<digest>}: {@value #NAME} describes the surrogate; next
 * to it are the weights of a trained one, or a reference to a TorchScript file. Attributes: {@value
 * #DIMENSION}, the number of features per row, and for a trained surrogate {@value #ACCURACY}, the
 * share of held-out images that it classifies correctly.
 *
 * <p>It is in this library and not with the other artifacts, because reading it gives a network
 * that the engine runs.
 */
public final class EncoderArtifact {
  /** The stage that produces encoders, in addresses and stage records. */
  public static final String STAGE = "surrogate";

  private static final String VERSION = "4";
  private static final String NAME = "encoder.json";
  private static final String WEIGHTS = "weights.safetensors";
  private static final String MODULE = "module.pt";
  private static final String DIMENSION = "dimension";
  private static final String ACCURACY = "accuracy";

  private EncoderArtifact() {}

  @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
  @JsonSubTypes({
    @JsonSubTypes.Type(value = Trained.class, name = "trained"),
    @JsonSubTypes.Type(value = Script.class, name = "torchscript")
  })
  private sealed interface Description permits Trained, Script {}

  private record Trained(ClassifierConfig model, InferenceOptions pass) implements Description {}

  private record Script(SurrogateInput input, InferenceOptions pass) implements Description {}

  /**
   * The address of an encoder.
   *
   * @param parameters everything that determines it, besides the inputs
   * @param inputs digests of the artifacts that it is made from
   */
  public static Address address(Object parameters, List<String> inputs) {
    return Address.of("models", STAGE, VERSION, parameters, inputs);
  }

  /**
   * Writes a trained surrogate.
   *
   * @param weights by parameter name, as {@link ClassifierTrainer#emaWeights()} gives them
   * @param accuracy on held-out images, in [0, 1]
   */
  public static void writeTrained(
      ArtifactDraft draft,
      ClassifierConfig model,
      InferenceOptions pass,
      Map<String, Tensor> weights,
      double accuracy) {
    draft.put(NAME, Json.bytes(new Trained(model, pass)), null, null);
    draft.putTensors(WEIGHTS, weights, null, null);
    draft.attribute(ACCURACY, accuracy);
    draft.attribute(DIMENSION, model.dimension());
  }

  /**
   * Writes a reference to a TorchScript file, after trying the file on images of the input's size.
   *
   * @param module the file, with its digest
   * @throws InvalidInputException the file is missing, is not TorchScript, or does not take such
   *     images
   */
  public static void writeScript(
      ArtifactDraft draft,
      ArtifactStore store,
      ObjectRef module,
      SurrogateInput input,
      InferenceOptions pass,
      Torch torch) {
    Script script = new Script(input, pass);
    try (Surrogate surrogate =
        opened(store, module, input, file -> Surrogate.torchScript(torch, file, input, pass))) {
      draft.put(NAME, Json.bytes(script), null, null);
      draft.refer(MODULE, module, null);
      draft.attribute(DIMENSION, surrogate.dimension());
    }
  }

  /**
   * Loads an encoder; the caller closes it.
   *
   * @throws InvalidInputException missing, altered, or not an encoder
   */
  public static Surrogate load(ArtifactStore store, ArtifactRef ref, Torch torch) {
    Artifact artifact = store.open(ref);
    ObjectRef object = artifact.entry(NAME).object();
    Description description =
        Json.read(store.objects().get(object), Description.class, "object " + object.key());
    if (description instanceof Trained trained) {
      ObjectRef weights = artifact.entry(WEIGHTS).object();
      return Surrogate.trained(
          torch,
          trained.model(),
          SafeTensors.parse(store.objects().get(weights), "object " + weights.key()),
          trained.pass());
    }
    Script script = (Script) description;
    return opened(
        store,
        artifact.entry(MODULE).object(),
        script.input(),
        // it was checked when the artifact was written
        file -> Surrogate.knownTorchScript(torch, file, script.input(), script.pass()));
  }

  private static Surrogate opened(
      ArtifactStore store,
      ObjectRef module,
      SurrogateInput input,
      Function<Path, Surrogate> reader) {
    try {
      return TemporaryFile.of(store.objects(), module, reader);
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
