package io.winnow.selection.card;

import static org.assertj.core.api.Assertions.assertThat;

import io.winnow.artifacts.features.FeatureRows;
import io.winnow.selection.features.FeatureTable;
import io.winnow.selection.testing.Engine;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ClassRecallCoverageTest {
  private static final int D = 3;
  private static final int ROWS = 90;
  private static final int CLASSES = 5;

  private final float[] features = new float[ROWS * D];
  private final int[] labels = new int[ROWS];
  private final boolean[] kept = new boolean[ROWS];
  private final FeatureTable table;

  ClassRecallCoverageTest() {
    Random random = new Random(2);
    for (int row = 0; row < ROWS; row++) {
      // class 3 has no rows, class 4 has one
      labels[row] = row == 7 ? 4 : random.nextInt(3);
      kept[row] = row == 7 || random.nextInt(4) == 0;
      for (int k = 0; k < D; k++) {
        features[row * D + k] = (float) random.nextGaussian() + labels[row];
      }
    }
    table = FeatureTable.of(CLASSES, batch(0, 40), batch(40, ROWS));
  }

  @Test
  void isEachClassesOwnWhateverIsHeldAtATime() {
    // given
    int[][] measured = rowsByClass();

    for (int buffer : new int[] {1, 40 * D, ClassRecallCoverage.BUFFER}) {
      // when
      RecallCoverage[] result =
          new ClassRecallCoverage(table, kept, buffer, Engine.ALGEBRA, () -> {}).of(measured);

      // then
      for (int c : new int[] {0, 1, 2, 4}) {
        assertThat(result[c]).isEqualTo(alone(measured[c]));
      }
      assertThat(result[3]).isNull();
      assertThat(result[4]).isEqualTo(new RecallCoverage(1, 1));
    }
  }

  @Test
  void measuresTheRowsThatItIsGiven() {
    // given: a part of each class
    int[][] measured = rowsByClass();
    Arrays.setAll(measured, c -> Arrays.copyOfRange(measured[c], 0, measured[c].length / 2));

    // when
    RecallCoverage[] result =
        new ClassRecallCoverage(table, kept, 1, Engine.ALGEBRA, () -> {}).of(measured);

    // then
    assertThat(result[1]).isEqualTo(alone(measured[1]));
    assertThat(result[4]).isNull();
  }

  @Test
  void wideFeaturesAreMeasuredOnFewerRows() {
    assertThat(ClassRecallCoverage.mostRows(512)).isEqualTo(ClassRecallCoverage.MOST_ROWS);
    assertThat(ClassRecallCoverage.mostRows(8192)).isEqualTo(2048);
  }

  private RecallCoverage alone(int[] rows) {
    float[] own = new float[rows.length * D];
    boolean[] isKept = new boolean[rows.length];
    for (int i = 0; i < rows.length; i++) {
      System.arraycopy(features, rows[i] * D, own, i * D, D);
      isKept[i] = kept[rows[i]];
    }
    return RecallCoverage.of(Engine.ALGEBRA, own, D, isKept, () -> {});
  }

  private int[][] rowsByClass() {
    return IntStream.range(0, CLASSES)
        .mapToObj(c -> IntStream.range(0, ROWS).filter(row -> labels[row] == c).toArray())
        .toArray(int[][]::new);
  }

  private FeatureRows batch(int from, int to) {
    return new FeatureRows(
        D, Arrays.copyOfRange(features, from * D, to * D), Arrays.copyOfRange(labels, from, to));
  }
}
