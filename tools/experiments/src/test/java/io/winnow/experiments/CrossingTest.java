package io.winnow.experiments;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

class CrossingTest {
  private static final List<double[]> CURVE =
      List.of(
          new double[] {100, 9},
          new double[] {200, 5},
          new double[] {300, 6},
          new double[] {400, 3});

  @Test
  void isInterpolatedBetweenTwoPoints() {
    // when
    OptionalDouble at = first(6);

    // then 9 → 5 over 100: three quarters of the way
    assertThat(at.orElseThrow()).isEqualTo(175, within(1e-12));
  }

  @Test
  void isTheFirstOfSeveral() {
    // when the curve comes down to 5.5 twice
    OptionalDouble at = first(5.5);

    // then
    assertThat(at.orElseThrow()).isEqualTo(187.5, within(1e-12));
  }

  @Test
  void isAPointWhereTheCurveHasThatValue() {
    // when
    OptionalDouble at = first(5);

    // then
    assertThat(at.orElseThrow()).isEqualTo(200);
  }

  @Test
  void isTheFirstPointIfItIsAlreadyBelow() {
    // when
    OptionalDouble at = first(10);

    // then
    assertThat(at.orElseThrow()).isEqualTo(100);
  }

  @Test
  void isEmptyWhenTheCurveStaysAbove() {
    // when
    OptionalDouble at = first(2.9);

    // then
    assertThat(at).isEmpty();
  }

  private static OptionalDouble first(double target) {
    return Crossing.first(CURVE, p -> p[0], p -> p[1], target);
  }
}
