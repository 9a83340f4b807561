package io.winnow.models.latent;

import io.winnow.contracts.InvalidInputException;
import io.winnow.contracts.ObjectRef;
import io.winnow.datasets.Dataset;
import io.winnow.datasets.ImageShape;
import io.winnow.models.surrogate.InferenceOptions;
import io.winnow.models.surrogate.ScriptOutput;
import io.winnow.models.surrogate.SurrogateInput;

/**
 * Where an autoencoder brings images, and how to come back (Rombach et al., arXiv 2112.10752): a
 * latent is {@code scale}·encode(x), a picture decode(latent / {@code scale}), where x and what is
 * decoded are pixels in [0, 1] less the input's mean, over its std: of mean and std ½, [−1, 1].
 * Kept with the latents, and with the models that are trained on them.
 *
 * @param autoencoder its TorchScript file in the store
 * @param input what it takes; the output is the method that encodes
 * @param decoder the method that decodes, in the style of the input's output
 * @param pass how images go through it, both ways
 * @param scale finite and above 0, such as 0.18215 for Stable Diffusion's
 * @param channels of the pictures: 1 or those of the input; where the autoencoder has 3 and the
 *     pictures 1, these are the channels' mean
 */
public record LatentSpace(
    ObjectRef autoencoder,
    SurrogateInput input,
    String decoder,
    InferenceOptions pass,
    double scale,
    int channels) {
  /** The attribute of a data set of latents that has this record. */
  static final String ATTRIBUTE = "latents";

  private static final int DIGITS = 12;

  public LatentSpace {
    if (!(scale > 0) || Double.isInfinite(scale)) {
      throw new InvalidInputException(
          "latents cannot be scaled by " + scale, "give a number above 0, such as 0.18215");
    }
    ScriptOutput.parse(decoder);
    if (channels != 1 && channels != input.channels()) {
      throw new InvalidInputException(
          "an autoencoder of "
              + input.channels()
              + " channels makes no pictures of "
              + channels
              + " channels",
          "let it take the channels that the data set's images have");
    }
  }

  /**
   * That of a data set; null of images.
   *
   * @throws InvalidInputException latents that do not say it
   */
  public static LatentSpace of(Dataset dataset) {
    return dataset.shape().latent()
        ? dataset.artifact().attribute(ATTRIBUTE, LatentSpace.class)
        : null;
  }

  /** The shape of the pictures. */
  public ImageShape pictures() {
    return new ImageShape(channels, input.size(), input.size());
  }

  /** Whether one image has the same latent in both, up to how it is computed. */
  public boolean holdsTheSame(LatentSpace other) {
    return autoencoder.sha256().equals(other.autoencoder.sha256())
        && input.equals(other.input)
        && scale == other.scale;
  }

  /** In words, of latents or, where null, of pixels. */
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
