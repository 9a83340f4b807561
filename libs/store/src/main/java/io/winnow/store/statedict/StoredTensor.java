package io.winnow.store.statedict;

import io.winnow.store.tensor.DType;

/**
 * A strided view of a storage, checked to lie within it.
 *
 * @param first its first element in the storage
 * @param shape sizes, outermost first
 * @param stride in elements, one per axis
 * @param last its last element in the storage; before {@code first} if it has no elements
 * @param elements how many it has
 */
record StoredTensor(
    StorageRef storage, long first, long[] shape, long[] stride, long last, long elements) {
  private static final int MOST_AXES = 64;
  // an expanded tensor may be larger than its storage, but not without limit
  private static final long EXPANDED = 1 << 16;

  /**
   * @throws io.winnow.contracts.InvalidInputException it does not lie within its storage
   */
  static StoredTensor of(
      StorageRef storage, long offset, long[] shape, long[] stride, StateDictErrors errors) {
    if (shape.length != stride.length || shape.length > MOST_AXES) {
      throw errors.bad(
          "has a tensor of %d axes and %d strides".formatted(shape.length, stride.length));
    }
    long elements = 1;
    long last = 0;
    boolean empty = false;
    try {
      for (int i = 0; i < shape.length; i++) {
        if (shape[i] < 0 || stride[i] < 0) {
          throw errors.bad("has a tensor of a negative size or stride");
        }
        empty |= shape[i] == 0;
        elements = Math.multiplyExact(elements, Math.max(1, shape[i]));
        last = Math.addExact(last, Math.multiplyExact(Math.max(0, shape[i] - 1), stride[i]));
      }
      last = Math.addExact(last, offset);
    } catch (ArithmeticException e) {
      throw errors.bad("has a tensor of more than 2^63 elements");
    }
    if (offset < 0 || offset > storage.length() || (!empty && last >= storage.length())) {
      throw errors.bad(
          "has a tensor of elements %d to %d of a storage of %d"
              .formatted(offset, last, storage.length()));
    }
    if (!empty && elements > Math.max(EXPANDED, storage.length())) {
      throw errors.bad(
          "has a tensor of %d elements over a storage of %d".formatted(elements, storage.length()));
    }
    long start = storage.offset() + offset;
    return empty
        ? new StoredTensor(storage, start, shape, stride, start - 1, 0)
        : new StoredTensor(storage, start, shape, stride, storage.offset() + last, elements);
  }

  DType dtype() {
    return storage.dtype();
  }

  /** Whether its elements are consecutive in the storage, in row-major order. */
  boolean contiguous() {
    long expected = 1;
    for (int i = shape.length - 1; i >= 0; i--) {
      if (shape[i] != 1 && stride[i] != expected) {
        return elements == 0;
      }
      expected *= shape[i];
    }
    return true;
  }
}
