package io.winnow.models.vision;

import io.winnow.torch.kernel.Value;

/** An image network with a linear classifier over its features, which has torchvision's names. */
public interface VisionArchitecture {
  /** The number of classes, the size of the logits. */
  int classes();

  /** The height and the width that an image must have at least. */
  int leastSize();

  /**
   * Writes the network up to its features.
   *
   * @param image B×3×H×W, as the network's weights expect it
   * @return B×C
   */
  Value features(VisionWriter writer, Value image);
}
