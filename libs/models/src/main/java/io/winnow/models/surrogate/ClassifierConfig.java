package io.winnow.models.surrogate;

import io.winnow.contracts.InvalidInputException;

/**
 * A classifier that serves as surrogate: an architecture for given images and classes.
 *
 * @param architecture the network up to its features
 * @param imageSize height and width of an image in pixels
 * @param imageChannels 1 or 3
 * @param classes number of classes, 2 or more
 */
public record ClassifierConfig(
    SurrogateArchitecture architecture, int imageSize, int imageChannels, int classes) {

  public ClassifierConfig {
    require(
        imageChannels == 1 || imageChannels == 3,
        imageChannels + " channels",
        "provide grey images (1) or colour images (3)");
    require(classes >= 2, classes + " classes", "provide at least 2");
    architecture.requireFit(imageSize);
  }

  static void require(boolean holds, String what, String remedy) {
    if (!holds) {
      throw new InvalidInputException("the classifier cannot have " + what, remedy);
    }
  }

  /** Number of features, d. */
  public int dimension() {
    return architecture.dimension();
  }
}
