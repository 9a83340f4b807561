package io.winnow.torch.kernel;

import java.util.List;

/**
 * A tensor in a function that is being written: its variable's name and its shape.
 *
 * @param name the variable in the generated source
 * @param shape the extent of each axis; {@link #BATCH} stands for the number of samples, which only
 *     the first axis may be, and {@link #TOKENS} for a number of tokens, which the first axis may
 *     not be; only the call knows these
 */
public record Value(String name, List<Integer> shape) {
  /** The extent of the batch axis. */
  public static final int BATCH = -1;

  /** The extent of a sequence's axis whose length is not known while the function is written. */
  public static final int TOKENS = -2;

  public Value {
    shape = List.copyOf(shape);
    for (int axis = 0; axis < shape.size(); axis++) {
      int extent = shape.get(axis);
      boolean open = axis == 0 && extent == BATCH || axis > 0 && extent == TOKENS;
      if (extent < 1 && !open) {
        throw new IllegalArgumentException(name + " cannot have shape " + shape);
      }
    }
  }

  /** The extent of one axis. */
  public int extent(int axis) {
    return shape.get(axis);
  }

  /** The number of axes. */
  public int rank() {
    return shape.size();
  }

  @Override
  public String toString() {
    return name + shape;
  }
}
