package io.winnow.metrics.testing;

import io.winnow.torch.algebra.Algebra;
import io.winnow.torch.algebra.RowSet;
import io.winnow.torch.algebra.Rows;
import java.util.Random;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/** Rows of features for tests. */
public final class Sets {
  private Sets() {}

  /** The rows of an array, in its order. */
  public static RowSet of(Algebra algebra, float[] values, int d) {
    RowSet set = algebra.rows(values.length / d, d);
    set.put(Rows.of(values, d), LongStream.range(0, set.rows()).toArray());
    return set;
  }

  /** Normal numbers moved by a shift, n×d. */
  public static float[] normal(long seed, int n, int d, double shift) {
    Random random = new Random(seed);
    float[] values = new float[n * d];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (random.nextGaussian() + shift);
    }
    return values;
  }

  /** The rows at positions that pass. */
  public static float[] only(float[] values, int d, IntPredicate position) {
    int[] rows = IntStream.range(0, values.length / d).filter(position).toArray();
    float[] out = new float[rows.length * d];
    for (int i = 0; i < rows.length; i++) {
      System.arraycopy(values, rows[i] * d, out, i * d, d);
    }
    return out;
  }
}
