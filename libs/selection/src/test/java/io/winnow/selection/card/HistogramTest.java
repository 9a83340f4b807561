package io.winnow.selection.card;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class HistogramTest {

  @Property
  void everyRowIsCountedBetweenItsEdges(
      @ForAll long seed, @ForAll @IntRange(min = 2, max = 300) int n) {
    // given: few distinct scores too, so that some lie exactly on edges
    Random random = new Random(seed);
    double[] scores = random.doubles(n).map(x -> seed % 2 == 0 ? x : Math.floor(x * 9)).toArray();
    scores[0] = -1;
    scores[1] = 9;
    boolean[] kept = kept(random, n);

    // when
    Histogram histogram = Histogram.of(scores, rows(n), kept);

    // then
    double[] edges = histogram.edges();
    assertThat(edges).hasSize(Histogram.BINS + 1);
    for (int bin = 0; bin < Histogram.BINS; bin++) {
      assertThat(edges[bin + 1] - edges[bin]).isCloseTo(10.0 / Histogram.BINS, within(1e-12));
      assertThat(histogram.kept()[bin]).isEqualTo(naive(scores, kept, true, edges, bin));
      assertThat(histogram.pruned()[bin]).isEqualTo(naive(scores, kept, false, edges, bin));
    }
  }

  private static long naive(
      double[] scores, boolean[] kept, boolean which, double[] edges, int bin) {
    boolean last = bin == edges.length - 2;
    return IntStream.range(0, scores.length)
        .filter(row -> kept[row] == which)
        .filter(row -> scores[row] >= edges[bin])
        .filter(row -> scores[row] < edges[bin + 1] || (last && scores[row] <= edges[bin + 1]))
        .count();
  }

  @Test
  void equalScoresHaveOneBin() {
    // when: 0 and −0 are equal
    Histogram histogram =
        Histogram.of(new double[] {0.0, -0.0, 0.0}, rows(3), new boolean[] {true, false, false});

    // then
    assertThat(histogram.edges()).containsExactly(0.0, 0.0);
    assertThat(histogram.kept()).containsExactly(1);
    assertThat(histogram.pruned()).containsExactly(2);
  }

  @Test
  void noRowsHaveNoEdges() {
    Histogram histogram = Histogram.of(new double[] {1}, new int[0], new boolean[] {true});
    assertThat(histogram.edges()).isEmpty();
    assertThat(histogram.kept()).isEmpty();
    assertThat(histogram.pruned()).isEmpty();
  }

  @Test
  void neighbouringAndHugeScoresAreCountedToo() {
    for (double[] scores :
        new double[][] {{1, Math.nextUp(1)}, {-Double.MAX_VALUE, Double.MAX_VALUE}}) {
      // when
      Histogram histogram = Histogram.of(scores, rows(2), new boolean[] {true, false});

      // then
      assertThat(histogram.edges()).isSorted().doesNotContain(Double.NaN);
      assertThat(Arrays.stream(histogram.kept()).sum()).isEqualTo(1);
      assertThat(Arrays.stream(histogram.pruned()).sum()).isEqualTo(1);
    }
  }

  private static int[] rows(int n) {
    return IntStream.range(0, n).toArray();
  }

  private static boolean[] kept(Random random, int n) {
    boolean[] kept = new boolean[n];
    for (int i = 0; i < n; i++) {
      kept[i] = random.nextBoolean();
    }
    return kept;
  }
}
