package io.winnow.selector;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Scale;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class QuotaTest {

  @ParameterizedTest
  @CsvSource({
    "0.1, 30, 3",
    "0.07, 100, 7",
    "0.29, 100, 29",
    "0.57, 100, 57",
    "0.3, 10, 3",
    "0.25, 1200, 300",
    "0.25, 1201, 301",
    "1.0, 17, 17",
    "1e-9, 5, 1",
    "0.5, 1, 1",
    "0.5, 0, 0"
  })
  void roundsTheWrittenRatioUp(double ratio, int rows, int expected) {
    assertThat(Quota.of(ratio, rows)).isEqualTo(expected);
  }

  @Property
  void isTheLeastWholeNumberNotBelowTheProduct(
      @ForAll @DoubleRange(min = 0, minIncluded = false, max = 1) @Scale(7) double ratio,
      @ForAll @IntRange(min = 1, max = 2_000_000) int rows) {
    // when
    int quota = Quota.of(ratio, rows);

    // then
    BigDecimal product = new BigDecimal(Double.toString(ratio)).multiply(new BigDecimal(rows));
    assertThat(new BigDecimal(quota)).isGreaterThanOrEqualTo(product);
    assertThat(new BigDecimal(quota - 1)).isLessThan(product);
    assertThat(quota).isBetween(1, rows);
  }
}
