package io.winnow.selection.card;

import io.winnow.contracts.Seeds;
import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * A draw of a class's rows where it has too many to measure: of the kept rows and of the pruned
 * ones in the proportion that they have, and at least one kept row. The draw follows from the rows'
 * indices alone, so that equal coresets have equal cards whatever the run's seed.
 */
final class RowSample {
  static final long SEED = 0;
  static final String NAME = "select.card";

  private RowSample() {}

  /**
   * @param rows the class's rows
   * @param isKept one a row of the split
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
