package io.winnow.torch.algebra;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;

/**
 * Room on the engine for rows in float64 while a call computes: kept from call to call, and in the
 * engine's own memory, which lies in large pages where the system has some.
 */
final class Work {
  private final NDManager owner;
  private NDArray room;

  /**
   * @param owner closes it
   */
  Work(NDManager owner) {
    this.owner = owner;
  }

  /** A vector of at least as many numbers as there are, of any value; valid until the next. */
  NDArray of(NDArray rows) {
    long numbers = rows.size();
    if (room == null || room.size() < numbers) {
      if (room != null) {
        room.close();
      }
      room = owner.create(new Shape(numbers), DataType.FLOAT64);
    }
    return room;
  }
}
