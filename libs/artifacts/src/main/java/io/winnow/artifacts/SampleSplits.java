package io.winnow.artifacts;

import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** Names of the splits of a data set of samples, and of its image grid. */
public final class SampleSplits {
  /** Samples of the trained model. */
  public static final String SAMPLES = "samples";

  /** Samples of the same model before its first training step. */
  public static final String UNTRAINED = "untrained";

  /** The image grid of the samples, one row per class. */
  public static final String GRID = "grid.png";

  private static final String SNAPSHOT = "at-";

  private SampleSplits() {}

  /**
   * The split with the samples of a snapshot.
   *
   * @param images that the model had seen when the snapshot was taken
   */
  public static String snapshot(long images) {
    return SNAPSHOT + images;
  }

  /**
   * The splits with samples of snapshots, by the number of images that the model had seen,
   * ascending.
   *
   * @param splits of a data set of samples
   */
  public static SortedMap<Long, String> snapshots(List<String> splits) {
    SortedMap<Long, String> found = new TreeMap<>();
    splits.stream()
        .filter(split -> split.startsWith(SNAPSHOT))
        .forEach(split -> found.put(Long.parseLong(split.substring(SNAPSHOT.length())), split));
    return found;
  }
}
