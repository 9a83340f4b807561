package io.winnow.metrics;

import io.winnow.contracts.run.ClassQuality;
import io.winnow.contracts.run.Measure;
import io.winnow.contracts.run.Memorisation;
import io.winnow.contracts.run.Quality;
import io.winnow.torch.algebra.RowSet;
import java.util.ArrayList;
import java.util.List;

/** Compares samples with held-out rows, and keeps what every comparison needs of the latter. */
final class SampleQuality implements AutoCloseable {
  // minimum rows per class on both sides for precision, recall, density and coverage of the class
  private static final int CLASS_ROWS = 20;

  private final EvaluationFeatures heldout;
  private final List<String> classes;
  private final Runnable alive;
  private final FrechetDistance distance;

  /**
   * @param heldout at least two rows; must be closed after this
   * @param classes names, by label
   * @param alive called regularly
   */
  SampleQuality(EvaluationFeatures heldout, List<String> classes, Runnable alive) {
    this.heldout = heldout;
    this.classes = classes;
    this.alive = alive;
    this.distance = new FrechetDistance(heldout.all());
  }

  /**
   * Minimum rows per class on both sides for a Fréchet distance of the class: more than features,
   * as fewer rows give a rank-deficient covariance and a meaningless distance.
   */
  static long rowsForClass(int dimension) {
    return dimension + 1L;
  }

  /** Every metric. */
  Quality of(EvaluationFeatures samples, Memorisation memorisation) {
    Prdc neighbours = Prdc.of(samples.all(), heldout.all(), true, alive);
    List<ClassQuality> perClass = new ArrayList<>();
    List<Double> distances = frechetPerClass(samples);
    for (int c = 0; c < classes.size(); c++) {
      perClass.add(ofClass(c, samples, distances.get(c)));
    }
    return new Quality(
        samples.rows(),
        heldout.rows(),
        frechet(samples),
        KernelDistance.of(samples.all(), heldout.all(), alive),
        neighbours.precision(),
        neighbours.recall(),
        neighbours.density(),
        neighbours.coverage(),
        memorisation,
        perClass);
  }

  /** The Fréchet distance with its spread. */
  Measure frechet(EvaluationFeatures samples) {
    return distance.measure(samples.all(), alive);
  }

  /** The Fréchet distance alone. */
  double frechetAlone(EvaluationFeatures samples) {
    return distance.to(samples.all());
  }

  /** By label; null for a class with fewer than {@link #rowsForClass} rows on either side. */
  List<Double> frechetPerClass(EvaluationFeatures samples) {
    List<Double> distances = new ArrayList<>();
    for (int c = 0; c < classes.size(); c++) {
      distances.add(
          enough(c, samples, rowsForClass(samples.all().dimension())) ? frechet(c, samples) : null);
      alive.run();
    }
    return distances;
  }

  private double frechet(int c, EvaluationFeatures samples) {
    try (RowSet of = samples.ofClass(c);
        RowSet against = heldout.ofClass(c);
        FrechetDistance ofClass = new FrechetDistance(against)) {
      return ofClass.to(of);
    }
  }

  private ClassQuality ofClass(int c, EvaluationFeatures samples, Double frechet) {
    Prdc n = Prdc.NONE;
    if (enough(c, samples, CLASS_ROWS)) {
      try (RowSet of = samples.ofClass(c);
          RowSet against = heldout.ofClass(c)) {
        n = Prdc.of(of, against, false, alive);
      }
    }
    return new ClassQuality(
        classes.get(c),
        samples.rows(c),
        heldout.rows(c),
        frechet,
        value(n.precision()),
        value(n.recall()),
        value(n.density()),
        value(n.coverage()));
  }

  private boolean enough(int c, EvaluationFeatures samples, long rows) {
    return Math.min(samples.rows(c), heldout.rows(c)) >= rows;
  }

  private static Double value(Measure measure) {
    return measure == null ? null : measure.value();
  }

  @Override
  public void close() {
    distance.close();
  }
}
