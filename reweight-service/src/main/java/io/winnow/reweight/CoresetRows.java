package io.winnow.reweight;

import io.winnow.contracts.ArtifactRef;
import io.winnow.contracts.InvalidInputException;
import io.winnow.contracts.ObjectRef;
import io.winnow.store.artifact.ArtifactStore;
import io.winnow.store.tensor.SafeTensors;
import io.winnow.store.tensor.Tensor;
import java.util.Map;

/**
 * The rows that the selector kept.
 *
 * @param indices ascending rows of the train split, at least one
 * @param labels of all rows of the train split
 */
record CoresetRows(long[] indices, int[] labels) {

  /**
   * @throws InvalidInputException the artifact keeps nothing
   */
  static CoresetRows read(ArtifactStore store, ArtifactRef ref) {
    ObjectRef object = store.open(ref).entry("coreset.safetensors").object();
    Map<String, Tensor> tensors =
        SafeTensors.parse(store.objects().get(object), "object " + object.key());
    long[] indices = tensors.get("indices").longs();
    if (indices.length == 0) {
      throw new InvalidInputException(
          "coreset " + ref.address() + " has no rows", "select with a greater ratio");
    }
    return new CoresetRows(indices, tensors.get("labels").ints());
  }

  /** n_c, the rows kept of each of k classes. */
  long[] ofClasses(int classes) {
    long[] counts = new long[classes];
    for (long row : indices) {
      counts[labels[Math.toIntExact(row)]]++;
    }
    return counts;
  }
}
