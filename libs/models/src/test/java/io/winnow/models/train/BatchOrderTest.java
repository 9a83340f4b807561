package io.winnow.models.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.winnow.contracts.InvalidInputException;
import java.util.Arrays;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class BatchOrderTest {
  @Property
  void everyEpochIsAPermutation(
      @ForAll @IntRange(min = 1, max = 300) int rows,
      @ForAll @IntRange(min = 1, max = 40) int batch,
      @ForAll long seed) {
    // when as many steps are read as three epochs need
    BatchOrder order = new BatchOrder(rows, batch, seed);
    int[] read =
        LongStream.rangeClosed(0, 3L * rows / batch)
            .flatMap(step -> Arrays.stream(order.rowsOf(step)).asLongStream())
            .mapToInt(Math::toIntExact)
            .toArray();

    // then each epoch has every row once
    int[] all = IntStream.range(0, rows).toArray();
    for (int epoch = 0; epoch < 3; epoch++) {
      int[] rowsOfEpoch = Arrays.copyOfRange(read, epoch * rows, (epoch + 1) * rows);
      Arrays.sort(rowsOfEpoch);
      assertThat(rowsOfEpoch).isEqualTo(all);
    }
  }

  @Example
  void epochsAndSeedsDiffer() {
    BatchOrder order = new BatchOrder(1000, 1000, 1);

    assertThat(order.rowsOf(0)).isNotEqualTo(order.rowsOf(1));
    assertThat(order.rowsOf(0)).isNotEqualTo(new BatchOrder(1000, 1000, 2).rowsOf(0));
    assertThat(order.rowsOf(0)).isEqualTo(new BatchOrder(1000, 1000, 1).rowsOf(0));
    assertThat(order.epochOf(3)).isEqualTo(3);
  }

  @Example
  void rowsLandEverywhereAlike() {
    // given where row 0 lands in each of many epochs, by tenths of the epoch
    int rows = 100;
    int[] tenths = new int[10];
    BatchOrder order = new BatchOrder(rows, rows, 7);
    for (long epoch = 0; epoch < 2000; epoch++) {
      int[] permutation = order.rowsOf(epoch);
      for (int i = 0; i < rows; i++) {
        if (permutation[i] == 0) {
          tenths[i / 10]++;
        }
      }
    }

    // then the counts are those of 2,000 fair draws: χ² with 9 degrees of freedom, p > 0.001
    double chi = Arrays.stream(tenths).mapToDouble(n -> (n - 200.0) * (n - 200.0) / 200).sum();
    assertThat(chi).isLessThan(27.9);
  }

  @Example
  void refusesNothingToOrder() {
    assertThatThrownBy(() -> new BatchOrder(0, 1, 1)).isInstanceOf(InvalidInputException.class);
    assertThatThrownBy(() -> new BatchOrder(1, 0, 1)).isInstanceOf(InvalidInputException.class);
  }
}
