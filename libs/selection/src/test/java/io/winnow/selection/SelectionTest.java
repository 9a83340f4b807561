package io.winnow.selection;

import static io.winnow.selection.criterion.Order.HIGHEST;
import static io.winnow.selection.criterion.Order.MIDDLE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.winnow.contracts.InvalidInputException;
import io.winnow.contracts.spec.SelectionSpec.Scope;
import io.winnow.selection.criterion.Order;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class SelectionTest {

  @Test
  void keepsTheHighestScoresOfEachClass() {
    // given
    double[] scores = {5, 1, 4, 2, 3, 9};
    int[] labels = {0, 1, 0, 1, 0, 1};

    // when
    Selection selection = Selection.of(scores, labels, 2, 0.5, Scope.CLASS, HIGHEST);

    // then
    assertThat(selection.indices()).containsExactly(0, 2, 3, 5);
    assertThat(selection.counts()).containsExactly(3, 3);
    assertThat(selection.kept()).containsExactly(2, 2);
  }

  @Test
  void globalScopeRanksAllRowsTogetherAndMayEmptyAClass() {
    // given
    double[] scores = {1, 2, 3, 4, 5, 6};
    int[] labels = {0, 0, 0, 1, 1, 1};

    // when
    Selection selection = Selection.of(scores, labels, 2, 0.5, Scope.GLOBAL, HIGHEST);

    // then
    assertThat(selection.indices()).containsExactly(3, 4, 5);
    assertThat(selection.kept()).containsExactly(0, 3);
    assertThat(selection.topKept(0, 8)).isEmpty();
    assertThat(selection.topPruned(0, 2)).containsExactly(0, 1);
  }

  @Test
  void equalScoresAreTakenByIndex() {
    // given
    double[] scores = {7, 0.0, -0.0, 0.0, 0.0};
    int[] labels = new int[5];

    // when
    Selection selection = Selection.of(scores, labels, 1, 0.6, Scope.CLASS, HIGHEST);

    // then
    assertThat(selection.indices()).containsExactly(0, 1, 2);
  }

  @Test
  void equalScoresOfTheMiddleBandAreRankedByIndex() {
    // given
    double[] scores = new double[9];

    // when
    Selection selection = Selection.of(scores, new int[9], 1, 0.3, Scope.CLASS, MIDDLE);

    // then
    assertThat(selection.indices()).containsExactly(3, 4, 5);
  }

  @Test
  void ratioOneKeepsEveryRow() {
    // given
    double[] scores = {3, 1, 2};

    for (Order order : Order.values()) {
      // when
      Selection selection = Selection.of(scores, new int[] {0, 1, 0}, 2, 1, Scope.CLASS, order);

      // then
      assertThat(selection.indices()).containsExactly(0, 1, 2);
      assertThat(selection.topPruned(0, 8)).isEmpty();
    }
  }

  @Test
  void aClassOfOneRowKeepsIt() {
    // when
    Selection selection =
        Selection.of(new double[] {1, 2, 3}, new int[] {0, 1, 0}, 2, 0.01, Scope.CLASS, MIDDLE);

    // then
    assertThat(selection.indices()).contains(1);
    assertThat(selection.kept()).containsExactly(1, 1);
  }

  @Test
  void aClassWithoutRowsKeepsNone() {
    // when
    Selection selection =
        Selection.of(new double[] {1, 2}, new int[] {0, 2}, 3, 0.5, Scope.CLASS, HIGHEST);

    // then
    assertThat(selection.counts()).containsExactly(1, 0, 1);
    assertThat(selection.kept()).containsExactly(1, 0, 1);
  }

  @Test
  void showsTheMostWantedKeptAndTheLeastWantedPruned() {
    // given
    double[] scores = {1, 2, 3, 4, 5, 6};

    // when
    Selection highest = Selection.of(scores, new int[6], 1, 0.5, Scope.CLASS, HIGHEST);
    Selection middle = Selection.of(scores, new int[6], 1, 0.5, Scope.CLASS, MIDDLE);

    // then
    assertThat(highest.topKept(0, 2)).containsExactly(5, 4);
    assertThat(highest.topPruned(0, 2)).containsExactly(0, 1);
    assertThat(middle.topKept(0, 2)).containsExactly(2, 3);
    assertThat(middle.topPruned(0, 2)).containsExactly(5, 0);
  }

  @Test
  void globalScopeKeepsTheMinimumOfEachClassAndThenTheBestOfAll() {
    // given
    double[] scores = {1, 2, 3, 4, 5, 6};
    int[] labels = {0, 0, 0, 1, 1, 1};

    // when: one of each class, four in all
    Selection selection =
        Selection.of(scores, labels, new Quota(new int[] {1, 1}, 4), Scope.GLOBAL, HIGHEST);

    // then
    assertThat(selection.indices()).containsExactly(2, 3, 4, 5);
    assertThat(selection.kept()).containsExactly(1, 3);
  }

  @Test
  void classesKeepWhatTheirQuotaSays() {
    // given
    double[] scores = {1, 2, 3, 4, 5, 6};
    int[] labels = {0, 1, 0, 1, 0, 1};
    Quota quota = new Quota(new int[] {0, 2}, 2);

    // when
    Selection highest = Selection.of(scores, labels, quota, Scope.CLASS, HIGHEST);
    Selection middle = Selection.of(scores, labels, quota, Scope.CLASS, MIDDLE);

    // then
    assertThat(highest.indices()).containsExactly(3, 5);
    assertThat(middle.indices()).containsExactly(1, 3);
    assertThat(middle.kept()).containsExactly(0, 2);
  }

  @Test
  void aScoreThatIsNotFiniteIsNamed() {
    assertThatThrownBy(
            () ->
                Selection.of(
                    new double[] {1, Double.NaN}, new int[2], 1, 0.5, Scope.CLASS, HIGHEST))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("row 1")
        .hasMessageContaining("NaN");
  }

  @Property
  void agreesWithANaiveSelection(
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 60) int rows,
      @ForAll @IntRange(min = 1, max = 4) int classes,
      @ForAll @IntRange(min = 1, max = 100) int percent,
      @ForAll Scope scope,
      @ForAll Order order) {
    // given: few distinct scores, so that ties are common
    Random random = new Random(seed);
    double[] scores = random.doubles(rows).map(x -> Math.floor(x * 8)).toArray();
    int[] labels = random.ints(rows, 0, classes).toArray();

    // when
    Selection selection = Selection.of(scores, labels, classes, percent / 100.0, scope, order);

    // then
    assertThat(selection.indices())
        .containsExactly(naive(scores, labels, classes, percent, scope, order));
  }

  private static long[] naive(
      double[] scores, int[] labels, int classes, int percent, Scope scope, Order order) {
    List<Long> kept = new ArrayList<>();
    for (int row = 0; row < scores.length; row++) {
      int before = 0;
      int group = 0;
      for (int other = 0; other < scores.length; other++) {
        if (scope == Scope.CLASS && labels[other] != labels[row]) {
          continue;
        }
        group++;
        boolean better =
            order == HIGHEST ? scores[other] > scores[row] : scores[other] < scores[row];
        if (better || (scores[other] == scores[row] && other < row)) {
          before++;
        }
      }
      int quota = (percent * group + 99) / 100;
      if (wanted(order, before, group, quota)) {
        kept.add((long) row);
      }
    }
    return kept.stream().mapToLong(Long::longValue).toArray();
  }

  private static boolean wanted(Order order, int rank, int group, int quota) {
    int first = (group - quota) / 2;
    return switch (order) {
      case HIGHEST, LOWEST -> rank < quota;
      case MIDDLE -> rank >= first && rank < first + quota;
      case EVEN ->
          IntStream.range(0, quota)
              .anyMatch(i -> rank == (int) Math.floor((i + 0.5) * group / quota));
    };
  }
}
