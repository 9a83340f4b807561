package io.winnow.selector;

import io.winnow.contracts.InvalidInputException;
import io.winnow.contracts.spec.SelectionSpec.Scope;
import java.util.Arrays;

/**
 * Scores rows group by group, for criteria that need all rows of a group at a time: every pass over
 * the features gathers as many groups as fit. Scores do not depend on how many that are.
 */
final class GroupReader {
  private static final long MIB = 1 << 20;
  // norms, distances, ranks: what a criterion keeps of a row beside its features
  private static final long WORK_BYTES = 64;

  private final long bytes;
  private final long heap;

  /**
   * @param bytes what gathered groups may take
   */
  GroupReader(long bytes) {
    this(bytes, Runtime.getRuntime().maxMemory());
  }

  /**
   * @param heap what the process has; half of it is left to everything else
   */
  GroupReader(long bytes, long heap) {
    this.bytes = bytes;
    this.heap = heap;
  }

  static GroupReader ofMiB(int memory) {
    return new GroupReader(memory * MIB);
  }

  /** The score of every row of a group. */
  interface Scorer {
    /**
     * @param group at least one row
     * @param alive called now and then while it takes long
     * @return one score a row
     */
    double[] scores(Group group, Runnable alive);
  }

  /**
   * @return one score a row of the table, in its order
   * @throws InvalidInputException the largest group does not fit; then no row was scored
   */
  double[] scores(FeatureTable table, Scope scope, Scorer scorer) {
    int d = table.dimension();
    int[] groups = scope == Scope.CLASS ? table.labels() : new int[table.rows()];
    int[] counts = new int[scope == Scope.CLASS ? table.classes() : 1];
    for (int group : groups) {
      counts[group]++;
    }
    requireRoom(counts, d, scope);
    double[] scores = new double[groups.length];
    int end;
    for (int first = 0; first < counts.length; first = end) {
      end = first;
      for (long left = room() - need(counts[first], d); left >= 0; ) {
        end++;
        left = end < counts.length ? left - need(counts[end], d) : -1;
      }
      score(gather(table, groups, counts, first, end), groups, first, scorer, table, scores);
    }
    return scores;
  }

  private static void score(
      float[][] gathered,
      int[] groups,
      int first,
      Scorer scorer,
      FeatureTable table,
      double[] scores) {
    double[][] ofGroups = new double[gathered.length][];
    for (int g = 0; g < gathered.length; g++) {
      if (gathered[g].length > 0) {
        Group group = new Group(first + g, table.dimension(), gathered[g]);
        ofGroups[g] = scorer.scores(group, table::alive);
        table.alive();
      }
      gathered[g] = null; // its memory is free for the scores of the next
    }
    int[] at = new int[gathered.length];
    for (int row = 0; row < groups.length; row++) {
      int g = groups[row] - first;
      if (g >= 0 && g < gathered.length) {
        scores[row] = ofGroups[g][at[g]++];
      }
    }
  }

  /** The features of the groups from {@code first} to before {@code end}, in one pass. */
  private static float[][] gather(
      FeatureTable table, int[] groups, int[] counts, int first, int end) {
    int d = table.dimension();
    float[][] gathered = new float[end - first][];
    Arrays.setAll(gathered, g -> new float[counts[first + g] * d]);
    int[] filled = new int[end - first];
    int[] row = {0};
    table.scan(
        rows -> {
          for (int i = 0; i < rows.rows(); i++) {
            int g = groups[row[0]++] - first;
            if (g >= 0 && g < gathered.length) {
              System.arraycopy(rows.features(), i * d, gathered[g], filled[g], d);
              filled[g] += d;
            }
          }
        });
    return gathered;
  }

  private void requireRoom(int[] counts, int d, Scope scope) {
    int largest = 0;
    for (int g = 1; g < counts.length; g++) {
      largest = counts[g] > counts[largest] ? g : largest;
    }
    long need = need(counts[largest], d);
    String what =
        "the "
            + counts[largest]
            + " rows of "
            + (scope == Scope.CLASS ? "class " + largest : "the data set")
            + " want "
            + mib(need)
            + " MiB at a time";
    String otherwise =
        (scope == Scope.CLASS ? "choose" : "choose the scope \"class\" or")
            + " a criterion that reads shard by shard (gaussian, ppca, moderate, random)";
    if ((long) counts[largest] * d > Integer.MAX_VALUE - 8) {
      throw new InvalidInputException(what + ", more than an array holds", otherwise);
    }
    if (need > bytes) {
      throw new InvalidInputException(
          what + ", selection.memoryMiB allows " + bytes / MIB,
          "raise selection.memoryMiB to " + mib(need) + ", or " + otherwise);
    }
    if (need > heap / 2) {
      throw new InvalidInputException(
          what + ", half of the selector's heap is " + heap / 2 / MIB,
          "start the selector with -Xmx" + mib(2 * need) + "m, or " + otherwise);
    }
  }

  private long room() {
    return Math.min(bytes, heap / 2);
  }

  private static long need(int rows, int d) {
    return rows * (d * (long) Float.BYTES + WORK_BYTES);
  }

  private static long mib(long bytes) {
    return (bytes + MIB - 1) / MIB;
  }
}
