package io.winnow.selection.card;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;

class TotalVarianceTest {

  @Test
  void agreesWithTwoPassesAlsoFarFromZero() {
    // given
    int n = 500;
    int d = 6;
    Random random = new Random(4);
    float[] rows = new float[n * d];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = 1000 + i % d + (float) random.nextGaussian();
    }
    TotalVariance spread = new TotalVariance(2, d);

    // when
    for (int row = 0; row < n; row++) {
      spread.add(0, rows, row);
      if (row % 3 == 0) {
        spread.add(1, rows, row);
      }
    }

    // then
    assertThat(spread.of(0)).isCloseTo(naive(rows, n, d, 1), within(1e-9));
    assertThat(spread.ratio(1, 0))
        .isCloseTo(naive(rows, n, d, 3) / naive(rows, n, d, 1), within(1e-9));
  }

  private static double naive(float[] rows, int n, int d, int step) {
    double total = 0;
    for (int k = 0; k < d; k++) {
      double sum = 0;
      int count = 0;
      for (int row = 0; row < n; row += step) {
        sum += rows[row * d + k];
        count++;
      }
      double squares = 0;
      for (int row = 0; row < n; row += step) {
        squares += Math.pow(rows[row * d + k] - sum / count, 2);
      }
      total += squares / count;
    }
    return total;
  }

  @Test
  void theSameRowsHaveTheRatioOne() {
    // given
    float[] rows = {1.1f, 2.7f, -3.3f, 0.4f};
    TotalVariance spread = new TotalVariance(2, 1);

    // when
    for (int row = 0; row < 4; row++) {
      spread.add(0, rows, row);
      spread.add(1, rows, row);
    }

    // then
    assertThat(spread.ratio(1, 0)).isEqualTo(1.0);
  }

  @Test
  void equalRowsHaveNoRatio() {
    // given
    float[] rows = {0.1f, 0.1f, 0.1f};
    TotalVariance spread = new TotalVariance(2, 1);

    // when
    for (int row = 0; row < 3; row++) {
      spread.add(0, rows, row);
    }

    // then
    assertThat(spread.of(0)).isZero();
    assertThat(spread.ratio(1, 0)).isNull();
  }
}
