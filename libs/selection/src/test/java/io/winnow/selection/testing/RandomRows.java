package io.winnow.selection.testing;

import io.winnow.artifacts.features.FeatureRows;
import io.winnow.contracts.spec.SelectionSpec.Scope;
import io.winnow.selection.features.FeatureTable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/** Drawn rows of drawn classes, and what naive oracles want of them. */
public record RandomRows(int classes, int dimension, float[] features, int[] labels) {

  public static RandomRows of(long seed, int rows, int classes, int dimension) {
    Random random = new Random(seed);
    int[] labels = random.ints(rows, 0, classes).toArray();
    float[] features = new float[rows * dimension];
    for (int i = 0; i < features.length; i++) {
      features[i] =
          (float) (random.nextGaussian() * (1 + i % dimension % 3) + labels[i / dimension]);
    }
    return new RandomRows(classes, dimension, features, labels);
  }

  /** One class of the rows given. */
  public static RandomRows ofOne(int dimension, float... features) {
    return new RandomRows(1, dimension, features, new int[features.length / dimension]);
  }

  int rows() {
    return labels.length;
  }

  public double[] row(int i) {
    return IntStream.range(0, dimension).mapToDouble(j -> features[i * dimension + j]).toArray();
  }

  /** The rows that a criterion looks at together with row i, itself included, ascending. */
  public List<Integer> group(Scope scope, int i) {
    return IntStream.range(0, rows())
        .filter(other -> scope == Scope.GLOBAL || labels[other] == labels[i])
        .boxed()
        .toList();
  }

  /** The groups that have rows. */
  public List<List<Integer>> groups(Scope scope) {
    return IntStream.range(0, rows()).mapToObj(i -> group(scope, i)).distinct().toList();
  }

  public double[] mean(List<Integer> rows) {
    double[] mean = new double[dimension];
    for (int i : rows) {
      for (int j = 0; j < dimension; j++) {
        mean[j] += row(i)[j] / rows.size();
      }
    }
    return mean;
  }

  public static double distance(double[] a, double[] b) {
    double square = 0;
    for (int j = 0; j < a.length; j++) {
      square += (a[j] - b[j]) * (a[j] - b[j]);
    }
    return Math.sqrt(square);
  }

  public FeatureTable table() {
    return FeatureTable.of(classes, new FeatureRows(dimension, features, labels));
  }

  /** The same rows in batches of random size, some of them empty. */
  public FeatureTable sharded(Random random) {
    List<FeatureRows> batches = new ArrayList<>();
    for (int from = 0; from < rows(); ) {
      int to = Math.min(rows(), from + random.nextInt(2 + rows() / 2));
      batches.add(
          new FeatureRows(
              dimension,
              Arrays.copyOfRange(features, from * dimension, to * dimension),
              Arrays.copyOfRange(labels, from, to)));
      from = to;
    }
    FeatureTable inOnePiece = table();
    return new FeatureTable() {
      @Override
      public int dimension() {
        return inOnePiece.dimension();
      }

      @Override
      public int classes() {
        return inOnePiece.classes();
      }

      @Override
      public int rows() {
        return inOnePiece.rows();
      }

      @Override
      public int[] labels() {
        return inOnePiece.labels();
      }

      @Override
      public void scan(Consumer<FeatureRows> reader) {
        batches.forEach(reader);
      }
    };
  }
}
