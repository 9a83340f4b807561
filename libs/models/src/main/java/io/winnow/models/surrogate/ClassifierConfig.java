package io.winnow.models.surrogate;

import io.winnow.contracts.InvalidInputException;
import java.util.List;

/**
 * A small residual classifier with group normalisation, whose pooled last layer gives features.
 *
 * @param imageSize height and width of an image in pixels
 * @param imageChannels 1 or 3
 * @param classes number of classes, 2 or more
 * @param patch side of the square of pixels that enters as one position; 1 for none
 * @param widths channels of each level, finest first; a level has half the positions of the one
 *     before; the last is the number of features
 * @param groups groups of the normalisation; divides every width
 */
public record ClassifierConfig(
    int imageSize, int imageChannels, int classes, int patch, List<Integer> widths, int groups) {

  public ClassifierConfig {
    widths = List.copyOf(widths);
    require(
        imageSize >= 4 && imageSize <= 1024 && patch >= 1 && imageSize % patch == 0,
        "images of %d×%1$d in squares of %d".formatted(imageSize, patch),
        "give a size from 4 to 1024 that the square divides");
    require(
        imageChannels == 1 || imageChannels == 3,
        imageChannels + " channels",
        "give grey images (1) or colour images (3)");
    require(classes >= 2, classes + " classes", "give at least 2");
    require(
        groups >= 1
            && !widths.isEmpty()
            && widths.stream().allMatch(w -> w >= 1 && w % groups == 0),
        "widths %s in %d groups".formatted(widths, groups),
        "give one multiple of the groups a level");
  }

  private static void require(boolean holds, String what, String remedy) {
    if (!holds) {
      throw new InvalidInputException("the classifier cannot have " + what, remedy);
    }
  }

  /** The classifier that stands in for a pre-trained surrogate: 64 features. */
  public static ClassifierConfig small(int imageSize, int imageChannels, int classes) {
    int patch = imageSize % 2 == 0 ? 2 : 1;
    return new ClassifierConfig(imageSize, imageChannels, classes, patch, List.of(32, 64, 64), 8);
  }

  /** Number of features, d. */
  public int dimension() {
    return widths.get(widths.size() - 1);
  }
}
