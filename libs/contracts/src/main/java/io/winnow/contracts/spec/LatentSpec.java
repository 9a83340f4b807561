package io.winnow.contracts.spec;

import static io.winnow.contracts.spec.field.Product.LATENTS;

import io.soabase.recordbuilder.core.RecordBuilder;
import io.winnow.contracts.spec.field.Decides;
import io.winnow.contracts.spec.field.Default;
import io.winnow.contracts.spec.field.Description;
import io.winnow.contracts.spec.field.OneOf;
import io.winnow.contracts.spec.field.Range;
import io.winnow.contracts.spec.field.Required;
import io.winnow.contracts.spec.field.Section;
import io.winnow.contracts.spec.field.SpecFields;

/**
 * Trains the diffusion model on an autoencoder's latents instead of on pixels (Rombach et al.,
 * arXiv 2112.10752). Features, selection and evaluation use the images.
 */
@Section("latent")
@RecordBuilder
public record LatentSpec(
    @Description("Key of a TorchScript file in the store")
        @Required("a TorchScript file")
        @Decides(LATENTS)
        String autoencoder,
    @Description(
            "Method that takes float32 N x C x H x W in [-1, 1] and returns latents N x c x h x w, or METHOD.ELEMENT for an element of the dict (by key), tuple or list (0, 1, ...) that it returns. It should return the mean, not a sample")
        @Default("encode")
        @Decides(LATENTS)
        String encoder,
    @Description(
            "Method that takes latents and returns N x C x H x W in [-1, 1], or METHOD.ELEMENT")
        @Default("decode")
        @Decides(LATENTS)
        String decoder,
    @Description(
            "Factor for the encoder's output, divided out before the decoder, so that latents have a standard deviation of about 1, such as 0.18215")
        @Default("1.0")
        @Range(min = 1e-30, max = 1e30)
        @Decides(LATENTS)
        Double scalingFactor,
    @Description(
            "Image channels of the autoencoder. Grey images are repeated for 3 channels, and decoded ones averaged")
        @Default(text = "the images' own")
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

  public LatentSpec {
    SpecFields fields = SpecFields.of(LatentSpec.class);
    autoencoder = fields.check("autoencoder", autoencoder);
    encoder = fields.check("encoder", encoder);
    decoder = fields.check("decoder", decoder);
    scalingFactor = fields.check("scalingFactor", scalingFactor);
    channels = fields.check("channels", channels);
    batch = fields.check("batch", batch);
    precision = fields.check("precision", precision);
  }
}
