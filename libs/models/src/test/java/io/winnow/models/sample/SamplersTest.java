package io.winnow.models.sample;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.winnow.contracts.InvalidInputException;
import io.winnow.contracts.spec.SamplingSpec;
import io.winnow.contracts.spec.SamplingSpec.GuidanceSchedule;
import io.winnow.contracts.spec.SamplingSpec.Sampler;
import io.winnow.contracts.spec.SamplingSpec.Spacing;
import io.winnow.contracts.spec.SamplingSpecBuilder;
import io.winnow.models.train.NoiseSchedule;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SamplersTest {
  private static final NoiseSchedule SCHEDULE = NoiseSchedule.linear();

  @Test
  void spacingsAreThoseOfTheirNames() {
    assertThat(Timesteps.of(Spacing.TRAILING, 1000, 4)).containsExactly(249, 499, 749, 999);
    assertThat(Timesteps.of(Spacing.LEADING, 1000, 4)).containsExactly(0, 250, 500, 750);
    assertThat(Timesteps.of(Spacing.LINSPACE, 1000, 4)).containsExactly(0, 333, 666, 999);
    for (Spacing spacing : Spacing.values()) {
      assertThat(Timesteps.of(spacing, 3, 3)).as(spacing.name()).containsExactly(0, 1, 2);
    }
  }

  @Test
  void refusesStepsThatASpacingDoesNotHave() {
    // given: a stride of 3 visits 334 timesteps, one of 4 visits 250
    assertThatThrownBy(() -> Timesteps.of(Spacing.LEADING, 1000, 300))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("300 of 1000")
        .hasMessageContaining("250");
    assertThatThrownBy(() -> Timesteps.of(Spacing.LINSPACE, 10, 11))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("11 steps");
  }

  @ParameterizedTest
  @CsvSource({"999, 1.0000", "500, 1.0269", "250, 1.6365", "0, 3.8"})
  void powerCosineRisesToTheScale(int t, double expected) {
    Guidance guidance = new Guidance(3.8, GuidanceSchedule.POWER_COSINE, 4);

    assertThat(guidance.at(t, 1000)).isCloseTo(expected, within(6e-4));
    assertThat(Guidance.constant(3.8).at(t, 1000)).isEqualTo(3.8);
  }

  @Test
  void respacedDdpmIsThePosteriorOfTheShortChain() {
    // given the chain that visits 0, 500 and 999
    double[] alphas = SCHEDULE.alphasCumprod();
    List<SamplerStep> steps = Samplers.steps(SCHEDULE, Sampler.DDPM, new int[] {0, 500, 999}, 0.3);

    // when the step from 999 to 500 is taken of any x and x0
    SamplerStep step = steps.get(0);
    double x = 0.7;
    double image = -0.3;
    double noise = (x - step.signal() * image) / step.spread();
    double mean = step.nextSignal() * image + step.direction() * noise;

    // then its mean is that of Ho et al., eq. 7, with the short chain's beta
    double next = alphas[500];
    double beta = 1 - alphas[999] / next;
    double expected =
        Math.sqrt(next) * beta / (1 - alphas[999]) * image
            + Math.sqrt(1 - beta) * (1 - next) / (1 - alphas[999]) * x;
    assertThat(mean).isCloseTo(expected, within(1e-12));
    assertThat(Math.exp(step.logLargest())).isCloseTo(beta, within(1e-12));
    assertThat(Math.exp(step.logSmallest()))
        .isCloseTo(beta * (1 - next) / (1 - alphas[999]), within(1e-12));
    assertThat(step.ancestral()).isTrue();
    assertThat(steps.get(2).sigma()).isZero();
  }

  @Test
  void ddimHasItsOwnVarianceWithAnyEta() {
    int[] timesteps = {0, 500, 999};

    SamplerStep full = Samplers.steps(SCHEDULE, Sampler.DDIM, timesteps, 1).get(0);
    SamplerStep part = Samplers.steps(SCHEDULE, Sampler.DDIM, timesteps, 0.7).get(0);

    assertThat(full.ancestral()).isFalse();
    assertThat(part.sigma()).isCloseTo(0.7 * full.sigma(), within(1e-15));
  }

  @Test
  void aSpecsSettingsBecomeThePlan() {
    // given nothing but the sampler
    SamplingSpec ddpm = SamplingSpecBuilder.builder().sampler(Sampler.DDPM).build();

    // then all timesteps are visited, and settings replace that
    assertThat(SamplingPlan.of(ddpm, 3))
        .isEqualTo(SamplingPlan.ddpm(1000, 1, 100, SamplingPlan.seed(3)));
    SamplingSpec mdt =
        SamplingSpecBuilder.builder()
            .sampler(Sampler.DDPM)
            .steps(250)
            .guidance(3.8)
            .guidanceSchedule(GuidanceSchedule.POWER_COSINE)
            .clip(true)
            .build();
    SamplingPlan plan = SamplingPlan.of(mdt, 3);
    assertThat(plan.steps()).isEqualTo(250);
    assertThat(plan.spacing()).isEqualTo(Spacing.LINSPACE);
    assertThat(plan.guidance()).isEqualTo(new Guidance(3.8, GuidanceSchedule.POWER_COSINE, 4));
    assertThat(plan.clip()).isTrue();
    assertThat(plan.passes()).isEqualTo(500);
  }
}
