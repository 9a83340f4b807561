package io.winnow.datasets.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.winnow.contracts.InvalidInputException;
import io.winnow.datasets.source.format.ClassNames;
import java.util.BitSet;
import java.util.List;
import java.util.stream.IntStream;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;

class HoldOutTest {
  private static final ClassNames CLASSES = ClassNames.quotable(List.of("a", "b"));

  @Property
  void drawsTheShareOfEachClassAndLeavesSomeToTrainOn(
      @ForAll @IntRange(min = 2, max = 60) int as,
      @ForAll @IntRange(min = 2, max = 60) int bs,
      @ForAll @DoubleRange(min = 0.01, max = 0.5) double share) {
    int[] labels = IntStream.range(0, as + bs).map(i -> i < as ? 0 : 1).toArray();

    BitSet drawn = HoldOut.draw(labels, CLASSES, share, "data");

    assertThat(drawn.get(0, as).cardinality()).isEqualTo(expected(as, share));
    assertThat(drawn.get(as, as + bs).cardinality()).isEqualTo(expected(bs, share));
    assertThat(HoldOut.draw(labels, CLASSES, share, "data")).isEqualTo(drawn);
  }

  private static int expected(int n, double share) {
    return (int) Math.max(1, Math.min(n - 1, Math.round(share * n)));
  }

  @Example
  void refusesAClassThatCannotBeDivided() {
    assertThatExceptionOfType(InvalidInputException.class)
        .isThrownBy(() -> HoldOut.draw(new int[] {0, 0, 1}, CLASSES, 0.5, "data"))
        .withMessageContaining("class 1 (\"b\") has 1 image");
  }
}
