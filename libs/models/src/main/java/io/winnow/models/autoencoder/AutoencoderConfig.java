package io.winnow.models.autoencoder;

import com.fasterxml.jackson.databind.JsonNode;
import io.winnow.contracts.InvalidInputException;
import io.winnow.torch.kernel.NetworkOptions;
import io.winnow.torch.kernel.ParameterTable;
import java.util.List;

/**
 * The settings of an AutoencoderKL, as the {@code config.json} of a diffusers model states them.
 *
 * @param inChannels channels of an image, {@code in_channels}
 * @param outChannels channels of a decoded image, {@code out_channels}
 * @param widths channels of each level, finest first, {@code block_out_channels}; each level has
 *     half the height and width of the one before
 * @param blocks residual blocks of a level of the encoder, {@code layers_per_block}; a level of the
 *     decoder has one more
 * @param latentChannels channels of a latent, {@code latent_channels}
 * @param groups of the normalisation, {@code norm_num_groups}; divides every width
 * @param scalingFactor by which training multiplies latents, {@code scaling_factor}
 * @param quantConv whether a 1×1 convolution follows the encoder, {@code use_quant_conv}
 * @param postQuantConv whether a 1×1 convolution precedes the decoder, {@code use_post_quant_conv}
 * @param attention whether the coarsest level attends among its pixels, {@code
 *     mid_block_add_attention}
 */
public record AutoencoderConfig(
    int inChannels,
    int outChannels,
    List<Integer> widths,
    int blocks,
    int latentChannels,
    int groups,
    double scalingFactor,
    boolean quantConv,
    boolean postQuantConv,
    boolean attention) {

  public AutoencoderConfig {
    widths = List.copyOf(widths);
  }

  /**
   * Reads a {@code config.json}. A field that is left out has diffusers' default.
   *
   * @param what names the document in errors
   * @throws InvalidInputException a field is unknown, of another type, or asks for something that
   *     is not implemented; the error names it
   */
  public static AutoencoderConfig of(JsonNode json, String what) {
    return new ConfigReader(json, what).read();
  }

  /** Height and width of an image divided by those of its latent. */
  public int factor() {
    return 1 << (widths.size() - 1);
  }

  /**
   * Checks that images of a size have latents.
   *
   * @throws InvalidInputException the height or the width is no multiple of {@link #factor}
   */
  public void requireFit(int height, int width) {
    if (height < factor() || width < factor() || height % factor() + width % factor() != 0) {
      throw new InvalidInputException(
          "the autoencoder cannot encode images of %d×%d".formatted(height, width),
          "use images whose height and width are multiples of " + factor());
    }
  }

  /** The parameters of both networks by diffusers' names: they do not depend on the image size. */
  public ParameterTable parameters() {
    ParameterTable all = new ParameterTable();
    AutoencoderNetworks networks = new AutoencoderNetworks(this, NetworkOptions.DEFAULT);
    all.addAll("", networks.encoder(factor(), factor()).parameters());
    all.addAll("", networks.decoder(factor(), factor()).parameters());
    return all;
  }
}
