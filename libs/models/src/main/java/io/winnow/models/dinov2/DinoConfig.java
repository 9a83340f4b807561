package io.winnow.models.dinov2;

import io.winnow.contracts.InvalidInputException;
import io.winnow.models.vision.TransformerChecks;

/**
 * The settings of a DINOv2 encoder without register tokens.
 *
 * @param resolution height and width of the images that the table of positions is for, {@code
 *     img_size}
 * @param patchSize height and width of a patch, {@code patch_size}
 * @param width features of a token, {@code embed_dim}
 * @param layers number of blocks, {@code depth}
 * @param heads of each attention, {@code num_heads}; divides the width
 * @param offset added to an image's patches of a side where positions are interpolated for another
 *     size, {@code interpolate_offset}; 0 for none
 */
public record DinoConfig(
    int resolution, int patchSize, int width, int layers, int heads, double offset) {
  /** DINOv2's ViT-S/14. */
  public static final DinoConfig VIT_S_14 = new DinoConfig(518, 14, 384, 12, 6, 0.1);

  /** DINOv2's ViT-B/14. */
  public static final DinoConfig VIT_B_14 = new DinoConfig(518, 14, 768, 12, 12, 0.1);

  /** DINOv2's ViT-L/14. */
  public static final DinoConfig VIT_L_14 = new DinoConfig(518, 14, 1024, 24, 16, 0.1);

  /**
   * @throws InvalidInputException a setting is not positive, the patches do not divide the image or
   *     the heads do not divide the width
   */
  public DinoConfig {
    TransformerChecks.requirePatches("DINOv2", "img_size", resolution, patchSize);
    TransformerChecks.requireHeads("DINOv2", width, heads);
    TransformerChecks.requirePositive("DINOv2", "depth", layers);
    if (!(offset >= 0 && offset < 1)) {
      throw new InvalidInputException(
          "DINOv2: \"interpolate_offset\" is " + offset, "give a number from 0 to below 1");
    }
  }

  /** Patches of a side of the images that the table of positions is for. */
  int grid() {
    return resolution / patchSize;
  }

  /**
   * Checks that the encoder takes images of a size.
   *
   * @throws InvalidInputException the patches do not divide the height or the width
   */
  public void requireFit(int height, int width) {
    if (height < patchSize || width < patchSize || height % patchSize + width % patchSize != 0) {
      throw new InvalidInputException(
          "DINOv2 cannot cut images of %d×%d into patches of %d×%3$d"
              .formatted(height, width, patchSize),
          "use images whose height and width are multiples of " + patchSize);
    }
  }
}
