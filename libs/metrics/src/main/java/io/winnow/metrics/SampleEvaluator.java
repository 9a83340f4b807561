package io.winnow.metrics;

import io.winnow.artifacts.SampleSplits;
import io.winnow.artifacts.features.Features;
import io.winnow.contracts.run.ClassQuality;
import io.winnow.contracts.run.Measure;
import io.winnow.contracts.run.Quality;
import io.winnow.torch.algebra.Algebra;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;

/** Evaluates every split of a model's samples, one after another. For one thread. */
public final class SampleEvaluator {
  private static final String HELDOUT = "heldout";

  /** Receives the number of splits that have been evaluated. */
  public interface Progress {
    void splits(long done, long total);
  }

  private final Algebra algebra;
  private final Features samples;
  private final List<String> classes;
  private final Progress progress;
  private final SortedMap<Long, String> snapshots;
  private final boolean baseline;
  private long done;

  public SampleEvaluator(
      Algebra algebra, Features samples, List<String> classes, Progress progress) {
    this.algebra = algebra;
    this.samples = samples;
    this.classes = classes;
    this.progress = progress;
    this.snapshots = SampleSplits.snapshots(samples.splits());
    this.baseline = samples.rows(SampleSplits.UNTRAINED) > 0;
  }

  /**
   * @param features of the data set, including its train and held-out splits
   * @param trained rows of the train split that the model was trained on
   * @param images training images that the final model has seen
   */
  public Evaluation evaluate(Features features, long[] trained, long images) {
    alive();
    try (EvaluationFeatures heldout = rows(features, HELDOUT, Integer.MAX_VALUE);
        SampleQuality quality = new SampleQuality(heldout, classes, this::alive)) {
      Quality whole;
      try (EvaluationFeatures all = rows(samples, SampleSplits.SAMPLES, Integer.MAX_VALUE)) {
        whole =
            quality.of(
                all,
                new MemorisationCheck(algebra)
                    .of(all.all(), heldout.all(), features, trained, this::alive));
      }
      next();
      return new Evaluation(
          whole,
          baseline ? untrained(quality) : null,
          curve(quality, whole, images),
          SampleQuality.rowsForClass(features.dimension()));
    }
  }

  private double untrained(SampleQuality quality) {
    try (EvaluationFeatures rows = rows(samples, SampleSplits.UNTRAINED, Integer.MAX_VALUE)) {
      double distance = quality.frechetAlone(rows);
      next();
      return distance;
    }
  }

  private List<Evaluation.Snapshot> curve(SampleQuality quality, Quality whole, long images) {
    List<Evaluation.Snapshot> curve = new ArrayList<>();
    int drawn = (int) whole.samples();
    for (var snapshot : snapshots.entrySet()) {
      curve.add(point(quality, snapshot.getKey(), snapshot.getValue(), Integer.MAX_VALUE));
      drawn = samples.rows(snapshot.getValue());
      next();
    }
    // the last point uses as many samples, from the same noise, as the points before it
    curve.add(
        drawn == whole.samples()
            ? new Evaluation.Snapshot(
                images,
                whole.frechet(),
                whole.perClass().stream().map(ClassQuality::frechet).toList(),
                drawn)
            : point(quality, images, SampleSplits.SAMPLES, drawn));
    return curve;
  }

  private Evaluation.Snapshot point(SampleQuality quality, long images, String split, int most) {
    try (EvaluationFeatures rows = rows(samples, split, most)) {
      Measure frechet = quality.frechet(rows);
      return new Evaluation.Snapshot(images, frechet, quality.frechetPerClass(rows), rows.rows());
    }
  }

  private EvaluationFeatures rows(Features features, String split, int most) {
    return EvaluationFeatures.of(algebra, features, split, most, this::alive);
  }

  private void next() {
    done++;
    alive();
  }

  private void alive() {
    progress.splits(done, 1L + (baseline ? 1 : 0) + snapshots.size());
  }
}
