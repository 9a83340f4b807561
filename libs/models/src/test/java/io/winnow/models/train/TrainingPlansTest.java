package io.winnow.models.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.winnow.contracts.spec.ModelSpec;
import io.winnow.contracts.spec.ReweightSpec;
import io.winnow.contracts.spec.ReweightSpecBuilder;
import io.winnow.contracts.spec.TrainingSpec;
import io.winnow.contracts.spec.TrainingSpecBuilder;
import io.winnow.models.architecture.DenoiserConfig;
import io.winnow.models.denoiser.ExampleSpec;
import io.winnow.torch.kernel.Precision;
import io.winnow.torch.optimiser.AdamSettings;
import io.winnow.torch.optimiser.Adan;
import io.winnow.torch.optimiser.AdanSettings;
import io.winnow.torch.optimiser.Optimiser;
import io.winnow.torch.optimiser.StepSchedule;
import org.junit.jupiter.api.Test;

class TrainingPlansTest {
  private static final DenoiserConfig UNET =
      DenoiserConfig.of(ModelSpec.preset("ddpm-tiny"), ExampleSpec.pixels(1, 28, 28), 10);
  private static final TrainingSpec TRAINING =
      TrainingSpecBuilder.builder()
          .images(6_400L)
          .batch(64)
          .learningRate(2e-3)
          .warmupImages(640L)
          .maxGradNorm(0.5)
          .emaDecay(0.99)
          .classDropoutProb(0.2)
          .horizontalFlip(false)
          .schedule(TrainingSpec.Schedule.COSINE)
          .minSnr(true)
          .prediction(TrainingSpec.Prediction.V)
          .precision(TrainingSpec.Precision.BF16)
          .microBatch(16)
          .weightDecay(0.01)
          .build();

  @Test
  void theModelsPlanIsTheSpecs() {
    TrainingPlan plan = TrainingPlans.model(UNET, TRAINING, 5);

    assertThat(plan.schedule()).isEqualTo(NoiseSchedule.cosine().with(Prediction.V));
    assertThat(plan.precision()).isEqualTo(Precision.BF16);
    assertThat(plan.microBatch()).isEqualTo(16);
    assertThat(plan.objective()).isEqualTo(new Objective(5, 0.2));
    assertThat(plan.optimiser())
        .isEqualTo(new AdamSettings(2e-3, 0.9, 0.999, 0.01, 10, 100, 0.02, 0.5, 0.99));
    assertThat(plan.seed()).isEqualTo(5);
    // then the rate rises over 10 steps and falls to a fiftieth by step 100
    assertThat(plan.optimiser().rate(0)).isCloseTo(2e-4, within(1e-6));
    assertThat(plan.optimiser().rate(50)).isCloseTo(1.02e-3, within(1e-6));
    assertThat(plan.optimiser().rate(100)).isCloseTo(4e-5, within(1e-9));
  }

  @Test
  void adanHasTheSettingsOfMdtAndTheSpecsRates() {
    // when
    TrainingSpec adan =
        TrainingSpecBuilder.builder(TRAINING).optimiser(TrainingSpec.Optimiser.ADAN).build();

    // then
    Optimiser optimiser = TrainingPlans.model(UNET, adan, 5).optimiser();
    assertThat(optimiser)
        .isEqualTo(
            new Adan(
                new AdanSettings(0.98, 0.92, 0.99, 1e-8, 0.01, false, 0.5),
                new StepSchedule(2e-3, 10, 100, 0.02, 0.99)));
    assertThat(optimiser.rate(50))
        .isEqualTo(TrainingPlans.model(UNET, TRAINING, 5).optimiser().rate(50));
    ReweightSpec reweight = ReweightSpecBuilder.builder().build();
    assertThat(TrainingPlans.reweight(UNET, adan, reweight, 6).optimiser())
        .isInstanceOf(Adan.class);
  }

  @Test
  void referenceAndProxyKeepAConstantRateAndWeighTimestepsAlike() {
    ReweightSpec reweight = ReweightSpecBuilder.builder().batch(32).learningRate(1e-3).build();

    TrainingPlan plan = TrainingPlans.reweight(UNET, TRAINING, reweight, 6);

    assertThat(plan.objective().minSnr()).isZero();
    assertThat(plan.optimiser().rate(19)).isEqualTo(1e-3);
    assertThat(plan.optimiser().rate(1_000_000)).isEqualTo(1e-3);
  }
}
