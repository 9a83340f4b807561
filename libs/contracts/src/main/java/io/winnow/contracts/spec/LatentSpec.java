package io.winnow.contracts.spec;

import static io.winnow.contracts.spec.field.Product.LATENTS;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.soabase.recordbuilder.core.RecordBuilder;
import io.winnow.contracts.InvalidInputException;
import io.winnow.contracts.spec.field.Decides;
import io.winnow.contracts.spec.field.Default;
import io.winnow.contracts.spec.field.Description;
import io.winnow.contracts.spec.field.OneOf;
import io.winnow.contracts.spec.field.Range;
import io.winnow.contracts.spec.field.Section;
import io.winnow.contracts.spec.field.SpecFields;

/**
 * Trains the diffusion model on an autoencoder's latents instead of on pixels (Rombach et al.,
 * arXiv 2112.10752). Features, selection and evaluation use the images.
 */
@Section("latent")
@RecordBuilder
public record LatentSpec(
    @Description(
            "Kind of autoencoder: a TorchScript file (autoencoder), or the weights of diffusers' class AutoencoderKL, such as Stable Diffusion's (weights)")
        @Default("torchscript")
        @Decides(LATENTS)
        AutoencoderType type,
    @Description("Key of a TorchScript file in the store, for torchscript")
        @Default(text = "required for torchscript")
        @Decides(LATENTS)
        String autoencoder,
    @Description(
            "Key of an AutoencoderKL's weights in the store, for autoencoder-kl. winnow submit uploads a diffusers folder (config.json and diffusion_pytorch_model.safetensors), or a safetensors file with config.json beside it")
        @Default(text = "required for autoencoder-kl")
        @Decides(LATENTS)
        String weights,
    @Description(
            "For torchscript: method that takes float32 N x C x H x W in [-1, 1] and returns latents N x c x h x w, or METHOD.ELEMENT for an element of the dict (by key), tuple or list (0, 1, ...) that it returns. It should return the mean, not a sample")
        @Default(text = "encode")
        @Decides(LATENTS)
        String encoder,
    @Description(
            "For torchscript: method that takes latents and returns N x C x H x W in [-1, 1], or METHOD.ELEMENT")
        @Default(text = "decode")
        @Decides(LATENTS)
        String decoder,
    @Description(
            "Factor for the encoder's output, divided out before the decoder, so that latents have a standard deviation of about 1, such as 0.18215")
        @Default(text = "1.0; the weights' own scaling_factor for autoencoder-kl")
        @Range(min = 1e-30, max = 1e30)
        @Decides(LATENTS)
        Double scalingFactor,
    @Description(
            "Image channels of the autoencoder. Grey images are repeated for 3 channels, and decoded ones averaged")
        @Default(text = "the images' own; the weights' own for autoencoder-kl")
        @OneOf({1, 3})
        @Decides(LATENTS)
        Integer channels,
    @Description(
            "Images encoded at a time. The last batch is padded, so that memory is flat and latents do not depend on their neighbours")
        @Default("100")
        @Range(min = 1, max = 4096)
        @Decides(LATENTS)
        Integer batch,
    @Description("Precision of the autoencoder") @Default("float32") @Decides(LATENTS)
        TrainingSpec.Precision precision) {

  /** What kind of autoencoder. */
  public enum AutoencoderType {
    /** A TorchScript file with methods that encode and decode. */
    @JsonProperty("torchscript")
    TORCHSCRIPT,
    /** The network of diffusers' class AutoencoderKL, from weights. */
    @JsonProperty("autoencoder-kl")
    AUTOENCODER_KL
  }

  public LatentSpec {
    SpecFields fields = SpecFields.of(LatentSpec.class);
    type = fields.check("type", type);
    autoencoder = fields.check("autoencoder", autoencoder);
    weights = fields.check("weights", weights);
    encoder = fields.check("encoder", encoder);
    decoder = fields.check("decoder", decoder);
    scalingFactor = fields.check("scalingFactor", scalingFactor);
    channels = fields.check("channels", channels);
    batch = fields.check("batch", batch);
    precision = fields.check("precision", precision);
    if (type == AutoencoderType.TORCHSCRIPT) {
      require(autoencoder != null, "autoencoder", "is missing", "give a TorchScript file");
      requireNone("weights", weights, "\"latent.type\": \"autoencoder-kl\"");
      encoder = encoder == null ? "encode" : encoder;
      decoder = decoder == null ? "decode" : decoder;
      scalingFactor = scalingFactor == null ? 1.0 : scalingFactor;
    } else {
      require(weights != null, "weights", "is missing", "give the folder of an AutoencoderKL");
      requireNone("autoencoder", autoencoder, "\"latent.weights\"");
      requireNone("encoder", encoder, "\"latent.type\": \"torchscript\"");
      requireNone("decoder", decoder, "\"latent.type\": \"torchscript\"");
    }
  }

  private static void requireNone(String field, String value, String instead) {
    require(
        value == null,
        field,
        "does not go with this \"latent.type\"",
        "leave it out, or use " + instead);
  }

  private static void require(boolean holds, String field, String problem, String remedy) {
    if (!holds) {
      throw new InvalidInputException("\"latent." + field + "\" " + problem, remedy);
    }
  }

  /** The key of its file in the store, whatever the type. */
  public String source() {
    return type == AutoencoderType.TORCHSCRIPT ? autoencoder : weights;
  }
}
