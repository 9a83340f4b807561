package io.winnow.selection;

import io.winnow.contracts.InvalidInputException;
import io.winnow.contracts.spec.SelectionSpec.Scope;
import io.winnow.selection.criterion.Order;
import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * The rows that are kept of a scored, labelled set.
 *
 * @param indices rows kept, ascending; length K
 * @param counts number of rows per class
 * @param kept number of rows kept per class
 * @param ranked rows of each class, best rank first
 */
public record Selection(long[] indices, long[] counts, long[] kept, int[][] ranked) {

  /**
   * Keeps ⌈r·n_c⌉ rows of each class c (scope {@code class}) or ⌈r·n⌉ of all (scope {@code
   * global}), see {@link #of(double[], int[], Quota, Scope, Order)}.
   *
   * @param ratio r in (0, 1]
   */
  public static Selection of(
      double[] scores, int[] labels, int classes, double ratio, Scope scope, Order order) {
    return of(scores, labels, Quota.ratio(ratio, scope, count(labels, classes)), scope, order);
  }

  /**
   * Keeps the rows with the best ranks, exactly as many as the quota says: of each class, and then
   * of all rows up to its total. {@code HIGHEST} ranks the highest score first, {@code LOWEST} the
   * lowest. With {@code MIDDLE}, the first k of n rows are the ascending ranks from ⌊(n−k)/2⌋,
   * which is the quantile band [½−r/2, ½+r/2] with exactly k = ⌈r·n⌉ rows. With {@code EVEN}, the
   * first k rows, k being the quota, are the ascending ranks ⌊(i+½)·n/k⌋ for i below k. Ties go to
   * the lower row index.
   *
   * @param scores one per row, all finite
   * @param labels one per row, below the number of classes of the quota
   * @param scope whether rows are ranked within their class or all together
   */
  public static Selection of(double[] scores, int[] labels, Quota quota, Scope scope, Order order) {
    requireFinite(scores);
    int classes = quota.perClass().length;
    int[] rows = IntStream.range(0, scores.length).toArray();
    int[] all = scope == Scope.CLASS ? new int[0] : rank(scores, rows, order, quota.total());
    int[][] ranked = byClass(scope == Scope.CLASS ? rows : all, labels, classes);
    boolean[] keep = new boolean[scores.length];
    int left = quota.total();
    for (int c = 0; c < classes; c++) {
      ranked[c] =
          scope == Scope.CLASS ? rank(scores, ranked[c], order, quota.perClass()[c]) : ranked[c];
      left -= mark(keep, ranked[c], quota.perClass()[c]);
    }
    mark(keep, all, left);
    long[] counts = new long[classes];
    long[] kept = new long[classes];
    for (int row = 0; row < scores.length; row++) {
      counts[labels[row]]++;
      kept[labels[row]] += keep[row] ? 1 : 0;
    }
    long[] indices =
        IntStream.range(0, scores.length).filter(row -> keep[row]).asLongStream().toArray();
    return new Selection(indices, counts, kept, ranked);
  }

  /** Number of rows per class. */
  public static int[] count(int[] labels, int classes) {
    int[] counts = new int[classes];
    for (int label : labels) {
      counts[label]++;
    }
    return counts;
  }

  /** The kept rows of a class with the best ranks, at most {@code most}. */
  public int[] topKept(int label, int most) {
    return Arrays.stream(ranked[label]).filter(this::isKept).limit(most).toArray();
  }

  /** The pruned rows of a class with the worst ranks, the worst first, at most {@code most}. */
  public int[] topPruned(int label, int most) {
    int[] rows = ranked[label];
    return IntStream.rangeClosed(1, rows.length)
        .map(i -> rows[rows.length - i])
        .filter(row -> !isKept(row))
        .limit(most)
        .toArray();
  }

  private boolean isKept(int row) {
    return Arrays.binarySearch(indices, row) >= 0;
  }

  /** Keeps the first {@code wanted} rows that are not kept yet; returns how many it found. */
  private static int mark(boolean[] keep, int[] ranked, int wanted) {
    int marked = 0;
    for (int i = 0; i < ranked.length && marked < wanted; i++) {
      if (!keep[ranked[i]]) {
        keep[ranked[i]] = true;
        marked++;
      }
    }
    return marked;
  }

  private static int[] rank(double[] scores, int[] rows, Order order, int wanted) {
    // + 0.0 makes −0 and 0 equal; rows ascend and the sort is stable, so ties go to the lower row
    Comparator<Integer> ascending = Comparator.comparingDouble(row -> scores[row] + 0.0);
    Comparator<Integer> first = order == Order.HIGHEST ? ascending.reversed() : ascending;
    int[] sorted = Arrays.stream(rows).boxed().sorted(first).mapToInt(Integer::intValue).toArray();
    return switch (order) {
      case HIGHEST, LOWEST -> sorted;
      case MIDDLE -> fromTheMiddle(sorted);
      case EVEN -> spread(sorted, wanted);
    };
  }

  /** First {@code wanted} evenly spaced ranks, ascending, then the others. */
  private static int[] spread(int[] sorted, int wanted) {
    int[] out = new int[sorted.length];
    int k = Math.min(wanted, sorted.length);
    int chosen = 0;
    int others = k;
    for (int rank = 0; rank < sorted.length; rank++) {
      // the middle of the chosen-th of k equal parts
      boolean taken = chosen < k && rank == (int) ((2L * chosen + 1) * sorted.length / (2L * k));
      if (taken) {
        out[chosen++] = sorted[rank];
      } else {
        out[others++] = sorted[rank];
      }
    }
    return out;
  }

  /** The middle rank first, then alternately outwards, so that the first k start at ⌊(n−k)/2⌋. */
  private static int[] fromTheMiddle(int[] sorted) {
    int[] out = new int[sorted.length];
    int low = (sorted.length - 1) / 2;
    int high = low + 1;
    for (int i = 0; i < out.length; i++) {
      boolean moreBelow = low + 1 >= sorted.length - high;
      out[i] = moreBelow ? sorted[low--] : sorted[high++];
    }
    return out;
  }

  /** The rows of each class, in the given order. */
  private static int[][] byClass(int[] rows, int[] labels, int classes) {
    int[] counts = count(labels, classes);
    int[][] byClass = new int[classes][];
    Arrays.setAll(byClass, c -> new int[counts[c]]);
    int[] filled = new int[classes];
    for (int row : rows) {
      byClass[labels[row]][filled[labels[row]]++] = row;
    }
    return byClass;
  }

  private static void requireFinite(double[] scores) {
    for (int row = 0; row < scores.length; row++) {
      if (!Double.isFinite(scores[row])) {
        throw new InvalidInputException(
            "row " + row + " has the score " + scores[row],
            "use a surrogate whose features are finite for every image");
      }
    }
  }
}
