package io.winnow.datasets;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;

/**
 * Rows of a split in memory-mapped files. The images are not on the heap and may be larger than
 * memory: the system loads pages on access and evicts them under memory pressure. Labels, and the
 * row numbers of a subset, are on the heap with 4 bytes per row each.
 */
public final class MappedRows implements RowSource, AutoCloseable {
  private final ImageShape shape;
  private final Shard[] shards;
  private final int[] firsts;
  private final int[] chosen;
  private final int rows;
  private final ShardCache.Lease files;

  /**
   * The rows of one file.
   *
   * @param first the number of its first row within the split
   * @param images N×C×H×W as in the file, less than 2 GiB
   * @param labels N
   */
  record Shard(int first, ByteBuffer images, int[] labels) {}

  /**
   * @param shards ascending, without empty ones
   * @param chosen ascending rows of the split, each in one of the shards; null for all
   * @param files closed with these rows
   */
  MappedRows(ImageShape shape, List<Shard> shards, int[] chosen, ShardCache.Lease files) {
    this.shape = shape;
    this.shards = shards.toArray(Shard[]::new);
    this.firsts = shards.stream().mapToInt(Shard::first).toArray();
    this.chosen = chosen;
    this.rows =
        chosen == null
            ? shards.stream().mapToInt(shard -> shard.labels().length).sum()
            : chosen.length;
    this.files = files;
  }

  @Override
  public int rows() {
    return rows;
  }

  @Override
  public ImageShape shape() {
    return shape;
  }

  @Override
  public int label(int row) {
    int source = source(row);
    Shard shard = shards[shardOf(source)];
    return shard.labels()[source - shard.first()];
  }

  @Override
  public void copy(int row, byte[] target, int offset) {
    int source = source(row);
    Shard shard = shards[shardOf(source)];
    // the offset within one shard fits into an int
    int from = (source - shard.first()) * shape.bytes();
    shard.images().get(from, target, offset, shape.bytes());
  }

  private int source(int row) {
    if (row < 0 || row >= rows) {
      throw new IndexOutOfBoundsException("row " + row + " of " + rows);
    }
    return chosen == null ? row : chosen[row];
  }

  private int shardOf(int source) {
    int found = Arrays.binarySearch(firsts, source);
    return found >= 0 ? found : -found - 2;
  }

  /** Lets the cache remove the files. The mapping ends when this object is garbage-collected. */
  @Override
  public void close() {
    files.close();
  }
}
