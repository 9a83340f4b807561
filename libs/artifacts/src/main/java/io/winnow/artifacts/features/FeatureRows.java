package io.winnow.artifacts.features;

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
              + " features want "
              + (long) labels.length * dimension
              + " numbers, "
              + features.length
              + " given");
    }
  }

  public int rows() {
    return labels.length;
  }
}
