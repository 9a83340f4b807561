package io.winnow.experiments;

import io.winnow.contracts.run.CurvePoint;
import io.winnow.contracts.run.RunReport;
import io.winnow.contracts.run.StageRecord;
import io.winnow.contracts.spec.Catalog;
import io.winnow.contracts.spec.CriterionInfo.Needs;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.OptionalDouble;
import java.util.Set;

/**
 * What one run came to, beside the baseline of its seed.
 *
 * <p>The target is the baseline's quality at the end of its own training, at the curve's number of
 * samples. Where a curve meets the target, images seen and training seconds so far are what this
 * quality cost; for the baseline too, whose curve may have been there before its end.
 *
 * @param run its id
 * @param arm what was tried
 * @param ratio share of each class kept; null where it was said otherwise
 * @param seed of the run
 * @param frechet of the final model
 * @param worstClass name of the class with the greatest distance; null where classes have none
 * @param worstFrechet its distance
 * @param overheadSeconds what the arm needs beyond training: for a criterion that looks at features
 *     the surrogate and encoding, selection, reference, proxy
 * @param trainingSeconds of the whole training
 * @param target that was to be reached; null without a baseline
 * @param images seen when it was; null when it was not
 * @param seconds of training then
 * @param timesFewerImages the baseline's images over {@code images}
 * @param timesFaster the baseline's seconds of training over {@code seconds}
 * @param timesFasterWhole the same with each one's overhead added
 */
public record Finding(
    String run,
    String arm,
    Double ratio,
    long seed,
    double frechet,
    String worstClass,
    Double worstFrechet,
    double overheadSeconds,
    double trainingSeconds,
    Double target,
    Double images,
    Double seconds,
    Double timesFewerImages,
    Double timesFaster,
    Double timesFasterWhole) {

  static final String TRAIN = "train";
  private static final Set<String> FEATURES = Set.of("surrogate", "encode");
  private static final Set<String> CHOICE =
      Set.of("select", "score-losses", "train-reference", "reweight");

  /** Share of all that the arm needs which is not training. */
  public double overheadShare() {
    return overheadSeconds / (overheadSeconds + trainingSeconds);
  }

  /**
   * @param baseline the baseline's report of the same seed; null where there is none
   */
  static Finding of(RunReport report, String arm, Double ratio, RunReport baseline) {
    int worst = worst(report.quality().perClass().stream().map(c -> c.frechet()).toList());
    double overhead = overheadSeconds(report);
    double training = seconds(report, Set.of(TRAIN));
    Double target = baseline == null ? null : last(baseline).frechet().value();
    Double images = target == null ? null : reached(report.curve(), CurvePoint::images, target);
    Double seconds = target == null ? null : reached(report.curve(), CurvePoint::seconds, target);
    boolean there = images != null;
    double baseImages = there ? reached(baseline.curve(), CurvePoint::images, target) : Double.NaN;
    double baseSeconds =
        there ? reached(baseline.curve(), CurvePoint::seconds, target) : Double.NaN;
    double baseOverhead = there ? overheadSeconds(baseline) : Double.NaN;
    return new Finding(
        report.run().id(),
        arm,
        ratio,
        report.run().spec().seed(),
        report.frechet(),
        worst < 0 ? null : report.quality().perClass().get(worst).name(),
        worst < 0 ? null : report.quality().perClass().get(worst).frechet(),
        overhead,
        training,
        target,
        images,
        seconds,
        there ? baseImages / images : null,
        there ? baseSeconds / seconds : null,
        there ? (baseOverhead + baseSeconds) / (overhead + seconds) : null);
  }

  /** What an arm needs beyond training. */
  static double overheadSeconds(RunReport report) {
    return seconds(report, overhead(report));
  }

  private static CurvePoint last(RunReport report) {
    return report.curve().get(report.curve().size() - 1);
  }

  private static Double reached(
      List<CurvePoint> curve, java.util.function.ToDoubleFunction<CurvePoint> axis, double target) {
    OptionalDouble at = Crossing.first(curve, axis, p -> p.frechet().value(), target);
    return at.isPresent() ? at.getAsDouble() : null;
  }

  private static int worst(List<Double> distances) {
    int worst = -1;
    for (int c = 0; c < distances.size(); c++) {
      if (distances.get(c) != null && (worst < 0 || distances.get(c) > distances.get(worst))) {
        worst = c;
      }
    }
    return worst;
  }

  private static Set<String> overhead(RunReport report) {
    Set<String> stages = new LinkedHashSet<>(CHOICE);
    String criterion = report.run().spec().selection().criterion();
    if (Catalog.CRITERIA.of(criterion).needs() == Needs.FEATURES) {
      stages.addAll(FEATURES);
    }
    return stages;
  }

  private static double seconds(RunReport report, Set<String> stages) {
    return report.stages().stream()
        .filter(step -> stages.contains(step.stage()) && step.cost() != null)
        .map(StageRecord::cost)
        .mapToDouble(StageRecord.Cost::seconds)
        .sum();
  }
}
