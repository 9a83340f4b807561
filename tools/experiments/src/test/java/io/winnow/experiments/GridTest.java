package io.winnow.experiments;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.winnow.contracts.InvalidInputException;
import io.winnow.contracts.run.Experiment.Member;
import io.winnow.contracts.spec.RunSpec;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class GridTest {
  private static final Path DATA = Path.of("/data/set");

  private final ExperimentSpec spec =
      Specs.parse(
          """
          {"name": "tiny", "datasets": ["set"],
           "run": {"training": {"images": 1000, "batch": 10}, "sampling": {"images": 500}},
           "arms": [
             {"name": "gaussian+dro", "run": {"selection": {"criterion": "gaussian"},
              "reweight": {"method": "dro"}}},
             {"name": "full", "run": {"selection": {"criterion": "random", "ratio": 1},
              "reweight": {"method": "uniform"}}},
             {"name": "once", "run": {"selection": {"criterion": "moderate"}}, "seeds": [2],
              "ratios": [0.3]}],
           "baseline": "full", "ratios": [0.1, 0.4], "seeds": [1, 2]}
          """);

  @Test
  void ordersRunsBySeedWithTheBaselineFirst() {
    // when
    List<Member> members = new Grid(spec, DATA).members("tiny-1", Size.whole(spec));

    // then
    assertThat(members)
        .extracting(m -> m.seed() + " " + Findings.title(m.arm(), m.ratio()))
        .containsExactly(
            "1 full",
            "1 gaussian+dro 10 %",
            "1 gaussian+dro 40 %",
            "2 full",
            "2 gaussian+dro 10 %",
            "2 gaussian+dro 40 %",
            "2 once 30 %");
    assertThat(members).extracting(Member::run).first().isEqualTo("tiny-1-01");
  }

  @Test
  void appliesAnArmAsAPatchToTheCommonSettings() {
    // when
    RunSpec run = new Grid(spec, DATA).members("t", Size.whole(spec)).get(2).spec();

    // then
    assertThat(run.dataset().source()).isEqualTo("/data/set");
    assertThat(run.selection().criterion()).isEqualTo("gaussian");
    assertThat(run.selection().ratio()).isEqualTo(0.4);
    assertThat(run.reweight().method()).isEqualTo("dro");
    assertThat(run.training().images()).isEqualTo(1000);
    assertThat(run.training().snapshotImages()).isEqualTo(100);
    assertThat(run.sampling().images()).isEqualTo(500);
    assertThat(run.surrogate().seed()).isZero();
    assertThat(run.seed()).isEqualTo(1);
  }

  @Test
  void drawsTenThousandSamplesByDefault() {
    // given
    ExperimentSpec silent =
        Specs.parse(
            """
            {"name": "a", "datasets": ["s"], "ratios": [0.5],
             "arms": [{"name": "x", "run": {}}, {"name": "y", "run": {}}]}
            """);

    // when
    RunSpec run = new Grid(silent, DATA).members("t", Size.whole(silent)).get(0).spec();

    // then
    assertThat(run.sampling().images()).isEqualTo(10_000);
  }

  @Test
  void scalesAmountsDown() {
    // given
    Size quarter = new Size(0.25, 200, 1, 2);

    // when
    List<Member> members = new Grid(spec, DATA).members("t", quarter);

    // then
    assertThat(members).hasSize(3);
    RunSpec run = members.get(1).spec();
    assertThat(run.training().images()).isEqualTo(250);
    assertThat(run.training().snapshotImages()).isEqualTo(50);
    assertThat(run.reweight().proxyImages()).isEqualTo(3_000);
    assertThat(run.reweight().referenceImages()).isEqualTo(6_000);
    assertThat(run.surrogate().images()).isEqualTo(12_000);
    assertThat(run.sampling().images()).isEqualTo(200);
    assertThat(run.sampling().curveImages()).isEqualTo(100);
    assertThat(run.reweight().method()).isEqualTo("dro");
  }

  @Test
  void namesTheArmWithAnInvalidSpec() {
    // given
    ExperimentSpec wrong =
        Specs.parse(
            """
            {"name": "a", "datasets": ["s"], "ratios": [0.5],
             "arms": [{"name": "x", "run": {}},
                      {"name": "odd", "run": {"selection": {"criterium": "gaussian"}}}]}
            """);
    Grid grid = new Grid(wrong, DATA);

    // when, then
    assertThatThrownBy(() -> grid.members("t", Size.whole(wrong)))
        .isInstanceOfSatisfying(
            InvalidInputException.class,
            e -> {
              assertThat(e.problem()).contains("\"odd\"", "selection.criterium");
              assertThat(e.remedy()).contains("criterion");
            });
  }

  @Test
  void rejectsABaselineWithSeveralRatios() {
    // given
    ExperimentSpec wrong =
        Specs.parse(
            """
            {"name": "a", "datasets": ["s"], "ratios": [0.5, 0.1],
             "arms": [{"name": "x", "run": {}}, {"name": "y", "run": {}}]}
            """);
    Grid grid = new Grid(wrong, DATA);

    // when, then
    assertThatThrownBy(() -> grid.members("t", Size.whole(wrong)))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("baseline");
  }
}
