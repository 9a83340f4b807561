package io.winnow.models.train;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class LossDrawsTest {

  @Property
  void everyPartOfTheScheduleHasOneTimestep(
      @ForAll long seed,
      @ForAll @IntRange(min = 0, max = 2_000_000) int row,
      @ForAll @IntRange(min = 1, max = 1000) int draws) {
    // Given T = 1000 in M parts
    LossDraws drawn = new LossDraws(seed, draws, 1000);

    for (int m = 0; m < draws; m++) {
      // When the m-th is drawn
      int t = drawn.timestep(row, m);

      // Then it is the floor of a number in [mT/M, (m+1)T/M)
      assertThat((t + 1.0) * draws).isGreaterThan(m * 1000.0);
      assertThat((double) t * draws).isLessThan((m + 1) * 1000.0);
      assertThat(t).isBetween(0, 999);
    }
  }

  @Test
  void timestepsAreUniformInTheirPart() {
    // Given the first of four parts of 1000, [0, 250)
    LossDraws drawn = new LossDraws(5, 4, 1000);
    int[] counts = new int[5];

    // When many rows draw
    for (int row = 0; row < 10_000; row++) {
      counts[drawn.timestep(row, 0) / 50]++;
    }

    // Then each fifth has its share: five standard deviations of a binomial draw are 200
    assertThat(Arrays.stream(counts)).allMatch(count -> Math.abs(count - 2000) < 200);
  }

  @Test
  void noiseIsOfItsRowAndDraw() {
    // Given two seeds
    LossDraws one = new LossDraws(1, 4, 1000);
    LossDraws two = new LossDraws(2, 4, 1000);

    // Then the seeds of noise differ by row, draw and seed, and by nothing else
    assertThat(one.noise(7, 1)).isEqualTo(new LossDraws(1, 9, 50).noise(7, 1));
    assertThat(one.noise(7, 1))
        .isNotEqualTo(one.noise(8, 1))
        .isNotEqualTo(one.noise(7, 2))
        .isNotEqualTo(two.noise(7, 1));
  }
}
