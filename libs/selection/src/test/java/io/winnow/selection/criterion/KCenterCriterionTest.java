package io.winnow.selection.criterion;

import static org.assertj.core.api.Assertions.assertThat;

import io.winnow.contracts.spec.SelectionSpec.Scope;
import io.winnow.selection.group.GroupReader;
import io.winnow.selection.testing.Engine;
import io.winnow.selection.testing.RandomRows;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class KCenterCriterionTest {

  @ParameterizedTest
  @EnumSource(Scope.class)
  void choosesTheFarthestRowAgainAndAgain(Scope scope) {
    // given
    RandomRows data = RandomRows.of(4, 60, 3, 5);

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

  @Property(tries = 50)
  void aSmallerCoresetIsAPartOfALargerOne(
      @ForAll @IntRange(min = 1, max = 39) int few, @ForAll @IntRange(min = 1, max = 40) int many) {
    // given
    RandomRows data = RandomRows.of(8, 40, 1, 3);

    // when
    double[] all = scores(data, Scope.CLASS, 40);
    double[] first = scores(data, Scope.CLASS, few);
    double[] others = scores(data, Scope.CLASS, many);

    // then: as many as were asked for are in the order of the whole traversal
    for (int i = 0; i < 40; i++) {
      if (all[i] > -Math.min(few, many)) {
        assertThat(first[i]).isEqualTo(all[i]);
        assertThat(others[i]).isEqualTo(all[i]);
      }
    }
    assertThat(Arrays.stream(first).sorted())
        .containsExactly(Arrays.stream(all).sorted().boxed().toArray(Double[]::new));
  }

  @Test
  void theRestFollowsByTheDistanceThatIsLeft() {
    // given: the mean is 4, the row nearest to it 3
    RandomRows data = RandomRows.ofOne(1, 0, 3, 9, 2, 6);

    // when: 3 is chosen alone; the others are at 3, 6, 1 and 3 from it
    double[] scores = scores(data, Scope.CLASS, 1);

    // then
    assertThat(scores).containsExactly(-2, 0, -1, -4, -3);
  }

  private static double[] scores(RandomRows data, Scope scope, int kept) {
    int[] each = new int[3];
    Arrays.fill(each, kept);
    Scoring scoring =
        new Scoring(scope, each, 1, 0, null, Engine.ALGEBRA, new GroupReader(1 << 20));
    return new KCenterCriterion().scores(data.table(), scoring);
  }

  private static List<Integer> naive(RandomRows data, List<Integer> group) {
    double[] mean = data.mean(group);
    List<Integer> left = new ArrayList<>(group);
    List<Integer> chosen = new ArrayList<>();
    while (!left.isEmpty()) {
      int best = -1;
      double farthest = 0;
      for (int i : left) {
        double distance =
            chosen.isEmpty()
                ? -RandomRows.distance(data.row(i), mean)
                : chosen.stream()
                    .mapToDouble(c -> RandomRows.distance(data.row(i), data.row(c)))
                    .min()
                    .orElseThrow();
        if (best < 0 || distance > farthest) {
          best = i;
          farthest = distance;
        }
      }
      chosen.add(best);
      left.remove(Integer.valueOf(best));
    }
    return chosen;
  }
}
