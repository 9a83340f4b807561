package io.winnow.datasets.source;

import io.winnow.contracts.InvalidInputException;
import io.winnow.contracts.Seeds;
import io.winnow.datasets.source.format.ClassNames;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Draws the held-out split, a share of each class. The draw depends only on the order of the
 * labels, not on a run's seed: all runs over a data set are evaluated on the same images.
 */
final class HoldOut {
  private static final long SEED = 0;

  private HoldOut() {}

  /**
   * Draws rows.
   *
   * @param share in (0, 0.5]; of n rows, round(share·n) are drawn, but at least 1 and at most n−1
   * @param what names the data set in errors
   */
  static BitSet draw(int[] labels, ClassNames classes, double share, String what) {
    BitSet drawn = new BitSet(labels.length);
    for (int c = 0; c < classes.size(); c++) {
      int label = c;
      List<Integer> rows =
          IntStream.range(0, labels.length).filter(i -> labels[i] == label).boxed().toList();
      if (rows.size() < 2) {
        throw new InvalidInputException(
            what + ": " + classes.describe(c) + " has " + rows.size() + " image",
            "add images of it, so that one can be held out, or add a test part");
      }
      long wanted = Math.max(1, Math.min(rows.size() - 1, Math.round(share * rows.size())));
      rows.stream()
          .sorted(Comparator.comparingLong((Integer row) -> Seeds.of(SEED, "holdout", row)))
          .limit(wanted)
          .forEach(drawn::set);
    }
    return drawn;
  }
}
