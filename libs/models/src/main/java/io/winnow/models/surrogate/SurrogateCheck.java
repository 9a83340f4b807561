package io.winnow.models.surrogate;

import io.winnow.contracts.InvalidInputException;
import io.winnow.contracts.Seeds;
import java.util.Arrays;

/**
 * Checks that a surrogate from a file is a function of one image. Evaluation mode ensures that for
 * most files; a file that was traced in training mode has dropout and the batch's statistics in its
 * code.
 */
final class SurrogateCheck {
  private static final int IMAGES = 8;
  // bfloat16 keeps 8 bits
  private static final double TOLERANCE = 0.01;

  private SurrogateCheck() {}

  /**
   * @param name of the surrogate, for errors
   * @throws InvalidInputException features change from call to call, depend on the other images of
   *     a batch, or are the same for every image
   */
  static void requireFunctionOfOneImage(Surrogate surrogate, String name) {
    SurrogateInput input = surrogate.input();
    int pixels = input.channels() * input.size() * input.size();
    byte[] images = noise(pixels * IMAGES);
    // the first image beside white ones: the batch has another mean and another variance
    byte[] beside = images.clone();
    Arrays.fill(beside, pixels, beside.length, (byte) 255);
    float[] first = surrogate.batch(images, IMAGES);
    float[] again = surrogate.batch(images, IMAGES);
    float[] others = surrogate.batch(beside, IMAGES);
    int d = surrogate.dimension();
    double spread = spread(first);
    if (difference(first, again, first.length) > TOLERANCE * spread) {
      throw new InvalidInputException(
          name + " gives the same image other features at every call",
          "save it in evaluation mode (model.eval(), before it is traced), without dropout or"
              + " sampling");
    }
    if (difference(first, others, d) > TOLERANCE * spread) {
      throw new InvalidInputException(
          name + " gives an image other features beside other images",
          "save it in evaluation mode (model.eval(), before it is traced), so that batch"
              + " normalisation uses its stored statistics");
    }
    requireDistinct(others, d, name);
  }

  // NaN is left to real images, whose errors name the image
  private static void requireDistinct(float[] features, int d, String name) {
    if (Float.isFinite(features[0])
        && Arrays.equals(Arrays.copyOf(features, d), Arrays.copyOfRange(features, d, 2 * d))) {
      throw new InvalidInputException(
          name + " gives every image the same features",
          "check its weights, its output, and surrogate.mean and surrogate.std");
    }
  }

  private static byte[] noise(int bytes) {
    byte[] noise = new byte[bytes];
    for (int i = 0; i < bytes; i++) {
      noise[i] = (byte) (Seeds.of(0, "surrogate.check", i) >>> 56);
    }
    return noise;
  }

  /** The greatest magnitude; at least the smallest that a relative tolerance makes sense of. */
  private static double spread(float[] values) {
    double most = Float.MIN_NORMAL;
    for (float value : values) {
      most = Math.max(most, Math.abs(value));
    }
    return most;
  }

  private static double difference(float[] a, float[] b, int count) {
    double most = 0;
    for (int i = 0; i < count; i++) {
      most = Math.max(most, Math.abs((double) a[i] - b[i]));
    }
    return most;
  }
}
