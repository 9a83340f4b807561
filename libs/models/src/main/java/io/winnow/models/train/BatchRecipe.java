package io.winnow.models.train;

import io.winnow.contracts.InvalidInputException;
import io.winnow.contracts.Seeds;
import io.winnow.datasets.ImageShape;
import io.winnow.datasets.RowSource;
import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * What is in each step's batch. It depends on the recipe, the rows and the step's number, and on
 * nothing that came before.
 *
 * @param order which rows each step sees
 * @param flip whether about half of the images are flipped horizontally, drawn from (seed,
 *     "train.flip", step)
 * @param seed of the flips
 * @param groupWeights the weight of a sample's loss by its group, for each group that occurs; a
 *     group is the class unless the rows say otherwise
 */
public record BatchRecipe(BatchOrder order, boolean flip, long seed, double[] groupWeights) {
  public BatchRecipe {
    groupWeights = groupWeights.clone();
  }

  /** A recipe in which all samples have weight 1. */
  public static BatchRecipe alike(BatchOrder order, boolean flip, long seed, int classes) {
    double[] ones = new double[classes];
    Arrays.fill(ones, 1);
    return new BatchRecipe(order, flip, seed, ones);
  }

  @Override
  public double[] groupWeights() {
    return groupWeights.clone();
  }

  /**
   * A step's batch.
   *
   * @param rows as many as the order has
   * @throws InvalidInputException a batch has 2 GiB or more
   */
  public Batch of(RowSource rows, long step) {
    return refill(empty(rows.shape()), rows, step);
  }

  /** A batch with nothing in it yet. */
  Batch empty(ImageShape shape) {
    if (flip && shape.latent()) {
      throw new InvalidInputException(
          "latents cannot be flipped: a flipped image has another latent",
          "set training.horizontalFlip to false");
    }
    long bytes = (long) order.batch() * shape.bytes();
    if (bytes > Integer.MAX_VALUE - 8) {
      throw new InvalidInputException(
          "a batch of %d images of %s has %d bytes".formatted(order.batch(), shape, bytes),
          "give smaller batches: one may have at most 2 GiB");
    }
    return new Batch(-1, new byte[(int) bytes], new int[order.batch()], new float[order.batch()]);
  }

  /** A step's batch in the arrays of another, which is none from then on. */
  Batch refill(Batch used, RowSource rows, long step) {
    int[] chosen = order.rowsOf(step);
    SplittableRandom random = new SplittableRandom(Seeds.of(seed, "train.flip", step));
    int bytes = rows.shape().bytes();
    for (int i = 0; i < chosen.length; i++) {
      int label = rows.label(chosen[i]);
      rows.copy(chosen[i], used.images(), i * bytes);
      used.labels()[i] = label;
      used.weights()[i] = (float) groupWeights[rows.group(chosen[i])];
      if (flip && random.nextBoolean()) {
        flip(used.images(), i * bytes, bytes, rows.shape().width());
      }
    }
    return new Batch(step, used.images(), used.labels(), used.weights());
  }

  private static void flip(byte[] images, int from, int bytes, int width) {
    for (int line = from; line < from + bytes; line += width) {
      for (int left = line, right = line + width - 1; left < right; left++, right--) {
        byte pixel = images[left];
        images[left] = images[right];
        images[right] = pixel;
      }
    }
  }
}
