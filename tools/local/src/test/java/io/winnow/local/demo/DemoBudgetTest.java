package io.winnow.local.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.winnow.contracts.InvalidInputException;
import io.winnow.contracts.spec.RunSpec;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DemoBudgetTest {
  @Test
  void theDefaultBudgetGivesTheDefaultAmounts() {
    assertThat(DemoBudget.of(Duration.ofMinutes(6))).isEqualTo(DemoBudget.FULL);
  }

  @Test
  void trainingIsProportionalToTheTimeAfterTheFixedPart() {
    // given half of the time that passes beside the fixed part
    Duration fixed = Duration.ofSeconds(45);
    Duration half = fixed.plus(DemoBudget.FULL.time().minus(fixed).dividedBy(2));

    // when
    DemoBudget budget = DemoBudget.of(half);

    // then
    assertThat(budget.trainingImages()).isEqualTo(DemoBudget.FULL.trainingImages() / 2);
    assertThat(budget.referenceImages()).isEqualTo(DemoBudget.FULL.referenceImages() / 2);
    assertThat(budget.proxyImages()).isEqualTo(DemoBudget.FULL.proxyImages() / 2);
  }

  @Test
  void moreTimeNeverBuysLessAndSurrogateAndSamplesHaveBounds() {
    DemoBudget before = DemoBudget.of(Duration.ofSeconds(75));
    for (int seconds = 80; seconds <= 3600; seconds += 5) {
      DemoBudget now = DemoBudget.of(Duration.ofSeconds(seconds));
      assertThat(now.trainingImages()).isGreaterThanOrEqualTo(before.trainingImages());
      assertThat(now.referenceImages()).isGreaterThanOrEqualTo(before.referenceImages());
      assertThat(now.surrogateImages())
          .isBetween(before.surrogateImages(), DemoBudget.FULL.surrogateImages())
          .isGreaterThanOrEqualTo(DemoBudget.FULL.surrogateImages() / 3);
      assertThat(now.samples()).isBetween(200, DemoBudget.FULL.samples());
      before = now;
    }
    assertThat(before.trainingImages()).isGreaterThan(DemoBudget.FULL.trainingImages());
  }

  @Test
  void comparesAShorterTimeWithTheDefault() {
    assertThat(DemoBudget.of(Duration.ofMinutes(2)).describe())
        .startsWith("Budget 2m: ")
        .contains(" training images per model (", " at 6m), reference ");
    assertThat(DemoBudget.FULL.describe()).doesNotContain("(");
  }

  @Test
  void aBudgetThatIsTooShortIsRejected() {
    assertThatThrownBy(() -> DemoBudget.of(Duration.ofSeconds(74)))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("1m14s")
        .hasMessageContaining("--budget 2m");
  }

  @Test
  void theArmsDifferOnlyInWhatIsCompared() {
    // when
    Map<String, RunSpec> arms =
        new DemoPlan(Path.of("/data"), null, DemoBudget.of(Duration.ofMinutes(2)), 0.1, 5).arms();

    // then
    assertThat(arms.keySet()).containsExactly("winnow", "random", "full");
    RunSpec winnow = arms.get("winnow");
    assertThat(winnow.selection().criterion()).isEqualTo("gaussian");
    assertThat(winnow.reweight().method()).isEqualTo("dro");
    assertThat(arms.get("random").selection().criterion()).isEqualTo("random");
    assertThat(arms.get("random").selection().ratio()).isEqualTo(0.1);
    assertThat(arms.get("full").selection().ratio()).isEqualTo(1);
    assertThat(arms.values())
        .allSatisfy(
            spec -> {
              assertThat(spec.dataset()).isEqualTo(winnow.dataset());
              assertThat(spec.surrogate()).isEqualTo(winnow.surrogate());
              assertThat(spec.model()).isEqualTo(winnow.model());
              assertThat(spec.training()).isEqualTo(winnow.training());
              assertThat(spec.sampling().images()).isEqualTo(winnow.sampling().images());
              assertThat(spec.seed()).isEqualTo(5);
            });
    assertThat(arms.get("random").reweight().method()).isEqualTo("uniform");
    assertThat(arms.get("full").reweight().method()).isEqualTo("uniform");
  }
}
