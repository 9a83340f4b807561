package io.winnow.selection.card;

import static org.assertj.core.api.Assertions.assertThat;

import io.winnow.artifacts.features.FeatureRows;
import io.winnow.selection.FeatureTable;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ClassLikenessTest {
  private static final int D = 3;
  private static final int ROWS = 90;
  private static final int CLASSES = 5;

  private final float[] features = new float[ROWS * D];
  private final int[] labels = new int[ROWS];
  private final boolean[] kept = new boolean[ROWS];
  private final FeatureTable table;

  ClassLikenessTest() {
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

    for (int buffer : new int[] {1, 40 * D, ClassLikeness.BUFFER}) {
      // when
      Likeness[] likeness = new ClassLikeness(table, kept, buffer, () -> {}).of(measured);

      // then
      for (int c : new int[] {0, 1, 2, 4}) {
        assertThat(likeness[c]).isEqualTo(alone(measured[c]));
      }
      assertThat(likeness[3]).isNull();
      assertThat(likeness[4]).isEqualTo(new Likeness(1, 1));
    }
  }

  @Test
  void measuresTheRowsThatItIsGiven() {
    // given: a part of each class
    int[][] measured = rowsByClass();
    Arrays.setAll(measured, c -> Arrays.copyOfRange(measured[c], 0, measured[c].length / 2));

    // when
    Likeness[] likeness = new ClassLikeness(table, kept, 1, () -> {}).of(measured);

    // then
    assertThat(likeness[1]).isEqualTo(alone(measured[1]));
    assertThat(likeness[4]).isNull();
  }

  @Test
  void wideFeaturesAreMeasuredOnFewerRows() {
    assertThat(ClassLikeness.mostRows(512)).isEqualTo(ClassLikeness.MOST_ROWS);
    assertThat(ClassLikeness.mostRows(8192)).isEqualTo(2048);
  }

  private Likeness alone(int[] rows) {
    float[] own = new float[rows.length * D];
    boolean[] isKept = new boolean[rows.length];
    for (int i = 0; i < rows.length; i++) {
      System.arraycopy(features, rows[i] * D, own, i * D, D);
      isKept[i] = kept[rows[i]];
    }
    return Likeness.of(own, D, isKept, () -> {});
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
