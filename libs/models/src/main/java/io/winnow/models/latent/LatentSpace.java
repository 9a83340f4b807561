package io.winnow.models.latent;

import io.winnow.contracts.InvalidInputException;
import io.winnow.contracts.ObjectRef;
import io.winnow.contracts.spec.LatentSpec;
import io.winnow.datasets.Dataset;
import io.winnow.datasets.ImageShape;
import io.winnow.models.surrogate.InferenceOptions;
import io.winnow.models.surrogate.ScriptOutput;
import io.winnow.models.surrogate.SurrogateInput;

/**
 * How images become latents and latents become images (Rombach et al., arXiv 2112.10752): a latent
 * is {@code scale}·encode(x), an image is decode(latent / {@code scale}). x and the decoder's
 * output are pixels in [0, 1] minus the input's mean, divided by its std; with mean and std ½ they
 * are in [−1, 1]. Stored with the latents and with the models that are trained on them.
 *
 * @param type of the autoencoder; null for TorchScript, as records before there were others have it
 * @param autoencoder its file in the store: TorchScript, or weights with their configuration (see
 *     {@link io.winnow.store.tensor.WeightsFolder})
 * @param input the encoder's input; its {@code output} names the method that encodes, {@value
 *     #ENCODE} except for TorchScript
 * @param decoder the method that decodes: {@code METHOD} or {@code METHOD.ELEMENT}; {@value
 *     #DECODE} except for TorchScript
 * @param pass batch size and precision of both directions
 * @param scale finite and above 0, such as 0.18215 for Stable Diffusion
 * @param channels of the images: 1, or those of the input. If the autoencoder has 3 channels and
 *     the images have 1, an image is the mean of the decoded channels
 */
public record LatentSpace(
    LatentSpec.AutoencoderType type,
    ObjectRef autoencoder,
    SurrogateInput input,
    String decoder,
    InferenceOptions pass,
    double scale,
    int channels) {
  /** The method that encodes, of an autoencoder that is no TorchScript file. */
  public static final String ENCODE = "encode";

  /** The method that decodes, of an autoencoder that is no TorchScript file. */
  public static final String DECODE = "decode";

  /** The attribute of a data set of latents that holds this record. */
  static final String ATTRIBUTE = "latents";

  private static final int DIGITS = 12;

  public LatentSpace {
    type = type == null ? LatentSpec.AutoencoderType.TORCHSCRIPT : type;
    if (!(scale > 0) || Double.isInfinite(scale)) {
      throw new InvalidInputException(
          "latents cannot be scaled by " + scale, "use a number above 0, such as 0.18215");
    }
    ScriptOutput.parse(decoder);
    if (channels != 1 && channels != input.channels()) {
      throw new InvalidInputException(
          "an autoencoder of "
              + input.channels()
              + " channels does not give images of "
              + channels
              + " channels",
          "use an autoencoder for the channels of the data set's images");
    }
  }

  /** A space of a TorchScript autoencoder. */
  public LatentSpace(
      ObjectRef autoencoder,
      SurrogateInput input,
      String decoder,
      InferenceOptions pass,
      double scale,
      int channels) {
    this(
        LatentSpec.AutoencoderType.TORCHSCRIPT, autoencoder, input, decoder, pass, scale, channels);
  }

  /**
   * The latent space of a data set; null for a data set of images.
   *
   * @throws InvalidInputException the data set has latents but no description of them
   */
  public static LatentSpace of(Dataset dataset) {
    return dataset.shape().latent()
        ? dataset.artifact().attribute(ATTRIBUTE, LatentSpace.class)
        : null;
  }

  /** The shape of the images. */
  public ImageShape pictures() {
    return new ImageShape(channels, input.size(), input.size());
  }

  /** Whether an image has the same latent in both, apart from batch size and precision. */
  public boolean holdsTheSame(LatentSpace other) {
    return autoencoder.sha256().equals(other.autoencoder.sha256())
        && input.equals(other.input)
        && scale == other.scale;
  }

  /** A description for messages; of pixels if {@code space} is null. */
  public static String words(LatentSpace space) {
    return space == null
        ? "pixels"
        : "latents of %s (%s), scale %s"
            .formatted(
                space.autoencoder.key(),
                space.autoencoder.sha256().substring(0, DIGITS),
                space.scale);
  }
}
