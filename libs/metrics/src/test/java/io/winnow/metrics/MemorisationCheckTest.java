package io.winnow.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.winnow.contracts.run.Memorisation;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class MemorisationCheckTest {
  // squares of 1 … 400: the threshold is the fifth, 5
  private static final double[] HELDOUT =
      IntStream.rangeClosed(1, 400).mapToDouble(i -> (double) i * i).toArray();

  @Test
  void copiesLieNearerThanHeldOutImagesDo() {
    // given samples of which a quarter lie next to a trained image
    double[] samples = new double[200];
    Arrays.setAll(samples, i -> i % 4 == 0 ? 1e-6 : 100.0 * 100);

    // when
    Memorisation found = MemorisationCheck.of(samples, HELDOUT, 7);

    // then
    assertThat(found.share().value()).isEqualTo(0.25);
    assertThat(found.share().spread()).isPositive();
    assertThat(found.expected()).isEqualTo(5.0 / 401);
    assertThat(found.distanceRatio()).isEqualTo(0.5);
    assertThat(found.trained()).isEqualTo(7);
  }

  @Test
  void theExpectedShareIsThatOfHeldOutImagesThemselves() {
    // given every held-out image as a sample in turn, against the others
    double share = 0;
    double expected = 0;
    for (int i = 0; i < 400; i++) {
      int one = i;
      double[] others =
          IntStream.range(0, 400).filter(j -> j != one).mapToDouble(j -> HELDOUT[j]).toArray();

      // when
      Memorisation found = MemorisationCheck.of(new double[] {HELDOUT[i]}, others, 1);

      // then
      share += found.share().value() / 400;
      expected = found.expected();
    }
    assertThat(share).isCloseTo(expected, within(1e-12));
  }

  @Test
  void heldOutImagesThatWereTrainedOnLeaveNoRatio() {
    // given a data set whose held-out images are its trained ones
    Memorisation found = MemorisationCheck.of(new double[] {4}, new double[] {0, 0}, 2);

    // then
    assertThat(found.distanceRatio()).isNull();
    assertThat(found.share().value()).isZero();
  }
}
