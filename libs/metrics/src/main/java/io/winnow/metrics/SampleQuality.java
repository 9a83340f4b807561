package io.winnow.metrics;

import io.winnow.contracts.run.ClassQuality;
import io.winnow.contracts.run.Measure;
import io.winnow.contracts.run.Memorisation;
import io.winnow.contracts.run.Quality;
import io.winnow.torch.algebra.RowSet;
import java.util.ArrayList;
import java.util.List;

/** Judges samples by held-out rows, of which it keeps what every judgement needs. */
final class SampleQuality implements AutoCloseable {
  // rows that a class needs on both sides for its own precision, recall, density and coverage
  private static final int CLASS_ROWS = 20;

  private final JudgedRows heldout;
  private final List<String> classes;
  private final Runnable alive;
  private final FrechetDistance distance;

  /**
   * @param heldout two rows at least; to be closed after this
   * @param classes names, by label
   * @param alive called now and then
   */
  SampleQuality(JudgedRows heldout, List<String> classes, Runnable alive) {
    this.heldout = heldout;
    this.classes = classes;
    this.alive = alive;
    this.distance = new FrechetDistance(heldout.all());
  }

  /**
   * Rows that a class needs on both sides for its own Fréchet distance: more than there are
   * features, since fewer leave its covariance without full rank and the distance says little.
   */
  static long rowsForClass(int dimension) {
    return dimension + 1L;
  }

  /** Every figure. */
  Quality of(JudgedRows samples, Memorisation memorisation) {
    NeighbourMeasures neighbours = NeighbourMeasures.of(samples.all(), heldout.all(), true, alive);
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
  Measure frechet(JudgedRows samples) {
    return distance.measure(samples.all(), alive);
  }

  /** The Fréchet distance alone. */
  double frechetAlone(JudgedRows samples) {
    return distance.to(samples.all());
  }

  /** By label; null for a class with fewer than {@link #rowsForClass} rows on a side. */
  List<Double> frechetPerClass(JudgedRows samples) {
    List<Double> distances = new ArrayList<>();
    for (int c = 0; c < classes.size(); c++) {
      distances.add(
          enough(c, samples, rowsForClass(samples.all().dimension())) ? frechet(c, samples) : null);
      alive.run();
    }
    return distances;
  }

  private double frechet(int c, JudgedRows samples) {
    try (RowSet of = samples.ofClass(c);
        RowSet against = heldout.ofClass(c);
        FrechetDistance ofClass = new FrechetDistance(against)) {
      return ofClass.to(of);
    }
  }

  private ClassQuality ofClass(int c, JudgedRows samples, Double frechet) {
    NeighbourMeasures n = NeighbourMeasures.NONE;
    if (enough(c, samples, CLASS_ROWS)) {
      try (RowSet of = samples.ofClass(c);
          RowSet against = heldout.ofClass(c)) {
        n = NeighbourMeasures.of(of, against, false, alive);
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

  private boolean enough(int c, JudgedRows samples, long rows) {
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
