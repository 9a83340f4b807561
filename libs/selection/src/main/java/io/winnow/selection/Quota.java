package io.winnow.selection;

import io.winnow.contracts.InvalidInputException;
import io.winnow.contracts.spec.SelectionSpec;
import io.winnow.contracts.spec.SelectionSpec.Scope;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * How many rows are kept: the best {@code perClass[c]} of each class c, then the best of all
 * remaining rows until {@code total} rows are kept.
 *
 * @param perClass minimum rows per class, at most as many as the class has
 * @param total rows in all, at least the sum of {@code perClass}
 */
public record Quota(int[] perClass, int total) {

  /**
   * The quota of a spec.
   *
   * @param classes names of the classes
   * @param counts number of rows per class
   * @throws InvalidInputException the spec keeps more rows than exist, names an unknown class, has
   *     minimums that exceed {@code count}, or keeps no row
   */
  public static Quota of(SelectionSpec spec, List<String> classes, int[] counts) {
    spec.requireFit(classes, counts);
    int[] least = Arrays.stream(counts).map(n -> Math.min(n, spec.minPerClass())).toArray();
    if (spec.perClass() != null) {
      return named(spec.perClass(), classes, least);
    }
    if (spec.count() != null) {
      return spec.scope() == Scope.CLASS
          ? ofShares(shares(spec.count(), counts, least))
          : new Quota(least, spec.count());
    }
    return ratio(spec.ratio(), spec.scope(), counts, least);
  }

  /** ⌈r·n_c⌉ rows of each class (scope {@code class}) or ⌈r·n⌉ of all (scope {@code global}). */
  public static Quota ratio(double ratio, Scope scope, int[] counts) {
    return ratio(ratio, scope, counts, new int[counts.length]);
  }

  /**
   * ⌈r·n⌉ with r as a decimal number: 0.1 of 30 rows is 3, although the float64 nearest to 0.1 is
   * slightly more than a tenth.
   *
   * @param ratio r in (0, 1]
   * @param rows n, at least 0
   */
  public static int of(double ratio, int rows) {
    return BigDecimal.valueOf(ratio)
        .multiply(BigDecimal.valueOf(rows))
        .setScale(0, RoundingMode.CEILING)
        .intValueExact();
  }

  /** Number of rows kept of each group that a criterion scores: of each class, or of all rows. */
  public int[] ofGroups(Scope scope) {
    return scope == Scope.CLASS ? perClass.clone() : new int[] {total};
  }

  private static Quota ratio(double ratio, Scope scope, int[] counts, int[] least) {
    if (scope == Scope.CLASS) {
      return ofShares(
          IntStream.range(0, counts.length)
              .map(c -> Math.max(least[c], of(ratio, counts[c])))
              .toArray());
    }
    int all = of(ratio, Arrays.stream(counts).sum());
    return new Quota(least, Math.max(all, Arrays.stream(least).sum()));
  }

  private static Quota named(Map<String, Integer> perClass, List<String> classes, int[] least) {
    int[] shares = least.clone();
    perClass.forEach(
        (name, wanted) -> {
          int c = classes.indexOf(name);
          shares[c] = Math.max(shares[c], wanted);
        });
    return ofShares(shares);
  }

  /**
   * Distributes {@code count} over the classes in proportion to their rows, by largest remainder;
   * ties go to the lower class. A class whose share would be below its minimum gets the minimum,
   * and the others share the remainder.
   */
  private static int[] shares(int count, int[] counts, int[] least) {
    int[] shares = new int[counts.length];
    boolean[] fixed = new boolean[counts.length];
    long left = count;
    long rows = Arrays.stream(counts).asLongStream().sum();
    for (boolean again = true; again; ) {
      again = false;
      long seats = left;
      long of = rows;
      for (int c = 0; c < counts.length; c++) {
        if (!fixed[c] && seats * counts[c] < least[c] * of) {
          fixed[c] = true;
          again = true;
          shares[c] = least[c];
          left -= least[c];
          rows -= counts[c];
        }
      }
    }
    long seats = left;
    long of = Math.max(1, rows);
    for (int c = 0; c < counts.length; c++) {
      if (!fixed[c]) {
        shares[c] = Math.toIntExact(seats * counts[c] / of);
        left -= shares[c];
      }
    }
    IntStream.range(0, counts.length)
        .filter(c -> !fixed[c])
        .boxed()
        .sorted((a, b) -> Long.compare(seats * counts[b] % of, seats * counts[a] % of))
        .limit(left)
        .forEach(c -> shares[c]++);
    return shares;
  }

  private static Quota ofShares(int[] shares) {
    return new Quota(shares, Arrays.stream(shares).sum());
  }
}
