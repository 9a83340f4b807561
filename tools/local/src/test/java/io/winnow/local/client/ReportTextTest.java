package io.winnow.local.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.winnow.contracts.ArtifactRef;
import io.winnow.contracts.run.CurvePoint;
import io.winnow.contracts.run.Measure;
import io.winnow.contracts.run.Memorisation;
import io.winnow.contracts.run.Quality;
import io.winnow.contracts.run.Run;
import io.winnow.contracts.run.RunReport;
import io.winnow.contracts.run.StageRecord;
import io.winnow.contracts.spec.DatasetSpec;
import io.winnow.contracts.spec.RunSpec;
import io.winnow.local.client.CoresetCard.Figures;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ReportTextTest {
  private static StageRecord step(String stage, boolean reused, double seconds, long images) {
    return new StageRecord(
        stage,
        new ArtifactRef("x/0123456789abcdef", "0123456789abcdef", null),
        reused,
        new StageRecord.Cost(seconds, images),
        Instant.EPOCH);
  }

  private static RunReport report(double frechet, Double untrained, StageRecord... steps) {
    return report(null, List.of(), frechet, untrained, steps);
  }

  private static RunReport report(
      Quality quality,
      List<CurvePoint> curve,
      double frechet,
      Double untrained,
      StageRecord... steps) {
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
        null,
        quality,
        curve);
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
  void figuresOfQualityStandWithTheirSpreadAndTheSamplesTheyRestOn() {
    // given one report with all figures, of which few samples leave out one, and an old one
    Map<String, RunReport> reports = new LinkedHashMap<>();
    Quality quality =
        new Quality(
            1000,
            2000,
            new Measure(12.345, 0.678),
            new Measure(0.012345, 0.0006),
            new Measure(0.75, 0.02),
            new Measure(0.5, null),
            null,
            new Measure(0.25, 0.0125),
            new Memorisation(new Measure(0.032, 0.01), 0.0105, 0.9, 300),
            List.of());
    reports.put("new", report(quality, List.of(), 12.345, null));
    reports.put("old", report(3.456, null));

    // when
    String table = ReportText.table(reports);

    // then
    assertThat(table)
        .containsPattern("Fréchet distance +\\| +12\\.3 ± 0\\.7 \\| +3\\.46")
        .containsPattern("KID +\\| +0\\.0123 ± 0\\.0006 \\| +- ")
        .containsPattern("precision +\\| +0\\.750 ± 0\\.020 \\| +- ")
        .containsPattern("recall +\\| +0\\.500 \\| +- ")
        .containsPattern("density +\\| +- \\| +- ")
        .containsPattern("coverage +\\| +0\\.250 ± 0\\.013 \\| +- ")
        .containsPattern("near training images \\(expected\\) +\\| +3\\.2 % \\(1\\.1 %\\) \\| +- ")
        .containsPattern("samples +\\| +1,000 \\| +- ");
    assertThat(ReportText.footnote(reports.get("new")))
        .contains("95 %", "1,000 samples against 2,000 held-out images");
  }

  @Test
  void aCurveIsALineAPointWhereSnapshotsWereKept() {
    // given
    CurvePoint half = new CurvePoint(30_000, 45, new Measure(20, 1.0), List.of(), 500);
    CurvePoint end = new CurvePoint(60_000, 90, new Measure(9.5, 0.25), List.of(), 500);

    // when
    String curve = ReportText.curve(report(null, List.of(half, end), 1, null));

    // then
    assertThat(curve)
        .containsPattern("30,000 +\\| +45\\.0 \\| +20\\.0 ± 1\\.0 \\| +500")
        .containsPattern("60,000 +\\| +90\\.0 \\| +9\\.50 ± 0\\.25 \\| +500");
    assertThat(ReportText.curve(report(null, List.of(end), 1, null))).isEmpty();
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
            "Fréchet distance between 1,000 samples and 2,000 held-out images, from features"
                + " of surrogate 0123456789ab.");
    assertThat(ReportText.weights(report(1, null))).startsWith("a   1.250  ████");
  }
}
