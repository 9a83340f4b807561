package io.winnow.models.architecture;

import io.winnow.torch.kernel.Namespace;
import io.winnow.torch.kernel.Network;
import io.winnow.torch.kernel.NetworkOptions;

/**
 * A model's network as part of a kernel: what the functions around it need to know.
 *
 * @param config the model
 * @param network its functions and parameters
 */
public record Backbone(DenoiserConfig config, Network network) {
  /** Writes a model's network. */
  public static Backbone of(DenoiserConfig config, NetworkOptions options) {
    return new Backbone(config, config.network(options));
  }

  /** The namespace of the network's functions. */
  public Namespace namespace() {
    return network.namespace();
  }

  /** Channels of an example, which are those of what is predicted. */
  public int channels() {
    return config.example().channels();
  }

  /** Whether the network also predicts the variance. */
  public boolean learnsVariance() {
    return config.architecture().learnsVariance();
  }

  /** The expression of what is predicted, without the variance, given the network's output. */
  public String predicted(String output) {
    return learnsVariance() ? "torch.slice(%s, 1, 0, %d)".formatted(output, channels()) : output;
  }

  /** The expression of the variance's interpolation v, given the network's output. */
  public String variance(String output) {
    return "torch.slice(%s, 1, %d, %d)".formatted(output, channels(), 2 * channels());
  }
}
