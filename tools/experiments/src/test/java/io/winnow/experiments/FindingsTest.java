package io.winnow.experiments;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.winnow.contracts.run.Experiment;
import io.winnow.contracts.run.Experiment.Member;
import io.winnow.contracts.run.RunReport;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class FindingsTest {
  private static final ExperimentSpec SPEC =
      Specs.parse(
          """
          {"name": "a", "datasets": ["s"], "ratios": [0.25], "seeds": [1, 2],
           "run": {"training": {"images": 400}, "reweight": {"method": "uniform"}},
           "arms": [
             {"name": "full", "run": {"selection": {"criterion": "random", "ratio": 1}}},
             {"name": "gaussian+dro", "run": {"selection": {"criterion": "gaussian"},
                                              "reweight": {"method": "dro"}}},
             {"name": "never", "run": {"selection": {"criterion": "random"}}}]}
          """);
  private static final Experiment EXPERIMENT =
      new Experiment(
          "a-1",
          "a",
          "full",
          new Grid(SPEC, Path.of("/s")).members("a-1", Size.whole(SPEC)),
          List.of("A note."),
          Instant.EPOCH);

  private static Map<String, RunReport> reports() {
    Map<String, Double> base =
        Map.of("train", 100.0, "surrogate", 40.0, "encode", 10.0, "select", 1.0, "reweight", 0.0);
    Map<String, Double> dro =
        Map.of(
            "train",
            80.0,
            "surrogate",
            40.0,
            "encode",
            10.0,
            "select",
            2.0,
            "train-reference",
            20.0,
            "reweight",
            8.0);
    Map<String, RunReport> reports = new LinkedHashMap<>();
    for (Member member : EXPERIMENT.runs()) {
      RunReport report =
          switch (member.arm()) {
            // its own final quality, 4, is first met after half of the training
            case "full" -> RunReports.of(member.run(), member.spec(), base, 8, 4, 5, 4);
            case "gaussian+dro" -> RunReports.of(member.run(), member.spec(), dro, 4, 3, 3, 2);
            default -> RunReports.of(member.run(), member.spec(), base, 9, 8, 7, 6);
          };
      reports.put(member.run(), report);
    }
    return reports;
  }

  @Test
  void comparesWhatItCostToReachTheBaseline() {
    // when
    Findings findings = Findings.of(EXPERIMENT, reports(), Map.of());

    // then the baseline needed 200 images and 50 s, the arm 100 images and 20 s
    Findings.Arm dro = findings.arms().get(1);
    assertThat(dro.title()).isEqualTo("gaussian+dro 25 %");
    assertThat(dro.reached()).isEqualTo(2);
    assertThat(dro.timesFewerImages().mean()).isEqualTo(2, within(1e-12));
    assertThat(dro.timesFaster().mean()).isEqualTo(2.5, within(1e-12));
    // and in all 51 s against 20 + 40 + 10 + 2 + 20 + 8
    assertThat(dro.timesFasterWhole().mean()).isEqualTo(51.0 / 100, within(1e-12));
    assertThat(dro.overheadSeconds().mean()).isEqualTo(80, within(1e-12));
    assertThat(dro.overheadShare().mean()).isEqualTo(0.5, within(1e-12));
    assertThat(dro.frechet().deviation()).isZero();
    assertThat(dro.worstClass()).isEqualTo("a <b>");
    assertThat(dro.worstFrechet().mean()).isEqualTo(4);
  }

  @Test
  void aRandomCoresetHasNoFeatureOverhead() {
    // when
    Findings findings = Findings.of(EXPERIMENT, reports(), Map.of());

    // then
    assertThat(findings.arms().get(0).overheadSeconds().mean()).isEqualTo(1);
    assertThat(findings.arms().get(0).timesFaster().mean()).isEqualTo(1);
  }

  @Test
  void anArmThatNeverReachesTheBaselineHasNoRatio() {
    // when
    Findings findings = Findings.of(EXPERIMENT, reports(), Map.of());

    // then
    Findings.Arm never = findings.arms().get(2);
    assertThat(never.reached()).isZero();
    assertThat(never.timesFaster()).isNull();
    assertThat(MarkdownReport.of(findings, List.of("A fact.")))
        .contains("- A fact.", "| never 25 % | 2 of 2 | 0 of 2 | – | – | – |");
  }

  @Test
  void missingRunsAreListedAndLeftOut() {
    // given neither the second seed's baseline nor its arm
    Map<String, RunReport> some = reports();
    some.remove("a-1-04");
    some.remove("a-1-05");

    // when
    Findings findings =
        Findings.of(EXPERIMENT, some, Map.of("a-1-04", "time is up", "a-1-05", "time is up"));

    // then
    assertThat(findings.arms().get(0).runs()).isEqualTo(1);
    assertThat(findings.arms().get(0).planned()).isEqualTo(2);
    assertThat(findings.arms().get(1).frechet().deviation()).isNull();
    assertThat(findings.runs())
        .filteredOn(f -> f.seed() == 2)
        .extracting(Finding::target)
        .containsOnlyNulls();
    assertThat(MarkdownReport.of(findings, List.of())).contains("`a-1-04`: time is up");
  }
}
