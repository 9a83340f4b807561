package io.winnow.trainer.quality;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.winnow.contracts.InvalidInputException;
import io.winnow.contracts.Json;
import io.winnow.storage.features.FeatureStatistics;
import org.junit.jupiter.api.Test;

class SampleQualityTest {

  // One feature; class 0 at 0 and 2 (mean 1, variance 2), class 1 at 5 + shift, once.
  private static FeatureStatistics statistics(float shift) {
    FeatureStatistics statistics = new FeatureStatistics(2, 1);
    statistics.add(new float[] {shift, 2 + shift, 5 + shift}, new int[] {0, 0, 1});
    return statistics;
  }

  @Test
  void takesTheDistanceOverAllAndPerClassWhereItSaysSomething() {
    // given samples that are the held-out rows moved by 3
    SampleQuality quality = SampleQuality.of(statistics(3), statistics(0));

    // then the distance is the shift's square, and a class of one row has none
    assertThat(quality.distance()).isCloseTo(9, within(1e-9));
    assertThat(quality.perClass()).hasSize(2);
    assertThat(quality.perClass().get(0)).isCloseTo(9, within(1e-9));
    assertThat(quality.perClass().get(1)).isNull();
    assertThat(quality.samples()).isEqualTo(3);
    assertThat(quality.heldout()).isEqualTo(3);
    assertThat(quality.rowsForClass()).isEqualTo(2);
  }

  @Test
  void dividesByOneLessThanTheRows() {
    // given rows 0 and 2 against 0 and 4: variances 2 and 8 with n − 1
    FeatureStatistics two = new FeatureStatistics(1, 1);
    two.add(new float[] {0, 2}, new int[] {0, 0});
    FeatureStatistics four = new FeatureStatistics(1, 1);
    four.add(new float[] {0, 4}, new int[] {0, 0});

    // then (1 − 2)² + (√2 − √8)²
    assertThat(SampleQuality.of(two, four).distance()).isCloseTo(1 + 2, within(1e-9));
  }

  @Test
  void survivesJsonWithAClassLeftOut() {
    // given
    Evaluation evaluation = new Evaluation(SampleQuality.of(statistics(1), statistics(0)), null);

    // when, then
    assertThat(Json.parse(Json.bytes(evaluation), Evaluation.class, "evaluation"))
        .isEqualTo(evaluation);
  }

  @Test
  void saysWhatIsMissing() {
    FeatureStatistics one = new FeatureStatistics(2, 1);
    one.add(new float[] {1}, new int[] {0});
    assertThatThrownBy(() -> SampleQuality.of(one, statistics(0)))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("two samples")
        .hasMessageContaining("sampling.images");
    assertThatThrownBy(() -> SampleQuality.of(statistics(0), one))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("two held-out images");
    FeatureStatistics wide = new FeatureStatistics(2, 2);
    wide.add(new float[] {1, 2, 3, 4}, new int[] {0, 1});
    assertThatThrownBy(() -> SampleQuality.of(wide, statistics(0)))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("one surrogate");
  }
}
