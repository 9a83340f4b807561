package io.winnow.models.denoiser;

import com.fasterxml.jackson.annotation.JsonTypeInfo;
import io.winnow.contracts.InvalidInputException;
import io.winnow.store.tensor.Tensor;
import io.winnow.torch.kernel.Network;
import io.winnow.torch.kernel.NetworkOptions;
import java.util.Map;
import java.util.Set;

/**
 * The settings of a network that denoises examples, and the network itself. An implementation is a
 * record whose components are its settings, with its type's name in {@link
 * com.fasterxml.jackson.annotation.JsonTypeName}. It knows neither the examples' size nor the
 * classes.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
public interface Architecture {
  /**
   * Checks that the network can be built for such examples and conditions.
   *
   * @throws InvalidInputException it cannot, e.g. because it needs square images
   */
  void requireFit(ExampleSpec example, Conditioning conditioning);

  /**
   * Writes the network. Its function {@code predict(x, t, y, parameters, training, seed)} takes x
   * float32 B×C×H×W, t int64 B with t in [0, T), y as the conditioning says, the unpacked float32
   * parameters, whether dropout acts, and the seed of the dropout. The result is float32 B×{@link
   * #outputChannels}×H×W: what is predicted and, where the variance is learned, the interpolation v
   * between its bounds (Nichol and Dhariwal, arXiv 2102.09672, eq. 15).
   *
   * @param example for which {@link #requireFit} passes
   */
  Network write(ExampleSpec example, Conditioning conditioning, NetworkOptions options);

  /**
   * These settings with some of them replaced.
   *
   * @param settings by the name of the component, as in JSON
   * @throws InvalidInputException an unknown setting, or a value out of range
   */
  default Architecture with(Map<String, Object> settings) {
    return Overrides.of(this, settings);
  }

  /**
   * Checks settings that somebody has chosen, which may be less forgiving than {@link #requireFit}.
   *
   * @param chosen the names of the settings that {@link #with} replaced
   * @throws InvalidInputException one of them does not fit the examples
   */
  default void requireChosen(Set<String> chosen, ExampleSpec example) {}

  /**
   * The numbers that a training keeps of each example until the backward pass, at least; 0 where
   * nothing is known. It is an estimate for memory limits: the outputs of the largest operations.
   */
  default long activations(ExampleSpec example) {
    return 0;
  }

  /**
   * The constants that state dicts of the authors' code have beside the parameters, by name. They
   * follow from the settings: an import compares them if they are there, an export writes them.
   */
  default Map<String, Tensor> buffers(ExampleSpec example) {
    return Map.of();
  }

  /** Whether the network also predicts the variance of a reverse step. */
  default boolean learnsVariance() {
    return false;
  }

  /** Channels that the network predicts. */
  default int outputChannels(ExampleSpec example) {
    return learnsVariance() ? 2 * example.channels() : example.channels();
  }

  /**
   * The number of leading channels that classifier-free guidance applies to; the others are those
   * of the conditional prediction.
   */
  default int guidedChannels(ExampleSpec example) {
    return example.channels();
  }
}
