package io.winnow.selection.criterion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.winnow.contracts.Seeds;
import io.winnow.contracts.spec.SelectionSpec.Scope;
import io.winnow.selection.group.GroupReader;
import io.winnow.selection.testing.Engine;
import io.winnow.selection.testing.RandomRows;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KMeansCriterionTest {

  @ParameterizedTest
  @CsvSource({
    "200, 3, 5, 4, CLASS",
    "200, 3, 5, 4, GLOBAL",
    "30, 2, 2, 8, CLASS",
    "12, 3, 3, 9, CLASS"
  })
  void agreesWithNaiveLloyd(int rows, int classes, int dimension, int centres, Scope scope) {
    assertAgrees(RandomRows.of(rows, rows, classes, dimension), centres, scope);
  }

  @Test
  void aCentreThatLosesItsRowsMovesToTheFarthestRow() {
    // given rows and a seed by which a centre is left without rows
    RandomRows data = RandomRows.of(1, 12, 1, 2);

    // then
    assertThat(assertAgrees(data, 4, Scope.CLASS)).isTrue();
  }

  /** Whether a centre was left without rows. */
  private static boolean assertAgrees(RandomRows data, int centres, Scope scope) {
    // when
    double[] scores = scores(data, scope, centres, 5);

    // then
    boolean revived = false;
    for (List<Integer> group : data.groups(scope)) {
      int index = scope == Scope.CLASS ? data.labels()[group.get(0)] : 0;
      List<double[]> points = start(data, group, index, centres, 5);
      revived |= lloyd(data, group, points);
      for (int i : group) {
        double[] nearest = points.get(nearest(points, data.row(i)));
        double expected = -RandomRows.distance(nearest, data.row(i));
        assertThat(scores[i]).isCloseTo(expected, within(1e-12));
      }
    }
    return revived;
  }

  @Test
  void findsWhatLiesApart() {
    // given: three heaps around 0, 1000 and 2000
    Random random = new Random(2);
    float[] features = new float[90];
    double[] means = new double[3];
    for (int i = 0; i < 90; i++) {
      features[i] = 1000 * (i % 3) + (float) random.nextGaussian();
      means[i % 3] += features[i] / 30.0;
    }

    // when
    double[] scores = scores(RandomRows.ofOne(1, features), Scope.CLASS, 3, 1);

    // then
    for (int i = 0; i < 90; i++) {
      assertThat(scores[i]).isCloseTo(-Math.abs(features[i] - means[i % 3]), within(1e-9));
    }
  }

  @Test
  void asManyCentresAsDistinctRowsLeaveNoDistance() {
    // given: three distinct rows, each twice
    RandomRows data = RandomRows.ofOne(2, 1, 2, 3, 4, 1, 2, 5, 6, 5, 6, 3, 4);

    // when
    double[] scores = scores(data, Scope.CLASS, 8, 3);

    // then
    assertThat(scores).containsOnly(0);
  }

  @Test
  void theSeedDecidesTheDraws() {
    // given
    RandomRows data = RandomRows.of(3, 100, 1, 4);

    // when
    double[] once = scores(data, Scope.CLASS, 6, 1);
    double[] again = scores(data, Scope.CLASS, 6, 1);
    double[] other = scores(data, Scope.CLASS, 6, 2);

    // then
    assertThat(again).containsExactly(once);
    assertThat(other).isNotEqualTo(once);
  }

  private static double[] scores(RandomRows data, Scope scope, int clusters, long seed) {
    Scoring scoring =
        new Scoring(
            scope, new int[0], clusters, seed, null, Engine.ALGEBRA, new GroupReader(1 << 20));
    return new KMeansCriterion().scores(data.table(), scoring);
  }

  private static boolean lloyd(RandomRows data, List<Integer> group, List<double[]> points) {
    int[] old = null;
    boolean revived = false;
    boolean ever = false;
    for (int step = 0; step < 100; step++) {
      int[] nearest = group.stream().mapToInt(i -> nearest(points, data.row(i))).toArray();
      if (Arrays.equals(nearest, old) && !revived) {
        return ever;
      }
      revived = update(data, group, points, nearest);
      ever |= revived;
      old = nearest;
    }
    return ever;
  }

  private static boolean update(
      RandomRows data, List<Integer> group, List<double[]> points, int[] nearest) {
    List<double[]> before = List.copyOf(points);
    List<Integer> taken = new ArrayList<>();
    boolean revived = false;
    for (int c = 0; c < points.size(); c++) {
      List<Integer> own = new ArrayList<>();
      for (int i = 0; i < nearest.length; i++) {
        if (nearest[i] == c) {
          own.add(group.get(i));
        }
      }
      if (own.isEmpty()) {
        int far = -1;
        double farthest = 0;
        for (int i = 0; i < nearest.length; i++) {
          double distance = RandomRows.distance(before.get(nearest[i]), data.row(group.get(i)));
          if (distance > farthest && !taken.contains(i)) {
            far = i;
            farthest = distance;
          }
        }
        taken.add(far);
        points.set(c, data.row(group.get(far)));
        revived = true;
      } else {
        points.set(c, data.mean(own));
      }
    }
    return revived;
  }

  private static List<double[]> start(
      RandomRows data, List<Integer> group, int index, int centres, long seed) {
    List<double[]> points = new ArrayList<>();
    points.add(data.row(group.get((int) (uniform(seed, index, 0) * group.size()))));
    while (points.size() < Math.min(centres, group.size())) {
      double[] weights =
          group.stream()
              .mapToDouble(
                  i -> {
                    double[] nearest = points.get(nearest(points, data.row(i)));
                    return Math.pow(RandomRows.distance(nearest, data.row(i)), 2);
                  })
              .toArray();
      double at = uniform(seed, index, points.size()) * Arrays.stream(weights).sum();
      int next = 0;
      for (double sum = weights[0]; sum <= at; sum += weights[next]) {
        next++;
      }
      points.add(data.row(group.get(next)));
    }
    return points;
  }

  private static int nearest(List<double[]> points, double[] row) {
    int best = 0;
    for (int c = 1; c < points.size(); c++) {
      if (RandomRows.distance(points.get(c), row) < RandomRows.distance(points.get(best), row)) {
        best = c;
      }
    }
    return best;
  }

  private static double uniform(long seed, int group, int draw) {
    return (Seeds.of(seed, "select.k-means", group, draw) >>> 11) * 0x1p-53;
  }
}
