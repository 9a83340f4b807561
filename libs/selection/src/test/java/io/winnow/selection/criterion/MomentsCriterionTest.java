package io.winnow.selection.criterion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.winnow.contracts.spec.SelectionSpec.Scope;
import io.winnow.selection.group.GroupReader;
import io.winnow.selection.testing.Engine;
import io.winnow.selection.testing.RandomRows;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class MomentsCriterionTest {

  @ParameterizedTest
  @EnumSource(Scope.class)
  void everyChoiceMinimisesTheObjective(Scope scope) {
    // given
    RandomRows data = RandomRows.of(6, 60, 3, 5);

    // when
    double[] scores = scores(data, scope, 60);

    // then: no other row would have brought the moments closer; choices may tie within rounding
    for (List<Integer> group : data.groups(scope)) {
      List<Integer> order =
          group.stream().sorted((a, b) -> Double.compare(scores[b], scores[a])).toList();
      for (int k = 0; k < order.size(); k++) {
        assertThat(scores[order.get(k)]).isEqualTo(-k);
        double made = objective(data, group, order.subList(0, k + 1));
        for (int other : order.subList(k, order.size())) {
          List<Integer> instead = new ArrayList<>(order.subList(0, k));
          instead.add(other);
          assertThat(made).isLessThanOrEqualTo(objective(data, group, instead) + 1e-9);
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 7, 39})
  void aSmallerCoresetIsAPartOfALargerOne(int few) {
    // given
    RandomRows data = RandomRows.of(9, 40, 1, 3);

    // when
    double[] all = scores(data, Scope.CLASS, 40);
    double[] first = scores(data, Scope.CLASS, few);

    // then
    for (int i = 0; i < 40; i++) {
      if (all[i] > -few) {
        assertThat(first[i]).isEqualTo(all[i]);
      }
    }
  }

  @Test
  void aRowAwayFromTheMeanIsChosenForItsSpread() {
    // given: mean 0, standard deviation √(8/5) ≈ 1.265
    RandomRows data = RandomRows.ofOne(1, 0, -1, 1, -1.7320508f, 1.7320508f);

    // when
    double[] scores = scores(data, Scope.CLASS, 3);

    // then: 0 has the mean; −1 and 1 tie at ¼ + (½ − 1.265)² = 0.835, before ±√3 at 0.909;
    // {0, −1, √3} has mean 0.244 and deviation 1.129 (0.078), {0, −1, 1} 0 and 0.816 (0.201)
    assertThat(scores[0]).isEqualTo(0);
    assertThat(scores[1]).isEqualTo(-1);
    assertThat(scores[4]).isEqualTo(-2);
  }

  @Test
  void valuesFarFromTheOriginKeepTheirOrder() {
    // given: the same rows, moved by a power of two that float32 still resolves exactly
    float[] near = {0, 1, 2, 5, 9, 14, 3, 8};
    float[] far = new float[near.length];
    for (int i = 0; i < near.length; i++) {
      far[i] = near[i] + (1 << 20);
    }

    // when, then
    assertThat(scores(RandomRows.ofOne(1, far), Scope.CLASS, 8))
        .containsExactly(scores(RandomRows.ofOne(1, near), Scope.CLASS, 8), within(0.0));
  }

  private static double[] scores(RandomRows data, Scope scope, int kept) {
    int[] each = new int[3];
    Arrays.fill(each, kept);
    Scoring scoring =
        new Scoring(scope, each, 1, 0, null, Engine.ALGEBRA, new GroupReader(1 << 20));
    return new MomentsCriterion().scores(data.table(), scoring);
  }

  private static double objective(RandomRows data, List<Integer> group, List<Integer> chosen) {
    double mean = RandomRows.distance(data.mean(chosen), data.mean(group));
    double deviation = RandomRows.distance(deviations(data, chosen), deviations(data, group));
    return mean * mean + deviation * deviation;
  }

  private static double[] deviations(RandomRows data, List<Integer> rows) {
    double[] mean = data.mean(rows);
    double[] deviations = new double[mean.length];
    for (int j = 0; j < mean.length; j++) {
      double sum = 0;
      for (int i : rows) {
        sum += (data.row(i)[j] - mean[j]) * (data.row(i)[j] - mean[j]);
      }
      deviations[j] = Math.sqrt(sum / rows.size());
    }
    return deviations;
  }
}
