package io.winnow.trainer.train;

import io.winnow.contracts.ArtifactRef;
import io.winnow.contracts.InvalidInputException;
import io.winnow.contracts.ObjectRef;
import io.winnow.store.artifact.ArtifactStore;
import io.winnow.store.artifact.Committed;
import io.winnow.store.tensor.SafeTensors;
import io.winnow.store.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;

/**
 * The rows that the selector kept.
 *
 * @param indices ascending rows of the train split
 * @param labels of all rows of the train split
 */
public record Coreset(long[] indices, int[] labels) {
  private static final String OBJECT = "coreset.safetensors";

  /**
   * @throws InvalidInputException the artifact is no coreset, or keeps nothing
   */
  public static Coreset read(ArtifactStore store, ArtifactRef ref) {
    Committed artifact = store.open(ref);
    ObjectRef object = artifact.entry(OBJECT).object();
    Map<String, Tensor> tensors =
        SafeTensors.parse(store.objects().get(object), "object " + object.key());
    Tensor indices = tensors.get("indices");
    Tensor labels = tensors.get("labels");
    if (indices == null || labels == null || indices.elements() == 0) {
      throw new InvalidInputException(
          "object " + object.key() + " has no indices or labels", "select the coreset again");
    }
    Coreset coreset = new Coreset(indices.longs(), labels.ints());
    int rows = coreset.labels.length;
    if (Arrays.stream(coreset.indices).anyMatch(i -> i < 0 || i >= rows)) {
      throw new InvalidInputException(
          "object " + object.key() + " keeps a row beyond its " + rows + " rows",
          "select the coreset again");
    }
    return coreset;
  }

  /** Rows kept of each class. */
  public List<Long> kept(int classes) {
    long[] kept = new long[classes];
    for (long row : indices) {
      kept[labels[(int) row]]++;
    }
    return LongStream.of(kept).boxed().toList();
  }
}
