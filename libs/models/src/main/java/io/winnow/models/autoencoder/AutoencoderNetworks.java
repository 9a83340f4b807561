package io.winnow.models.autoencoder;

import io.winnow.torch.kernel.KernelSource;
import io.winnow.torch.kernel.Layers;
import io.winnow.torch.kernel.Network;
import io.winnow.torch.kernel.NetworkOptions;
import java.util.ArrayList;
import java.util.List;

/**
 * The two networks of an autoencoder for images of one size, each as a kernel of its own, so that
 * an encoder does not hold the decoder's weights. Both compute a few images at a time, so that
 * memory depends on the images' size and not on their number.
 *
 * @param config of the autoencoder
 * @param options how the networks are written
 */
public record AutoencoderNetworks(AutoencoderConfig config, NetworkOptions options) {
  // of a slice: about 512 MB of intermediate results at 128 channels
  private static final int PIXELS = 1 << 16;

  /**
   * The functions of the encoder: {@code moments(x, flat)} gives the posterior's mean and log
   * variance, B×2·latentChannels×h×w, of images in [−1, 1], B×C×height×width; {@code encode(x,
   * flat)} gives the mean.
   *
   * @throws io.winnow.contracts.InvalidInputException images of this size have no latents, here and
   *     below
   */
  public Network encoder(int height, int width) {
    config.requireFit(height, width);
    AutoencoderWriter writer = writer("encoder", "encode_slice", false);
    String slice = writer.encode(height, width);
    return network(
        writer,
        slice,
        inSlices("moments", "encode_slice", height, width),
        """
        # the posterior's mean
        def encode(self: __torch__.Kernel, x: Tensor, flat: List[Tensor]) -> Tensor:
          return torch.contiguous(torch.slice((self).moments(x, flat, ), 1, 0, %d))
        """
            .formatted(config.latentChannels()));
  }

  /**
   * The functions of the decoder: {@code decode(z, flat)} gives images, B×C×height×width, of
   * latents that are not scaled, B×latentChannels×h×w.
   */
  public Network decoder(int height, int width) {
    config.requireFit(height, width);
    AutoencoderWriter writer = writer("decoder", "decode_slice", false);
    String slice = writer.decode(height, width);
    return network(writer, slice, inSlices("decode", "decode_slice", height, width));
  }

  /** A network as a kernel. */
  public static KernelSource kernel(Network network) {
    return new KernelSource("autoencoder", network.functions());
  }

  /** {@code blocks(x, flat)}: the output of {@code encode}'s or {@code decode}'s every block. */
  public Network blocks(String part, int height, int width) {
    boolean encoder = part.equals("encoder");
    AutoencoderWriter writer = writer(part, "one", true);
    return network(
        writer,
        encoder ? writer.encode(height, width) : writer.decode(height, width),
        """
        def blocks(self: __torch__.Kernel, x: Tensor, flat: List[Tensor]) -> List[Tensor]:
          kept = annotate(List[Tensor], [])
          result = (self).one(x, (self).cast((self).parameters(flat, ), ), kept, )
          _ = torch.append(kept, result)
          return kept
        """);
  }

  private AutoencoderWriter writer(String part, String name, boolean keepBlocks) {
    return new AutoencoderWriter(config, part, name, keepBlocks);
  }

  private Network network(AutoencoderWriter writer, String... own) {
    List<String> functions = new ArrayList<>(Layers.functions());
    functions.addAll(writer.table().functions(options.namespace(), options.precision()));
    functions.addAll(List.of(own));
    return new Network(options.namespace(), writer.table(), functions);
  }

  private static String inSlices(String name, String slice, int height, int width) {
    int images = Math.max(1, PIXELS / (height * width));
    return """
        # %1$d images at a time
        def %2$s(self: __torch__.Kernel, x: Tensor, flat: List[Tensor]) -> Tensor:
          p = (self).cast((self).parameters(flat, ), )
          slices = torch.split(x, %1$d, 0)
          made = annotate(List[Tensor], [])
          for i in range(torch.len(slices)):
            _ = torch.append(made, (self).%3$s(slices[i], p, ))
          return torch.cat(made, 0)
        """
        .formatted(images, name, slice);
  }
}
