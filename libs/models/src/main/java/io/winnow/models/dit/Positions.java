package io.winnow.models.dit;

/**
 * The fixed table of positions of a grid of patches, as in the authors' code: the first half of a
 * token's features encodes its column, the second its row. A position k is [sin(ω_j·k), cos(ω_j·k)]
 * with ω_j = 10000^(−j/(D/4)), D/4 each, computed in float64.
 */
final class Positions {
  private Positions() {}

  /**
   * @param features D, a multiple of 4
   * @return rows·columns×D, row-major
   */
  static float[] table(int rows, int columns, int features) {
    float[] table = new float[rows * columns * features];
    int quarter = features / 4;
    for (int row = 0; row < rows; row++) {
      for (int column = 0; column < columns; column++) {
        int at = (row * columns + column) * features;
        for (int j = 0; j < quarter; j++) {
          double omega = 1 / StrictMath.pow(10_000, (double) j / quarter);
          table[at + j] = (float) StrictMath.sin(column * omega);
          table[at + quarter + j] = (float) StrictMath.cos(column * omega);
          table[at + 2 * quarter + j] = (float) StrictMath.sin(row * omega);
          table[at + 3 * quarter + j] = (float) StrictMath.cos(row * omega);
        }
      }
    }
    return table;
  }
}
