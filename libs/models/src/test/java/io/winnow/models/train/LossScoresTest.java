package io.winnow.models.train;

import static org.assertj.core.api.Assertions.assertThat;

import io.winnow.datasets.ImageShape;
import io.winnow.datasets.RowSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LossScoresTest {
  private static final int ROWS = 7;
  private static final ImageShape SHAPE = new ImageShape(1, 2, 2);
  private static final LossDraws DRAWS = new LossDraws(3, 5, 1000);

  /** Row i has the label i and its pixels. */
  private static final RowSource SOURCE =
      new RowSource() {
        @Override
        public int rows() {
          return ROWS;
        }

        @Override
        public ImageShape shape() {
          return SHAPE;
        }

        @Override
        public int label(int row) {
          return row;
        }

        @Override
        public void copy(int row, byte[] target, int offset) {
          Arrays.fill(target, offset, offset + SHAPE.bytes(), (byte) row);
        }
      };

  /** A loss that tells all that the model is given. */
  private static float loss(int pixel, int label, int t, long seed) {
    return (pixel + 3 * label + 0.001f * t + (seed & 0xFF)) / 16;
  }

  private static float[] model(byte[] images, int[] labels, int[] timesteps, long[] seeds) {
    float[] losses = new float[labels.length];
    for (int i = 0; i < losses.length; i++) {
      losses[i] = loss(images[i * SHAPE.bytes() + 3], labels[i], timesteps[i], seeds[i]);
    }
    return losses;
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 4, 5, 64})
  void aRowsLossIsTheMeanOfItsDrawsHoweverTheyAreBatched(int batch) {
    // given
    LossScores scores =
        new LossScores(LossScoresTest::model, DRAWS, SOURCE, batch, new double[ROWS], 0);

    // when
    while (scores.done() < scores.total()) {
      scores.step();
    }

    // then
    double[] means = scores.means();
    for (int row = 0; row < ROWS; row++) {
      double sum = 0;
      for (int m = 0; m < 5; m++) {
        sum += loss(row, row, DRAWS.timestep(row, m), DRAWS.noise(row, m));
      }
      assertThat(means[row]).as("row " + row).isEqualTo(sum / 5);
    }
  }

  @Test
  void theLastBatchIsAsLargeAsTheOthers() {
    // given
    List<Integer> sizes = new ArrayList<>();
    LossScores scores =
        new LossScores(
            (images, labels, timesteps, seeds) -> {
              sizes.add(labels.length);
              return model(images, labels, timesteps, seeds);
            },
            DRAWS,
            SOURCE,
            8,
            new double[ROWS],
            0);

    // when
    while (scores.done() < scores.total()) {
      scores.step();
    }

    // then: 35 draws
    assertThat(sizes).containsExactly(8, 8, 8, 8, 8);
  }

  @Test
  void goesOnFromItsSumsToTheSameBits() {
    // given
    LossScores whole = new LossScores(LossScoresTest::model, DRAWS, SOURCE, 4, new double[ROWS], 0);
    LossScores first = new LossScores(LossScoresTest::model, DRAWS, SOURCE, 4, new double[ROWS], 0);
    IntStream.range(0, 3).forEach(i -> first.step());

    // when it stops within a row
    LossScores second =
        new LossScores(LossScoresTest::model, DRAWS, SOURCE, 4, first.sums(), first.done());
    for (LossScores scores : List.of(whole, second)) {
      while (scores.done() < scores.total()) {
        scores.step();
      }
    }

    // then
    assertThat(first.done()).isEqualTo(12);
    assertThat(second.means()).containsExactly(whole.means());
  }
}
