package io.winnow.selection.group;

import io.winnow.contracts.InvalidInputException;
import io.winnow.contracts.spec.SelectionSpec.Scope;
import io.winnow.selection.features.FeatureTable;

/**
 * The groups of a table: which rows belong to each, how many there are, and the range of rows in
 * which they occur.
 *
 * @param of the group of each row
 * @param counts rows of each group
 * @param first of each group, its first row
 * @param end of each group, the row after its last
 * @param dimension d
 * @param scope whether the groups are the classes or all rows
 */
record GroupPlan(int[] of, int[] counts, int[] first, int[] end, int dimension, Scope scope) {
  static final long MIB = 1 << 20;

  static GroupPlan of(FeatureTable table, Scope scope) {
    int[] of = scope == Scope.CLASS ? table.labels() : new int[table.rows()];
    int groups = scope == Scope.CLASS ? table.classes() : 1;
    int[] counts = new int[groups];
    int[] first = new int[groups];
    int[] end = new int[groups];
    for (int row = 0; row < of.length; row++) {
      int g = of[row];
      first[g] = counts[g] == 0 ? row : first[g];
      end[g] = row + 1;
      counts[g]++;
    }
    return new GroupPlan(of, counts, first, end, table.dimension(), scope);
  }

  int groups() {
    return counts.length;
  }

  /** The group with the most rows. */
  int largest() {
    int largest = 0;
    for (int g = 1; g < counts.length; g++) {
      largest = counts[g] > counts[largest] ? g : largest;
    }
    return largest;
  }

  /** Copies one value per row of a group to the positions of these rows in the table. */
  void scatter(int group, double[] ofGroup, double[] all) {
    int at = 0;
    for (int row = first[group]; row < end[group]; row++) {
      if (of[row] == group) {
        all[row] = ofGroup[at++];
      }
    }
  }

  /** E.g. {@code the 1300 rows of class 7}. */
  String name(int group) {
    return "the "
        + counts[group]
        + " rows of "
        + (scope == Scope.CLASS ? "class " + group : "the data set");
  }

  /**
   * @param need bytes
   * @param allowed bytes
   * @param otherwise another remedy than more memory, or null
   * @throws InvalidInputException {@code need} exceeds {@code allowed}; the error states both
   */
  static void requireMemory(String what, long need, long allowed, String otherwise) {
    if (need > allowed) {
      throw new InvalidInputException(
          what
              + " need "
              + mib(need)
              + " MiB at a time, selection.memoryMiB allows "
              + allowed / MIB,
          "raise selection.memoryMiB to "
              + mib(need)
              + (otherwise == null ? "" : ", or " + otherwise));
    }
  }

  static long mib(long bytes) {
    return (bytes + MIB - 1) / MIB;
  }
}
