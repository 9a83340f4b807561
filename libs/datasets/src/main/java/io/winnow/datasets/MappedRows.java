package io.winnow.datasets;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;

/**
 * Rows of a split in files that are mapped into memory: of the images nothing is on the heap, and
 * together they may be larger than memory; the system reads what is touched and drops what it needs
 * room for. Labels (and the rows' numbers where only some were chosen) are on the heap, 4 bytes a
 * row each.
 */
public final class MappedRows implements RowSource, AutoCloseable {
  private final ImageShape shape;
  private final Shard[] shards;
  private final int[] firsts;
  private final int[] chosen;
  private final int rows;
  private final ShardCache.Lease files;

  /**
   * The part of the split that lies in one file.
   *
   * @param first the number of its first row within the split
   * @param images N×C×H×W as in the file, less than 2 GiB
   * @param labels N
   */
  record Shard(int first, ByteBuffer images, int[] labels) {}

  /**
   * @param shards ascending, without empty ones
   * @param chosen ascending rows of the split, each in one of the shards; null for all
   * @param files let go of when these rows are closed
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
    int wanted = wanted(row);
    Shard shard = shards[holder(wanted)];
    return shard.labels()[wanted - shard.first()];
  }

  @Override
  public void copy(int row, byte[] target, int offset) {
    int wanted = wanted(row);
    Shard shard = shards[holder(wanted)];
    // an offset over all shards would not fit in an int; within one it does
    int from = (wanted - shard.first()) * shape.bytes();
    shard.images().get(from, target, offset, shape.bytes());
  }

  private int wanted(int row) {
    if (row < 0 || row >= rows) {
      throw new IndexOutOfBoundsException("row " + row + " of " + rows);
    }
    return chosen == null ? row : chosen[row];
  }

  private int holder(int wanted) {
    int found = Arrays.binarySearch(firsts, wanted);
    return found >= 0 ? found : -found - 2;
  }

  /** Lets the cache drop the files. The mapping itself ends when these rows are collected. */
  @Override
  public void close() {
    files.close();
  }
}
