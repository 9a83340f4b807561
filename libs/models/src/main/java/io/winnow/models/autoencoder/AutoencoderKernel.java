package io.winnow.models.autoencoder;

import ai.djl.ndarray.NDManager;
import io.winnow.contracts.InvalidInputException;
import io.winnow.torch.engine.ParameterBuckets;
import io.winnow.torch.engine.ScriptModule;
import io.winnow.torch.engine.Torch;
import io.winnow.torch.kernel.Network;
import io.winnow.torch.kernel.NetworkOptions;
import java.nio.file.Path;

/**
 * One of the two networks of an autoencoder, loaded for images of one size.
 *
 * @param module with the functions of {@link AutoencoderNetworks}; not to be closed, since the
 *     engine keeps it
 * @param weights their last argument
 */
public record AutoencoderKernel(ScriptModule module, ParameterBuckets weights) {

  /**
   * Loads the encoder.
   *
   * @param owner frees the weights
   * @param file see {@link AutoencoderWeights#read}
   * @param channels of the images
   * @param size height and width of the images
   * @throws InvalidInputException the file is not such an autoencoder, or does not take such images
   */
  public static AutoencoderKernel encoder(
      Torch torch, NDManager owner, Path file, int channels, int size) {
    AutoencoderWeights read = AutoencoderWeights.read(file);
    requireChannels(read.config().inChannels(), channels, file);
    Network network = networks(read).encoder(size, size);
    return of(torch, owner, read, network);
  }

  /** Loads the decoder; otherwise as {@link #encoder}. */
  public static AutoencoderKernel decoder(
      Torch torch, NDManager owner, Path file, int channels, int size) {
    AutoencoderWeights read = AutoencoderWeights.read(file);
    requireChannels(read.config().outChannels(), channels, file);
    Network network = networks(read).decoder(size, size);
    return of(torch, owner, read, network);
  }

  private static AutoencoderNetworks networks(AutoencoderWeights read) {
    return new AutoencoderNetworks(read.config(), NetworkOptions.DEFAULT);
  }

  private static AutoencoderKernel of(
      Torch torch, NDManager owner, AutoencoderWeights read, Network network) {
    return new AutoencoderKernel(
        torch.kernel(AutoencoderNetworks.kernel(network)),
        ParameterBuckets.upload("weights", owner, network.parameters(), read.tensors(), ""));
  }

  private static void requireChannels(int own, int channels, Path file) {
    if (own != channels) {
      throw new InvalidInputException(
          "autoencoder %s is for images of %d channels, not of %d"
              .formatted(file.getFileName(), own, channels),
          "use an autoencoder for such images");
    }
  }
}
