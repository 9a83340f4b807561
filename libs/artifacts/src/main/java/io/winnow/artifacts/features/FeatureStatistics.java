package io.winnow.artifacts.features;

import io.winnow.contracts.InvalidInputException;
import io.winnow.store.artifact.Shards;
import io.winnow.store.tensor.DType;
import io.winnow.store.tensor.Tensor;
import java.util.Arrays;
import java.util.Map;

/**
 * Count, sum and sum of outer products of features in float64, over all classes and per class. From
 * them follow mean and covariance:
 *
 * <p>μ = S/n, Σ = (P − S·Sᵀ/n)/(n − ddof), with S = Σzᵢ and P = Σzᵢzᵢᵀ.
 *
 * <p>A class's outer products are kept only while those of all classes take at most {@link
 * #CLASS_BYTES}; beyond, a class has count and sum, and only all classes together have a
 * covariance. So statistics grow with d² and with classes × d, never with classes × d² without
 * bound.
 *
 * <p>Statistics of disjoint rows merge in any order (to rounding; for equal bits merge in a fixed
 * one). Not safe for use by many threads.
 */
public final class FeatureStatistics {
  /**
   * What the outer products of all classes may take: 10 classes of 1,831 features, 1,000 of 182.
   */
  public static final long CLASS_BYTES = 128L << 20;

  private static final String COUNT = "count";
  private static final String SUM = "sum";
  private static final String OUTER = "outer";
  private static final String OUTER_OF_ALL = "outerOfAll";
  private static final String ALL = "the data set";

  private final int dimension;
  private final Moments[] perClass;
  // what the classes' moments do not say; null where they do
  private final Moments all;

  /**
   * @throws InvalidInputException more numbers than an array holds
   */
  public FeatureStatistics(int classes, int d) {
    this(classes, d, classes * Moments.triangle(d) * Double.BYTES <= CLASS_BYTES);
  }

  /**
   * @param ofClasses whether the outer products of each class are kept
   */
  FeatureStatistics(int classes, int d, boolean ofClasses) {
    if (classes < 1 || d < 1) {
      throw new IllegalArgumentException(classes + " classes of " + d + " features");
    }
    if (Math.max((long) classes * d, Moments.triangle(d)) * Double.BYTES > Integer.MAX_VALUE - 8) {
      throw new InvalidInputException(
          "statistics of " + classes + " classes of " + d + " features take more than 2 GiB",
          "use a surrogate with fewer features");
    }
    this.dimension = d;
    this.perClass = new Moments[classes];
    Arrays.setAll(perClass, c -> new Moments(d, ofClasses));
    this.all = ofClasses ? null : new Moments(d, true);
  }

  /**
   * Adds rows.
   *
   * @param features N×d
   * @param labels N, each in [0, classes)
   * @throws InvalidInputException a feature that is not finite, or a label out of range; then
   *     nothing is added
   */
  public void add(float[] features, int[] labels) {
    FeatureRows rows = new FeatureRows(dimension, features, labels);
    check(rows);
    for (int i = 0; i < rows.rows(); i++) {
      perClass[labels[i]].add(features, i * dimension);
      if (all != null) {
        all.add(features, i * dimension);
      }
    }
  }

  /** New statistics over the rows of both; of each class only where both have them. */
  public FeatureStatistics merge(FeatureStatistics other) {
    if (other.classes() != classes() || other.dimension != dimension) {
      throw new IllegalArgumentException(
          "statistics of "
              + classes()
              + " classes × "
              + dimension
              + " features do not merge with "
              + other.classes()
              + " × "
              + other.dimension);
    }
    boolean ofClasses = hasClassCovariances() && other.hasClassCovariances();
    FeatureStatistics merged = new FeatureStatistics(classes(), dimension, ofClasses);
    for (int c = 0; c < classes(); c++) {
      merged.perClass[c].add(perClass[c]);
      merged.perClass[c].add(other.perClass[c]);
    }
    if (!ofClasses) {
      merged.all.add(overall());
      merged.all.add(other.overall());
    }
    return merged;
  }

  public int classes() {
    return perClass.length;
  }

  public int dimension() {
    return dimension;
  }

  /** Whether a single class has a covariance here; else only all classes together have. */
  public boolean hasClassCovariances() {
    return all == null;
  }

  /** Rows of all classes. */
  public long count() {
    return Arrays.stream(perClass).mapToLong(Moments::count).sum();
  }

  /** Rows of a class. */
  public long count(int c) {
    return perClass[c].count();
  }

  /**
   * Mean over all rows, d.
   *
   * @throws InvalidInputException there are none
   */
  public double[] mean() {
    return overall().mean(ALL);
  }

  /**
   * Mean of a class, d.
   *
   * @throws InvalidInputException it has no rows
   */
  public double[] mean(int c) {
    return perClass[c].mean("class " + c);
  }

  /**
   * Covariance over all rows, d×d row-major.
   *
   * @param ddof 0 divides by n, 1 by n − 1
   * @throws InvalidInputException no more rows than ddof
   */
  public double[] covariance(int ddof) {
    return overall().covariance(ddof, ALL);
  }

  /**
   * Covariance of a class, d×d row-major.
   *
   * @param ddof 0 divides by n, 1 by n − 1
   * @throws InvalidInputException no more rows than ddof, or not {@link #hasClassCovariances}
   */
  public double[] covariance(int c, int ddof) {
    if (!hasClassCovariances()) {
      throw new InvalidInputException(
          "the outer products of "
              + classes()
              + " classes of "
              + dimension
              + " features take more than "
              + (CLASS_BYTES >> 20)
              + " MiB, so that statistics hold no covariance of a single class",
          "use the covariance of all classes, or a surrogate with fewer features");
    }
    return perClass[c].covariance(ddof, "class " + c);
  }

  /**
   * {@code count} int64 [classes], {@code sum} float64 [classes, d] and, the upper triangles by
   * rows, {@code outer} float64 [classes, d(d+1)/2] or, where there are none of each class, {@code
   * outerOfAll} float64 [d(d+1)/2].
   */
  public Map<String, Tensor> tensors() {
    int classes = classes();
    double[] sum = new double[classes * dimension];
    for (int c = 0; c < classes; c++) {
      System.arraycopy(perClass[c].sum(), 0, sum, c * dimension, dimension);
    }
    return Map.of(
        COUNT,
        Tensor.of(Arrays.stream(perClass).mapToLong(Moments::count).toArray(), classes),
        SUM,
        Tensor.of(sum, classes, dimension),
        hasClassCovariances() ? OUTER : OUTER_OF_ALL,
        hasClassCovariances() ? outerOfClasses() : Tensor.of(all.outer(), all.outer().length));
  }

  private Tensor outerOfClasses() {
    int triangle = (int) Moments.triangle(dimension);
    double[] outer = new double[classes() * triangle];
    for (int c = 0; c < classes(); c++) {
      System.arraycopy(perClass[c].outer(), 0, outer, c * triangle, triangle);
    }
    return Tensor.of(outer, classes(), triangle);
  }

  /**
   * @throws InvalidInputException not what {@link #tensors} makes
   */
  public static FeatureStatistics of(Map<String, Tensor> tensors) {
    return of(tensors, "feature statistics");
  }

  static FeatureStatistics of(Map<String, Tensor> tensors, String key) {
    Tensor sums = tensors.get(SUM);
    long[] shape = sums == null ? new long[0] : sums.shape();
    if (shape.length != 2
        || shape[0] < 1
        || shape[1] < 1
        || shape[0] > Integer.MAX_VALUE
        || shape[1] > Integer.MAX_VALUE) {
      throw new InvalidInputException(
          "object " + key + " has no tensor " + SUM + " of classes × features",
          "make the artifact again");
    }
    int classes = (int) shape[0];
    int d = (int) shape[1];
    long triangle = Moments.triangle(d);
    double[] sum = Shards.tensor(tensors, SUM, DType.F64, key, classes, d).doubles();
    long[] count = Shards.tensor(tensors, COUNT, DType.I64, key, classes).longs();
    boolean ofClasses = !tensors.containsKey(OUTER_OF_ALL);
    double[] outer =
        ofClasses
            ? Shards.tensor(tensors, OUTER, DType.F64, key, classes, triangle).doubles()
            : new double[0];
    FeatureStatistics s = new FeatureStatistics(classes, d, ofClasses);
    int each = outer.length / classes;
    for (int c = 0; c < classes; c++) {
      s.perClass[c].add(
          new Moments(
              count[c],
              Arrays.copyOfRange(sum, c * d, (c + 1) * d),
              Arrays.copyOfRange(outer, c * each, (c + 1) * each)));
    }
    if (!ofClasses) {
      Moments ofAll = s.overallOfClasses();
      double[] all = Shards.tensor(tensors, OUTER_OF_ALL, DType.F64, key, triangle).doubles();
      s.all.add(new Moments(ofAll.count(), ofAll.sum(), all));
    }
    return s;
  }

  private Moments overall() {
    return all != null ? all : overallOfClasses();
  }

  private Moments overallOfClasses() {
    Moments sums = new Moments(dimension, hasClassCovariances());
    for (Moments m : perClass) {
      sums.add(m);
    }
    return sums;
  }

  private void check(FeatureRows rows) {
    for (int i = 0; i < rows.features().length; i++) {
      if (!Float.isFinite(rows.features()[i])) {
        throw new InvalidInputException(
            "feature " + i % dimension + " of row " + i / dimension + " is " + rows.features()[i],
            "use a surrogate that gives finite features for these images");
      }
    }
    for (int i = 0; i < rows.rows(); i++) {
      if (rows.labels()[i] < 0 || rows.labels()[i] >= classes()) {
        throw new InvalidInputException(
            "row "
                + i
                + " has the label "
                + rows.labels()[i]
                + ", but there are "
                + classes()
                + " classes",
            "give labels below the number of classes");
      }
    }
  }
}
