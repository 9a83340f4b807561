package io.winnow.selection.criterion;

import static org.assertj.core.api.Assertions.assertThat;

import io.winnow.contracts.spec.SelectionSpec.Scope;
import io.winnow.selection.group.GroupReader;
import io.winnow.selection.testing.Engine;
import io.winnow.selection.testing.RandomRows;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class HerdingCriterionTest {

  @ParameterizedTest
  @EnumSource(Scope.class)
  void bringsTheMeanOfTheChosenNearestToTheGroups(Scope scope) {
    // given
    RandomRows data = RandomRows.of(6, 60, 3, 5);

    // when
    double[] scores = scores(data, scope, 60);

    // then
    for (List<Integer> group : data.groups(scope)) {
      List<Integer> order = naive(data, group);
      for (int k = 0; k < order.size(); k++) {
        assertThat(scores[order.get(k)]).isEqualTo(-k);
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
    double[] ascending = IntStream.range(0, 40).mapToDouble(i -> i - 39).toArray();
    assertThat(Arrays.stream(first).map(x -> x + 0.0).sorted().toArray())
        .containsExactly(ascending);
  }

  @Test
  void theRestFollowsByHowNearItBringsTheMean() {
    // given: the mean is 4
    RandomRows data = RandomRows.ofOne(1, 0, 3, 9, 2, 6);

    // when: 3 is chosen alone; the next should lie at 2·4 − 3 = 5
    double[] scores = scores(data, Scope.CLASS, 1);

    // then: the others are at 5, 4, 3 and 1 from there
    assertThat(scores).containsExactly(-4, 0, -3, -2, -1);
  }

  private static double[] scores(RandomRows data, Scope scope, int kept) {
    int[] each = new int[3];
    Arrays.fill(each, kept);
    Scoring scoring =
        new Scoring(scope, each, 1, 0, null, Engine.ALGEBRA, new GroupReader(1 << 20));
    return new HerdingCriterion().scores(data.table(), scoring);
  }

  private static List<Integer> naive(RandomRows data, List<Integer> group) {
    double[] mean = data.mean(group);
    List<Integer> left = new ArrayList<>(group);
    List<Integer> chosen = new ArrayList<>();
    while (!left.isEmpty()) {
      int best = -1;
      double nearest = 0;
      for (int i : left) {
        List<Integer> with = new ArrayList<>(chosen);
        with.add(i);
        double distance = RandomRows.distance(data.mean(with), mean);
        if (best < 0 || distance < nearest) {
          best = i;
          nearest = distance;
        }
      }
      chosen.add(best);
      left.remove(Integer.valueOf(best));
    }
    return chosen;
  }
}
