package io.winnow.contracts.spec;

/**
 * Trains the diffusion model on what an autoencoder makes of the images instead of on pixels
 * (Rombach et al., arXiv 2112.10752). Features, selection and judgement stay with the images.
 *
 * @param autoencoder the key of a TorchScript file in the store; has no default
 * @param encoder its method that takes float32 N×C×H×W in [−1, 1] and gives latents N×c×h×w, or
 *     {@code METHOD.ELEMENT} of one that gives a dict (its key), tuple or list (0, 1, …). It should
 *     give the mean, not a draw; default {@code encode}
 * @param decoder the same for the way back: latents to N×C×H×W in [−1, 1]; default {@code decode}
 * @param scalingFactor multiplies what the encoder gives and divides what the decoder takes, so
 *     that latents spread by about 1; above 0; default 1
 * @param channels channels that the autoencoder takes and gives, 1 or 3; grey images are repeated
 *     for 3, and its pictures are brought back to grey by their mean; default: the images' own
 * @param batch images that go through it at a time, 1 to 4096; always so many; default 100
 * @param precision what it computes in; default {@code float32}
 */
public record LatentSpec(
    String autoencoder,
    String encoder,
    String decoder,
    Double scalingFactor,
    Integer channels,
    Integer batch,
    TrainingSpec.Precision precision) {

  public LatentSpec {
    Check.that(
        autoencoder != null && !autoencoder.isBlank(),
        "latent.autoencoder",
        autoencoder,
        "a TorchScript file");
    encoder = Check.orElse(encoder, "encode");
    decoder = Check.orElse(decoder, "decode");
    scalingFactor = Check.orElse(scalingFactor, 1.0);
    Check.that(
        scalingFactor > 0 && Check.finite(scalingFactor, 0, Float.MAX_VALUE),
        "latent.scalingFactor",
        scalingFactor,
        "above 0, such as 0.18215");
    Check.that(
        channels == null || channels == 1 || channels == 3, "latent.channels", channels, "1 or 3");
    batch = Check.orElse(batch, 100);
    Check.that(batch >= 1 && batch <= 4096, "latent.batch", batch, "from 1 to 4096");
    precision = Check.orElse(precision, TrainingSpec.Precision.FLOAT32);
  }

  /** The same with its file at another place. */
  public LatentSpec at(String place) {
    return new LatentSpec(place, encoder, decoder, scalingFactor, channels, batch, precision);
  }
}
