package io.winnow.models.architecture;

import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import io.winnow.contracts.InvalidInputException;
import io.winnow.contracts.spec.ModelSpec;
import io.winnow.models.denoiser.Architecture;
import io.winnow.models.denoiser.Conditioning;
import io.winnow.models.denoiser.Conditioning.ClassLabels;
import io.winnow.models.denoiser.ExampleSpec;
import io.winnow.store.tensor.Tensor;
import io.winnow.torch.kernel.Network;
import io.winnow.torch.kernel.NetworkOptions;
import io.winnow.torch.kernel.ParameterTable;
import java.util.Map;

/**
 * A diffusion model without its weights and its noise schedule.
 *
 * @param architecture the network's settings
 * @param example what it denoises
 * @param conditioning what it is conditioned on
 */
public record DenoiserConfig(
    @JsonDeserialize(using = ArchitectureReader.class) Architecture architecture,
    ExampleSpec example,
    Conditioning conditioning) {

  public DenoiserConfig {
    if (architecture == null || example == null || conditioning == null) {
      throw new InvalidInputException(
          "a model's architecture, example or conditioning is missing",
          "take the file as Winnow wrote it");
    }
    architecture.requireFit(example, conditioning);
  }

  /**
   * The class-conditional model that a run spec describes.
   *
   * @throws InvalidInputException the spec is not valid, or does not fit the examples
   */
  public static DenoiserConfig of(ModelSpec spec, ExampleSpec example, int classes) {
    return new DenoiserConfig(Architectures.of(spec, example), example, new ClassLabels(classes));
  }

  /** Writes the network into a kernel. */
  public Network network(NetworkOptions options) {
    return architecture.write(example, conditioning, options);
  }

  /** The network's parameters. */
  public ParameterTable parameters() {
    return network(NetworkOptions.DEFAULT).parameters();
  }

  /** What the official state dicts have beside the parameters, by name. */
  public Map<String, Tensor> buffers() {
    return architecture.buffers(example);
  }

  /** The number of classes; 0 where the condition is no class. */
  public int classCount() {
    return conditioning instanceof ClassLabels labels ? labels.classes() : 0;
  }

  /** The same network for other values, e.g. latents. */
  public DenoiserConfig with(ExampleSpec other) {
    return new DenoiserConfig(architecture, other, conditioning);
  }
}
