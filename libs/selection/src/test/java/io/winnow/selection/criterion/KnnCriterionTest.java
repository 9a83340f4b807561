package io.winnow.selection.criterion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.winnow.contracts.spec.SelectionSpec.Scope;
import io.winnow.selection.testing.RandomRows;
import io.winnow.selection.testing.Selections;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KnnCriterionTest {

  // more rows than a block, and dimensions that are no multiple of what is done at a time
  @ParameterizedTest
  @CsvSource({
    "40, 3, 4, CLASS",
    "40, 3, 4, GLOBAL",
    "300, 2, 37, CLASS",
    "300, 2, 37, GLOBAL",
    "9, 4, 1, CLASS"
  })
  void agreesWithSortedDistances(int rows, int classes, int dimension, Scope scope) {
    // given
    RandomRows data = RandomRows.of(rows, rows, classes, dimension);

    // when
    double[] scores = new KnnCriterion().scores(data.table(), Selections.scoring(scope));

    // then
    for (int i = 0; i < rows; i++) {
      assertThat(scores[i]).isCloseTo(naive(data, scope, i), within(1e-12));
    }
  }

  @Test
  void equalRowsFarFromTheOriginAreAtNoDistance() {
    // given: six equal rows whose norm swallows small distances, and one beside them
    float[] features = new float[7 * 3];
    Arrays.fill(features, 12345.67f);
    features[6 * 3] += 0.125f;
    RandomRows data = RandomRows.ofOne(3, features);

    // when
    double[] scores = new KnnCriterion().scores(data.table(), Selections.scoring(Scope.CLASS));

    // then
    double beside = -((double) features[18] - features[0]);
    assertThat(scores).containsExactly(0, 0, 0, 0, 0, 0, beside);
  }

  @Test
  void fewerNeighboursMeanTheFarthestAndNoneMeansZero() {
    // given: three rows on a line, and one alone
    RandomRows data = new RandomRows(2, 1, new float[] {0, 100, 1, 5}, new int[] {0, 1, 0, 0});

    // when
    double[] scores = new KnnCriterion().scores(data.table(), Selections.scoring(Scope.CLASS));

    // then
    assertThat(scores).containsExactly(-5, 0, -4, -5);
  }

  private static double naive(RandomRows data, Scope scope, int i) {
    double[] distances =
        data.group(scope, i).stream()
            .filter(other -> other != i)
            .mapToDouble(other -> RandomRows.distance(data.row(i), data.row(other)))
            .sorted()
            .toArray();
    return distances.length == 0 ? 0 : -distances[Math.min(5, distances.length) - 1];
  }
}
