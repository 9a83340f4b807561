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
 * The result of one run, compared with the baseline of the same seed.
 *
 * <p>The target is the Fréchet distance of the baseline at the end of its training, measured with
 * the number of samples of the curve. The training images and training seconds at which a run's
 * curve first reaches the target are the cost of that quality. The same applies to the baseline,
 * whose curve may reach the target before its end.
 *
 * @param run id of the run
 * @param arm name of the arm
 * @param ratio share of each class kept; null if the arm does not keep a share
 * @param seed of the run
 * @param frechet Fréchet distance of the final model
 * @param worstClass name of the class with the greatest distance; null without distances per class
 * @param worstFrechet its distance
 * @param overheadSeconds time before training: selection, reference and proxy, and, if the
 *     criterion uses features, surrogate and encoding
 * @param trainingSeconds time of the whole training
 * @param target the Fréchet distance to reach; null without a baseline
 * @param images training images at the target; null if the target was not reached
 * @param seconds training seconds at the target; likewise
 * @param timesFewerImages the baseline's images divided by {@code images}
 * @param timesFaster the baseline's training seconds divided by {@code seconds}
 * @param timesFasterWhole the same, with the overhead added on both sides
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

  /** Overhead as a share of the total time, in [0, 1]. */
  public double overheadShare() {
    return overheadSeconds / (overheadSeconds + trainingSeconds);
  }

  /**
   * Compares a run with the baseline.
   *
   * @param baseline report of the baseline with the same seed; null if there is none
   */
  static Finding of(RunReport report, String arm, Double ratio, RunReport baseline) {
    int worst = worst(report.quality().perClass().stream().map(c -> c.frechet()).toList());
    double overhead = overheadSeconds(report);
    double training = seconds(report, Set.of(TRAIN));
    Double target = baseline == null ? null : last(baseline).frechet().value();
    Double images = target == null ? null : crossing(report.curve(), CurvePoint::images, target);
    Double seconds = target == null ? null : crossing(report.curve(), CurvePoint::seconds, target);
    boolean reached = images != null;
    double baseImages =
        reached ? crossing(baseline.curve(), CurvePoint::images, target) : Double.NaN;
    double baseSeconds =
        reached ? crossing(baseline.curve(), CurvePoint::seconds, target) : Double.NaN;
    double baseOverhead = reached ? overheadSeconds(baseline) : Double.NaN;
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
        reached ? baseImages / images : null,
        reached ? baseSeconds / seconds : null,
        reached ? (baseOverhead + baseSeconds) / (overhead + seconds) : null);
  }

  /** Seconds before training; see {@link #overheadSeconds()}. */
  static double overheadSeconds(RunReport report) {
    return seconds(report, overhead(report));
  }

  private static CurvePoint last(RunReport report) {
    return report.curve().get(report.curve().size() - 1);
  }

  private static Double crossing(
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
