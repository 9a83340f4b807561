package io.winnow.selector;

import io.winnow.datasets.Dataset;
import io.winnow.datasets.ImageBatch;
import io.winnow.datasets.ImageGrid;
import io.winnow.datasets.ImageShape;
import io.winnow.store.artifact.Manifest;
import java.util.Arrays;
import java.util.Map;
import java.util.NavigableMap;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.IntFunction;

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
    NavigableMap<Long, Integer> cellOfRow = new TreeMap<>();
    for (int line = 0; line < lines; line++) {
      int[] rows = rowsOf.apply(line);
      for (int i = 0; i < rows.length; i++) {
        cellOfRow.put((long) rows[i], line * COLUMNS + i);
      }
    }
    byte[] cells = new byte[lines * COLUMNS * shape.bytes()];
    Arrays.fill(cells, ImageGrid.BACKGROUND);
    long first = 0;
    for (Manifest.Entry shard : dataset.shards(split)) {
      long end = first + shard.object().rows();
      SortedMap<Long, Integer> here = cellOfRow.subMap(first, end);
      if (!here.isEmpty()) {
        byte[] images = dataset.read(shard).images();
        for (Map.Entry<Long, Integer> entry : here.entrySet()) {
          int from = Math.toIntExact((entry.getKey() - first) * shape.bytes());
          System.arraycopy(images, from, cells, entry.getValue() * shape.bytes(), shape.bytes());
        }
      }
      first = end;
    }
    return ImageGrid.png(new ImageBatch(shape, cells, new int[lines * COLUMNS]), COLUMNS);
  }
}
