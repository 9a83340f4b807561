package io.winnow.artifacts;

import io.winnow.contracts.ArtifactRef;
import io.winnow.contracts.InvalidInputException;
import io.winnow.contracts.ObjectRef;
import io.winnow.store.artifact.Artifact;
import io.winnow.store.artifact.ArtifactDraft;
import io.winnow.store.artifact.ArtifactStore;
import io.winnow.store.artifact.Shards;
import io.winnow.store.tensor.DType;
import io.winnow.store.tensor.SafeTensors;
import io.winnow.store.tensor.Tensor;
import java.util.Map;

/**
 * The rows of a train split that a selection keeps: the object {@code coreset.safetensors} of
 * {@code coresets/<digest>} with {@code indices} int64 K, {@code scores} float64 N and {@code
 * labels} int32 N.
 *
 * @param indices the rows kept, at least one, ascending, each in [0, N)
 * @param scores of all N rows of the split
 * @param labels of all N rows of the split, each at least 0
 */
public record Coreset(long[] indices, double[] scores, int[] labels) {
  /** Prefix of the artifact's address. */
  public static final String KIND = "coresets";

  /** Version of the stage that makes it; increases with every change of the content. */
  public static final String VERSION = "7";

  /** Name of the object. */
  public static final String NAME = "coreset.safetensors";

  private static final String REMEDY = "select the coreset again";

  /** Puts the coreset into an artifact. */
  public void write(ArtifactDraft draft) {
    draft.putTensors(
        NAME,
        Map.of(
            "indices", Tensor.of(indices, indices.length),
            "scores", Tensor.of(scores, scores.length),
            "labels", Tensor.of(labels, labels.length)),
        (long) indices.length,
        null);
  }

  /**
   * Reads a coreset.
   *
   * @throws InvalidInputException the artifact does not exist, is no coreset, keeps no row, or
   *     keeps rows that are not ascending rows of its split
   */
  public static Coreset read(ArtifactStore store, ArtifactRef ref) {
    return read(store, store.open(ref));
  }

  /** Reads the coreset of an open artifact. */
  public static Coreset read(ArtifactStore store, Artifact artifact) {
    ObjectRef object = artifact.entry(NAME).object();
    Map<String, Tensor> tensors =
        SafeTensors.parse(store.objects().get(object), "object " + object.key());
    int rows = length(tensors, "labels", object);
    int[] labels = Shards.tensor(tensors, "labels", DType.I32, object.key(), rows).ints();
    double[] scores = Shards.tensor(tensors, "scores", DType.F64, object.key(), rows).doubles();
    int kept = length(tensors, "indices", object);
    long[] indices = Shards.tensor(tensors, "indices", DType.I64, object.key(), kept).longs();
    requireRows(indices, rows, object);
    return new Coreset(indices, scores, labels);
  }

  private static int length(Map<String, Tensor> tensors, String name, ObjectRef object) {
    Tensor tensor = tensors.get(name);
    if (tensor == null || tensor.shape().length != 1) {
      throw new InvalidInputException(
          "object " + object.key() + " has no vector \"" + name + "\"", REMEDY);
    }
    return Math.toIntExact(tensor.elements());
  }

  private static void requireRows(long[] indices, int rows, ObjectRef object) {
    if (indices.length == 0) {
      throw new InvalidInputException(
          "object " + object.key() + " keeps no row", "select with a greater ratio");
    }
    long last = -1;
    for (long index : indices) {
      if (index <= last || index >= rows) {
        throw new InvalidInputException(
            "object %s keeps row %d after row %d, of %d rows"
                .formatted(object.key(), index, last, rows),
            REMEDY);
      }
      last = index;
    }
  }

  /**
   * n_c, the rows kept of each class, by label.
   *
   * @param classes k, above every label
   */
  public long[] kept(int classes) {
    long[] counts = new long[classes];
    for (long row : indices) {
      counts[labels[(int) row]]++;
    }
    return counts;
  }
}
