package io.winnow.local.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.winnow.contracts.ArtifactRef;
import io.winnow.contracts.Run;
import io.winnow.contracts.RunReport;
import io.winnow.contracts.StepRecord;
import io.winnow.contracts.spec.DatasetSpec;
import io.winnow.contracts.spec.RunSpec;
import io.winnow.local.run.CoresetCard.Figures;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ReportTextTest {
  private static StepRecord step(String stage, boolean reused, double seconds, long images) {
    return new StepRecord(
        stage,
        new ArtifactRef("x/0123456789abcdef", "0123456789abcdef", null),
        reused,
        new StepRecord.Cost(seconds, images),
        Instant.EPOCH);
  }

  private static RunReport report(double frechet, Double untrained, StepRecord... steps) {
    return new RunReport(
        new Run("r", RunSpec.of(DatasetSpec.of("d")), Instant.EPOCH),
        null,
        12_000,
        3_000,
        List.of("a", "b"),
        List.of(1500L, 1500L),
        List.of(1.25, 0.75),
        frechet,
        untrained,
        1000,
        2000,
        "surrogate 0123456789abcdef0123",
        List.of(steps),
        null,
        null,
        null);
  }

  @Test
  void runsStandSideBySideWithWhatEachPaid() {
    // given one run that paid for encoding and one that reused it
    Map<String, RunReport> reports = new LinkedHashMap<>();
    reports.put(
        "winnow",
        report(
            12.345, 310.0, step("encode", false, 20.04, 14_000), step("train", false, 90, 60_000)));
    reports.put(
        "random",
        report(3.456, null, step("encode", true, 20.04, 14_000), step("polish", false, 1, 0)));

    // when
    String table = ReportText.table(reports);

    // then
    assertThat(table)
        .containsPattern("\\| +\\| +winnow \\| +random \\|")
        .containsPattern("images kept +\\| 3,000 of 12,000 \\| 3,000 of 12,000")
        .containsPattern("images through networks +\\| +74,000 \\| +14,000")
        .containsPattern("seconds: encode +\\| +20\\.0 \\| +\\(20\\.0\\)")
        .containsPattern("seconds: train +\\| +90\\.0 \\| +- ")
        // a stage that this program does not know is shown all the same
        .containsPattern("seconds: polish +\\| +- \\| +1\\.0 ")
        .containsPattern("seconds: total +\\| +110\\.0 \\| +21\\.0")
        .containsPattern("Fréchet distance +\\| +12\\.3 \\| +3\\.46")
        .containsPattern("untrained model +\\| +310\\.0 \\| +- ");
  }

  @Test
  void coresetsShowHowWellTheyStandForTheSplit() {
    // given one run whose coreset has a card, and one without
    Map<String, RunReport> reports = new LinkedHashMap<>();
    reports.put("winnow", report(1, null));
    reports.put("old", report(1, null));

    // when
    String table =
        ReportText.table(reports, Map.of("winnow", new Figures(null, 9L, 3L, 0.914, 0.8, null)));

    // then
    assertThat(table)
        .containsPattern("recall +\\| +0\\.91 \\| +- ")
        .containsPattern("coverage +\\| +0\\.80 \\| +- ")
        .containsPattern("variance kept +\\| +- \\| +- ");
    assertThat(ReportText.table(reports)).doesNotContain("recall");
  }

  @Test
  void whatWasReusedIsNamedByItsDigest() {
    assertThat(ReportText.reused(report(1, null, step("encode", true, 1, 1))))
        .isEqualTo("encode 0123456789ab");
    assertThat(ReportText.reused(report(1, null, step("train", false, 1, 1)))).isEmpty();
  }

  @Test
  void saysWhatAFigureRestsOn() {
    assertThat(ReportText.footnote(report(1, null)))
        .isEqualTo(
            "Fréchet distance between 1,000 samples and 2,000 held-out images, in the space of"
                + " surrogate 0123456789ab.");
    assertThat(ReportText.weights(report(1, null))).startsWith("a   1.250  ████");
  }
}
