package io.winnow.selection.card;

import io.winnow.contracts.Seeds;
import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * A random sample of the rows of a class that has too many to measure, stratified into kept and
 * pruned rows, with at least one kept row. The sample depends on the row indices only, so that
 * equal coresets have equal cards whatever the seed of the run.
 */
final class RowSample {
  static final long SEED = 0;
  static final String NAME = "select.card";

  private RowSample() {}

  /**
   * @param rows the rows of the class
   * @param isKept one per row of the split
   * @param cap at least 1
   * @return at most {@code cap} rows, ascending
   */
  static int[] of(int[] rows, boolean[] isKept, int cap) {
    if (rows.length <= cap) {
      return IntStream.of(rows).sorted().toArray();
    }
    long kept = IntStream.of(rows).filter(row -> isKept[row]).count();
    long ofKept = Math.max(Math.min(1, kept), cap * kept / rows.length);
    return IntStream.concat(
            draw(rows, isKept, true, ofKept), draw(rows, isKept, false, cap - ofKept))
        .sorted()
        .toArray();
  }

  private static IntStream draw(int[] rows, boolean[] isKept, boolean which, long count) {
    return IntStream.of(rows)
        .filter(row -> isKept[row] == which)
        .boxed()
        .sorted(
            Comparator.comparingLong((Integer row) -> Seeds.of(SEED, NAME, row))
                .thenComparing(Comparator.naturalOrder()))
        .limit(count)
        .mapToInt(Integer::intValue);
  }
}
