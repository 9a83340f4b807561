package io.winnow.experiments;

import io.winnow.contracts.ArtifactRef;
import io.winnow.contracts.Lineage;
import io.winnow.contracts.run.ClassQuality;
import io.winnow.contracts.run.CurvePoint;
import io.winnow.contracts.run.Measure;
import io.winnow.contracts.run.Memorisation;
import io.winnow.contracts.run.Quality;
import io.winnow.contracts.run.Run;
import io.winnow.contracts.run.RunReport;
import io.winnow.contracts.run.StageRecord;
import io.winnow.contracts.spec.RunSpec;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Reports of runs that never were. */
final class RunReports {
  private RunReports() {}

  /**
   * @param curve Fréchet distances at equal steps of training, the last of them the final model's
   * @param seconds by stage
   */
  static RunReport of(String id, RunSpec spec, Map<String, Double> seconds, double... curve) {
    Measure some = new Measure(0.5, 0.1);
    double last = curve[curve.length - 1];
    List<CurvePoint> points = new ArrayList<>();
    for (int i = 0; i < curve.length; i++) {
      double share = (i + 1.0) / curve.length;
      points.add(
          new CurvePoint(
              Math.round(share * spec.training().images()),
              share * seconds.get("train"),
              new Measure(curve[i], null),
              Arrays.asList(curve[i], null),
              100));
    }
    return new RunReport(
        new Run(id, spec, Instant.EPOCH),
        Lineage.of(null),
        1000,
        Math.round(1000 * spec.selection().ratio()),
        List.of("a <b>", "c"),
        List.of(1L, 2L),
        List.of(0.5, 1.5),
        last,
        null,
        500,
        200,
        "surrogate 0123456789abcdef",
        seconds.entrySet().stream()
            .map(
                e ->
                    new StageRecord(
                        e.getKey(),
                        new ArtifactRef("x/y", "y", null),
                        false,
                        new StageRecord.Cost(e.getValue(), 10),
                        Instant.EPOCH))
            .toList(),
        null,
        null,
        null,
        new Quality(
            500,
            200,
            new Measure(last, 0.2),
            some,
            some,
            some,
            some,
            some,
            new Memorisation(some, 0.01, 1.0, 1000),
            List.of(
                new ClassQuality("a <b>", 250, 100, last * 2, 0.5, 0.5, 0.5, 0.5),
                new ClassQuality("c", 250, 100, null, null, null, null, null))),
        points);
  }
}
