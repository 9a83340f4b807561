package io.winnow.torch.kernel;

import java.nio.FloatBuffer;
import java.util.SplittableRandom;

/**
 * How a parameter starts.
 *
 * @param distribution what is drawn
 * @param scale the constant itself, the half width of the uniform interval, or the standard
 *     deviation of the normal distribution
 */
public record Initialiser(Distribution distribution, double scale) {
  /** What an initialiser draws. */
  public enum Distribution {
    CONSTANT,
    UNIFORM,
    NORMAL
  }

  /** Every element is {@code value}. */
  public static Initialiser constant(double value) {
    return new Initialiser(Distribution.CONSTANT, value);
  }

  /** Normal with mean 0. */
  public static Initialiser normal(double standardDeviation) {
    return new Initialiser(Distribution.NORMAL, standardDeviation);
  }

  /**
   * Uniform with variance 2 / (fanIn + fanOut) (Glorot and Bengio, AISTATS 2010), as Ho et al.
   * (arXiv 2006.11239) start every layer that does not start at zero.
   */
  public static Initialiser glorot(long fanIn, long fanOut) {
    return new Initialiser(Distribution.UNIFORM, Math.sqrt(6.0 / (fanIn + fanOut)));
  }

  /** Writes {@code count} elements, the same for the same seed on every machine. */
  void fill(FloatBuffer target, int count, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    for (int i = 0; i < count; i++) {
      target.put((float) draw(random));
    }
  }

  private double draw(SplittableRandom random) {
    return switch (distribution) {
      case CONSTANT -> scale;
      case UNIFORM -> scale * (2 * random.nextDouble() - 1);
      case NORMAL -> scale * gaussian(random);
    };
  }

  // Box and Muller. Math.log and Math.cos may differ in the last bit between machines; StrictMath
  // does not.
  private static double gaussian(SplittableRandom random) {
    double radius = StrictMath.sqrt(-2 * StrictMath.log(1 - random.nextDouble()));
    return radius * StrictMath.cos(2 * Math.PI * random.nextDouble());
  }
}
