package io.winnow.artifacts.features;

import io.winnow.contracts.InvalidInputException;

/**
 * Features in memory.
 *
 * @param dimension d
 * @param features float32, N×d, row-major
 * @param labels N class indices
 */
public record FeatureRows(int dimension, float[] features, int[] labels) {

  public FeatureRows {
    if (dimension < 1 || features.length != (long) labels.length * dimension) {
      throw new IllegalArgumentException(
          labels.length
              + " rows of "
              + dimension
              + " features need "
              + (long) labels.length * dimension
              + " numbers, "
              + features.length
              + " given");
    }
  }

  public int rows() {
    return labels.length;
  }

  /**
   * @throws InvalidInputException a feature is NaN or infinite; the error names its row
   */
  public void requireFinite() {
    for (int i = 0; i < features.length; i++) {
      if (!Float.isFinite(features[i])) {
        throw new InvalidInputException(
            "feature " + i % dimension + " of row " + i / dimension + " is " + features[i],
            "encode again with a surrogate that gives finite features");
      }
    }
  }
}
