package io.winnow.models.train;

import io.winnow.contracts.InvalidInputException;
import io.winnow.contracts.Seeds;

/**
 * Which rows each step trains on: epochs of a permutation each, read on without a gap, so a batch
 * may end one epoch and begin the next. A step's rows depend on nothing but the step, so a resumed
 * run needs no more than its number.
 *
 * @param rows number of rows, 1 or more
 * @param batch rows a step, 1 or more
 * @param seed of the permutations
 */
public record BatchOrder(int rows, int batch, long seed) {
  public BatchOrder {
    if (rows < 1 || batch < 1) {
      throw new InvalidInputException(
          "cannot make batches of %d from %d rows".formatted(batch, rows),
          "give at least 1 of each");
    }
  }

  /**
   * @param step counted from 0
   * @return {@code batch} rows in [0, rows)
   */
  public int[] rowsOf(long step) {
    int[] chosen = new int[batch];
    long first = Math.multiplyExact(step, (long) batch);
    for (int i = 0; i < batch; i++) {
      long position = first + i;
      chosen[i] = permuted(position / rows, (int) (position % rows));
    }
    return chosen;
  }

  /** The epoch, counted from 0, in which a step begins. */
  public long epochOf(long step) {
    return Math.multiplyExact(step, (long) batch) / rows;
  }

  // A permutation that can be asked for one position: a Feistel network over the smallest square
  // power of two that holds all rows, walked until it lands on a row (Black and Rogaway, Ciphers
  // with arbitrary finite domains, CT-RSA 2002).
  private int permuted(long epoch, int position) {
    int half = Math.max(1, (33 - Integer.numberOfLeadingZeros(rows - 1)) / 2);
    long mask = (1L << half) - 1;
    long value = position;
    do {
      long left = value >>> half;
      long right = value & mask;
      for (int round = 0; round < 6; round++) {
        long mixed = left ^ (Seeds.of(seed, "batch.order", epoch, round, right) & mask);
        left = right;
        right = mixed;
      }
      value = (left << half) | right;
    } while (value >= rows);
    return (int) value;
  }
}
