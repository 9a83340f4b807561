package io.winnow.models.clip;

import io.winnow.contracts.InvalidInputException;
import io.winnow.models.vision.TransformerChecks;

/**
 * The settings of an image encoder of CLIP, a vision transformer (Dosovitskiy et al., arXiv
 * 2010.11929).
 *
 * @param resolution height and width of an image, {@code input_resolution}
 * @param patchSize height and width of a patch, {@code patch_size}
 * @param width features of a token
 * @param layers number of blocks
 * @param heads of each attention; divides the width
 * @param outputDim features of an image, {@code output_dim}
 */
public record ClipImageConfig(
    int resolution, int patchSize, int width, int layers, int heads, int outputDim) {
  /** CLIP's ViT-B/32. */
  public static final ClipImageConfig VIT_B_32 = new ClipImageConfig(224, 32, 768, 12, 12, 512);

  /** CLIP's ViT-B/16. */
  public static final ClipImageConfig VIT_B_16 = new ClipImageConfig(224, 16, 768, 12, 12, 512);

  /** CLIP's ViT-L/14. */
  public static final ClipImageConfig VIT_L_14 = new ClipImageConfig(224, 14, 1024, 24, 16, 768);

  /**
   * @throws InvalidInputException a setting is not positive, the patches do not divide the image or
   *     the heads do not divide the width
   */
  public ClipImageConfig {
    String what = "CLIP's image encoder";
    TransformerChecks.requirePositive(what, "input_resolution", resolution);
    TransformerChecks.requirePositive(what, "patch_size", patchSize);
    TransformerChecks.requirePositive(what, "layers", layers);
    TransformerChecks.requirePositive(what, "output_dim", outputDim);
    TransformerChecks.requireHeads(what, width, heads);
    TransformerChecks.requirePatches(what, "input_resolution", resolution, patchSize);
  }

  /** Tokens of an image: its patches and the class token. */
  public int tokens() {
    int side = resolution / patchSize;
    return side * side + 1;
  }
}
