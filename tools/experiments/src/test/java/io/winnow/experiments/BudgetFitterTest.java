package io.winnow.experiments;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.winnow.contracts.InvalidInputException;
import java.time.Duration;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.Test;

class BudgetFitterTest {
  private final ExperimentSpec spec =
      Specs.parse(
          """
          {"name": "a", "datasets": ["s"], "ratios": [0.5], "seeds": [1, 2],
           "arms": [{"name": "x"}, {"name": "y"}, {"name": "z"}]}
          """);
  // 100 s per training, 10 s for all samples, 5 s fixed
  private final ToDoubleFunction<Size> seconds =
      s -> s.seeds() * s.arms() * (5 + 100 * s.share() + Math.min(10_000, s.samples()) / 1000.0);

  @Test
  void keepsASizeThatFits() {
    // when all of it takes 690 s
    Size size = new BudgetFitter(spec, seconds).fit(of(690));

    // then
    assertThat(size).isEqualTo(Size.whole(spec));
  }

  @Test
  void reducesTrainingImagesFirst() {
    // when
    Size size = new BudgetFitter(spec, seconds).fit(of(390));

    // then
    assertThat(size.seeds()).isEqualTo(2);
    assertThat(size.arms()).isEqualTo(3);
    assertThat(size.samples()).isEqualTo(Integer.MAX_VALUE);
    assertThat(size.share()).isEqualTo(0.5, within(1e-4));
    assertThat(seconds.applyAsDouble(size)).isLessThan(390.01);
  }

  @Test
  void thenDrawsFewerSamples() {
    // when a fifth of the images and all samples would take 210 s
    Size size = new BudgetFitter(spec, seconds).fit(of(200));

    // then
    assertThat(size.samples()).isEqualTo(5_000);
    assertThat(size.seeds()).isEqualTo(2);
    assertThat(size.share()).isGreaterThanOrEqualTo(0.2);
  }

  @Test
  void thenLeavesSeedsOut() {
    // when
    Size size = new BudgetFitter(spec, seconds).fit(of(110));

    // then
    assertThat(size.seeds()).isEqualTo(1);
    assertThat(size.arms()).isEqualTo(3);
  }

  @Test
  void leavesTheLastArmsOutLast() {
    // when
    Size size = new BudgetFitter(spec, seconds).fit(of(60));

    // then
    assertThat(size.seeds()).isEqualTo(1);
    assertThat(size.arms()).isEqualTo(2);
  }

  @Test
  void describesWhatItLeavesOut() {
    // given
    Size size = new Size(0.3, 2_000, 1, 2);

    // when
    List<String> notes =
        BudgetFitter.notes(
            spec, new Grid(spec, java.nio.file.Path.of("/d")), size, Duration.ofMinutes(30));

    // then
    assertThat(notes)
        .containsExactly(
            "To fit 30 minutes, models are trained on 30 % of the images in the spec.",
            "To fit 30 minutes, at most 2,000 samples are drawn.",
            "To fit 30 minutes, only the seeds [1] are run.",
            "To fit 30 minutes, the arms [z] are left out.");
  }

  @Test
  void refusesATimeInWhichNothingCanBeCompared() {
    // given
    BudgetFitter fitter = new BudgetFitter(spec, seconds);

    // when, then two arms at 2 % with 1,000 samples take 16 s
    assertThatThrownBy(() -> fitter.fit(of(10)))
        .isInstanceOfSatisfying(
            InvalidInputException.class,
            e -> {
              assertThat(e.problem()).contains("too short");
              assertThat(e.remedy()).contains("at least 1 minutes");
            });
  }

  /** A budget that leaves the given number of seconds after the reserve. */
  private static Duration of(double seconds) {
    return Duration.ofMillis(Math.round(seconds * 1000 / 0.85) + 1);
  }
}
