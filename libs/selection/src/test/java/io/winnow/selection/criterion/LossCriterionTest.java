package io.winnow.selection.criterion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.winnow.artifacts.features.FeatureRows;
import io.winnow.contracts.spec.SelectionSpec.Scope;
import io.winnow.selection.Quota;
import io.winnow.selection.Selection;
import io.winnow.selection.features.FeatureTable;
import io.winnow.selection.testing.Selections;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class LossCriterionTest {

  /** Rows kept, by the definition: sort by (loss, row), then take ranks. */
  private static List<Integer> oracle(
      Criterion criterion, double[] losses, List<Integer> rows, int k) {
    Comparator<Integer> byLoss = Comparator.comparingDouble(row -> losses[row]);
    List<Integer> sorted =
        rows.stream()
            .sorted(
                (criterion.order() == Order.HIGHEST ? byLoss.reversed() : byLoss)
                    .thenComparing(Comparator.naturalOrder()))
            .toList();
    return IntStream.range(0, k)
        .map(
            i ->
                criterion.order() == Order.EVEN
                    ? (int) Math.floor((i + 0.5) * sorted.size() / k)
                    : i)
        .mapToObj(sorted::get)
        .sorted()
        .toList();
  }

  @Property
  void rowsAreKeptByTheRanksOfTheirLosses(
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 60) int n,
      @ForAll @IntRange(min = 1, max = 20) int twentieths,
      @ForAll Scope scope) {
    // Given losses with ties, of two classes
    Random random = new Random(seed);
    double[] losses = random.ints(n, 0, 12).mapToDouble(i -> i / 8.0).toArray();
    int[] labels = random.ints(n, 0, 2).toArray();
    double ratio = twentieths / 20.0;
    FeatureTable table = FeatureTable.of(2, new FeatureRows(1, new float[n], labels));
    Quota quota = Quota.ratio(ratio, scope, Selection.count(labels, 2));

    for (String name : List.of("interval", "hardest", "easiest")) {
      // When
      Criterion criterion = Criteria.of(name);
      double[] scores = criterion.scores(table, Selections.scoring(scope).withLosses(losses));
      Selection selection = Selection.of(scores, labels, quota, scope, criterion.order());

      // Then
      int[] groups = scope == Scope.CLASS ? labels : new int[n];
      List<Integer> expected =
          IntStream.rangeClosed(0, 1)
              .boxed()
              .flatMap(
                  g -> {
                    List<Integer> rows =
                        IntStream.range(0, n).filter(r -> groups[r] == g).boxed().toList();
                    return oracle(criterion, losses, rows, Quota.of(ratio, rows.size())).stream();
                  })
              .sorted()
              .toList();
      assertThat(Arrays.stream(selection.indices()).mapToObj(i -> (int) i).toList())
          .as(name)
          .isEqualTo(expected);
    }
  }

  @Test
  void anIntervalKeepsTheMinimumOfEachClassWithinItsTotal() {
    // Given ten rows by ascending loss, of which class 1 has only the easiest
    double[] losses = IntStream.range(0, 10).asDoubleStream().toArray();
    int[] labels = {1, 0, 0, 0, 0, 0, 0, 0, 0, 0};
    Quota quota = new Quota(new int[] {0, 1}, 5);

    // When
    Selection selection = Selection.of(losses, labels, quota, Scope.GLOBAL, Order.EVEN);

    // Then one more than the minimum's follow at equal distances
    assertThat(selection.indices()).containsExactly(0, 1, 3, 5, 7);
  }

  @Test
  void lossesOfOtherRowsAreRefused() {
    FeatureTable table = FeatureTable.of(1, new FeatureRows(1, new float[2], new int[2]));
    Scoring without = Selections.scoring(Scope.CLASS);

    for (Scoring scoring : List.of(without, without.withLosses(new double[1]))) {
      assertThatThrownBy(() -> Criteria.of("hardest").scores(table, scoring))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("hardest needs 2 losses");
    }
  }
}
