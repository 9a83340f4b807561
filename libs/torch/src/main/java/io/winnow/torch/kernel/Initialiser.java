package io.winnow.torch.kernel;

import java.math.BigDecimal;
import java.math.MathContext;
import java.nio.FloatBuffer;
import java.util.SplittableRandom;
import java.util.function.Supplier;

/** How a parameter starts. */
public sealed interface Initialiser {

  /** Writes {@code count} elements, the same for the same seed on every machine. */
  void fill(FloatBuffer target, int count, long seed);

  /** A few words for a table, e.g. {@code normal, deviation 0.02}. */
  String describe();

  /** Every element is {@code value}. */
  static Initialiser constant(double value) {
    return new Constant(value);
  }

  /** Normal with mean 0. */
  static Initialiser normal(double standardDeviation) {
    return new Normal(standardDeviation);
  }

  /**
   * Uniform with variance 2 / (fanIn + fanOut) (Glorot and Bengio, AISTATS 2010), as Ho et al.
   * (arXiv 2006.11239) initialise every layer that does not start at zero.
   */
  static Initialiser glorot(long fanIn, long fanOut) {
    return new Uniform(Math.sqrt(6.0 / (fanIn + fanOut)));
  }

  /**
   * Given values, whatever the seed.
   *
   * @param name of the table, for {@link #describe}
   * @param values computes the elements, row-major
   */
  static Initialiser table(String name, Supplier<float[]> values) {
    return new Table(name, values);
  }

  /** Every element is {@code value}. */
  record Constant(double value) implements Initialiser {
    @Override
    public void fill(FloatBuffer target, int count, long seed) {
      for (int i = 0; i < count; i++) {
        target.put((float) value);
      }
    }

    @Override
    public String describe() {
      return short4(value);
    }
  }

  /** Uniform in ±{@code bound}. */
  record Uniform(double bound) implements Initialiser {
    @Override
    public void fill(FloatBuffer target, int count, long seed) {
      SplittableRandom random = new SplittableRandom(seed);
      for (int i = 0; i < count; i++) {
        target.put((float) (bound * (2 * random.nextDouble() - 1)));
      }
    }

    @Override
    public String describe() {
      return "uniform ±" + short4(bound);
    }
  }

  /** Normal with mean 0. */
  record Normal(double deviation) implements Initialiser {
    @Override
    public void fill(FloatBuffer target, int count, long seed) {
      SplittableRandom random = new SplittableRandom(seed);
      for (int i = 0; i < count; i++) {
        target.put((float) (deviation * gaussian(random)));
      }
    }

    // Box and Muller. Math.log and Math.cos may differ in the last bit between machines; StrictMath
    // does not.
    private static double gaussian(SplittableRandom random) {
      double radius = StrictMath.sqrt(-2 * StrictMath.log(1 - random.nextDouble()));
      return radius * StrictMath.cos(2 * Math.PI * random.nextDouble());
    }

    @Override
    public String describe() {
      return "normal, deviation " + short4(deviation);
    }
  }

  /** Given values. */
  record Table(String name, Supplier<float[]> values) implements Initialiser {
    @Override
    public void fill(FloatBuffer target, int count, long seed) {
      float[] elements = values.get();
      if (elements.length != count) {
        throw new IllegalStateException(
            "the table " + name + " has " + elements.length + " elements, not " + count);
      }
      target.put(elements);
    }

    @Override
    public String describe() {
      return name;
    }
  }

  private static String short4(double value) {
    return new BigDecimal(value).round(new MathContext(4)).stripTrailingZeros().toPlainString();
  }
}
