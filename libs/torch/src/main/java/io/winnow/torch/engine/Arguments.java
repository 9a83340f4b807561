package io.winnow.torch.engine;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;

/** The arguments of a script's method in their order. */
public final class Arguments {
  private final NDList arrays = new NDList();

  /** No arguments yet. */
  public static Arguments none() {
    return new Arguments();
  }

  /** Adds arguments of type {@code Tensor}. */
  public Arguments add(NDArray... tensors) {
    for (NDArray tensor : tensors) {
      arrays.add(tensor);
    }
    return this;
  }

  /** Adds an argument of type {@code List[Tensor]}. */
  public Arguments add(ParameterBuckets buckets) {
    return add(buckets.arrays());
  }

  NDList arrays() {
    return arrays;
  }
}
