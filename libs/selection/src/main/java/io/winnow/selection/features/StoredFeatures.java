package io.winnow.selection.features;

import io.winnow.artifacts.features.FeatureRows;
import io.winnow.artifacts.features.Features;
import io.winnow.contracts.InvalidInputException;
import io.winnow.store.artifact.Manifest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.LongConsumer;

/**
 * The features of one split in the store. Shards are read one after another, and ahead of their use
 * if the heap has room for it. For one thread.
 */
public final class StoredFeatures implements FeatureTable {
  // half of the heap is left to gathered rows, see GroupReader
  private static final long HEAP = Runtime.getRuntime().maxMemory();

  private final Features features;
  private final String split;
  private final LongConsumer heartbeat;
  private final Consumer<String> plans;
  private int[] labels;
  private long read;

  /**
   * @param heartbeat receives, after every shard and regularly between passes, how many rows of the
   *     current or last pass have been read
   * @param plans receives the memory and the passes that the work takes
   */
  public StoredFeatures(
      Features features, String split, LongConsumer heartbeat, Consumer<String> plans) {
    this.features = features;
    this.split = split;
    this.heartbeat = heartbeat;
    this.plans = plans;
  }

  @Override
  public int dimension() {
    return features.dimension();
  }

  @Override
  public int classes() {
    return features.classes();
  }

  @Override
  public int rows() {
    return features.rows(split);
  }

  @Override
  public int[] labels() {
    if (labels == null) {
      int[] seen = new int[rows()];
      int at = 0;
      for (Manifest.Entry shard : features.shards(split)) {
        int[] some = features.labels(shard);
        System.arraycopy(some, 0, seen, at, some.length);
        at += some.length;
        heartbeat.accept(at);
      }
      labels = seen;
    }
    return labels.clone();
  }

  @Override
  public void scan(int from, int to, RangeReader reader) {
    List<Manifest.Entry> wanted = new ArrayList<>();
    int before = 0;
    int at = 0;
    for (Manifest.Entry shard : features.shards(split)) {
      int end = Math.toIntExact(at + shard.object().rows());
      if (end <= from) {
        before = end;
      } else if (at < to) {
        wanted.add(shard);
      }
      at = end;
    }
    int[] next = {before};
    features.each(
        wanted,
        HEAP / 4,
        (shard, rows) -> {
          requireLabels(shard, next[0], rows.labels());
          reader.accept(next[0], rows);
          next[0] += rows.rows();
          read = next[0];
          heartbeat.accept(read);
        });
  }

  // labels() fetched the labels alone, without verifying the shard's digest
  private void requireLabels(Manifest.Entry shard, int at, int[] checked) {
    if (labels != null
        && !Arrays.equals(checked, 0, checked.length, labels, at, at + checked.length)) {
      throw new InvalidInputException(
          "object " + shard.object().key() + " changed while it was being read",
          "retry the selection");
    }
  }

  @Override
  public void scan(Consumer<FeatureRows> reader) {
    scan(0, rows(), (first, rows) -> reader.accept(rows));
  }

  @Override
  public void planned(String need) {
    plans.accept(need);
  }

  @Override
  public void alive() {
    heartbeat.accept(read);
  }
}
