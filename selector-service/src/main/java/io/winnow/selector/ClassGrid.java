package io.winnow.selector;

import io.winnow.storage.dataset.Dataset;
import io.winnow.storage.dataset.ImageBatch;
import io.winnow.storage.dataset.ImageGrid;
import io.winnow.storage.dataset.ImageShape;
import java.util.Arrays;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/** A picture of some images of every class: a line a class, grey where a class has fewer. */
final class ClassGrid {
  static final int COLUMNS = 8;
  // 64 Mi values: beyond it the picture shows the first classes alone
  private static final long LARGEST = 1L << 26;

  private ClassGrid() {}

  /**
   * @param rowsOf at most {@link #COLUMNS} rows of the split, in the order to show, by label
   * @return a PNG
   */
  static byte[] png(Dataset dataset, String split, IntFunction<int[]> rowsOf) {
    ImageShape shape = dataset.shape();
    int lines =
        (int) Math.max(1, Math.min(dataset.classes().size(), LARGEST / COLUMNS / shape.bytes()));
    int[][] shown = IntStream.range(0, lines).mapToObj(rowsOf).toArray(int[][]::new);
    long[] rows =
        Arrays.stream(shown).flatMapToInt(Arrays::stream).asLongStream().sorted().toArray();
    ImageBatch loaded = dataset.load(split, rows);
    byte[] cells = new byte[lines * COLUMNS * shape.bytes()];
    Arrays.fill(cells, ImageGrid.BACKGROUND);
    for (int line = 0; line < lines; line++) {
      for (int i = 0; i < shown[line].length; i++) {
        System.arraycopy(
            loaded.images(),
            Arrays.binarySearch(rows, shown[line][i]) * shape.bytes(),
            cells,
            (line * COLUMNS + i) * shape.bytes(),
            shape.bytes());
      }
    }
    return ImageGrid.png(new ImageBatch(shape, cells, new int[lines * COLUMNS]), COLUMNS);
  }
}
