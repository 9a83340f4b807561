package io.winnow.selection.card;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RowSampleTest {

  @Test
  void takesAllRowsOfAClassThatFits() {
    assertThat(RowSample.of(new int[] {9, 2, 5}, new boolean[10], 3)).containsExactly(2, 5, 9);
  }

  @Test
  void drawsKeptAndPrunedRowsInTheirProportion() {
    // given: every fourth row is kept
    boolean[] kept = new boolean[1000];
    IntStream.range(0, 250).forEach(i -> kept[4 * i] = true);
    int[] rows = IntStream.range(0, 1000).toArray();

    // when
    int[] drawn = RowSample.of(rows, kept, 200);

    // then
    assertThat(drawn).hasSize(200).isSorted().doesNotHaveDuplicates();
    assertThat(Arrays.stream(drawn).filter(row -> kept[row]).count()).isEqualTo(50);
    // rows from all over, not the first ones
    assertThat(Arrays.stream(drawn).average().orElseThrow()).isBetween(430.0, 570.0);
    assertThat(drawn).containsExactly(RowSample.of(reversed(rows), kept, 200));
  }

  @Test
  void drawsOneKeptRowAtLeast() {
    // given
    boolean[] kept = new boolean[5000];
    kept[77] = true;

    // when
    int[] drawn = RowSample.of(IntStream.range(0, 5000).toArray(), kept, 100);

    // then
    assertThat(drawn).hasSize(100).contains(77);
  }

  @Test
  void drawsOfAClassThatIsKeptOrPrunedWhole() {
    int[] rows = IntStream.range(0, 50).toArray();
    boolean[] all = new boolean[50];
    assertThat(RowSample.of(rows, all, 20)).hasSize(20);
    Arrays.fill(all, true);
    assertThat(RowSample.of(rows, all, 20)).hasSize(20);
  }

  private static int[] reversed(int[] rows) {
    return IntStream.range(0, rows.length).map(i -> rows[rows.length - 1 - i]).toArray();
  }
}
