package io.winnow.store.artifact;

import io.winnow.contracts.InvalidInputException;
import io.winnow.store.object.DamagedObject;
import io.winnow.store.tensor.DType;
import io.winnow.store.tensor.Tensor;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/** The shards of an artifact by split, and checks of their tensors. */
public final class Shards {
  private final List<Manifest.Entry> all;
  private final Map<String, Integer> rows = new HashMap<>();

  private Shards(List<Manifest.Entry> all) {
    this.all = all;
  }

  /**
   * The entries that have a split and a name that passes.
   *
   * @throws InvalidInputException a shard does not declare its rows, or there are more than 2³¹−1
   */
  public static Shards of(Artifact artifact, Predicate<String> name) {
    Shards shards =
        new Shards(
            artifact.manifest().entries().stream()
                .filter(e -> e.split() != null && name.test(e.name()))
                .toList());
    for (Manifest.Entry e : shards.all) {
      Long n = e.object().rows();
      long sum = n == null ? -1 : shards.rows.getOrDefault(e.split(), 0) + n;
      if (n == null || n < 0 || sum > Integer.MAX_VALUE) {
        throw new InvalidInputException(
            "shard " + e.object().key() + " declares " + n + " rows",
            DamagedObject.remedy(e.object().key()));
      }
      shards.rows.put(e.split(), (int) sum);
    }
    return shards;
  }

  public List<Manifest.Entry> all() {
    return all;
  }

  public List<Manifest.Entry> of(String split) {
    return all.stream().filter(e -> split.equals(e.split())).toList();
  }

  /** Rows of a split, 0 if there is no split of that name. */
  public int rows(String split) {
    return rows.getOrDefault(split, 0);
  }

  /**
   * A tensor that must exist with this type and shape.
   *
   * @param key names the object in errors
   * @throws InvalidInputException it is not
   */
  public static Tensor tensor(
      Map<String, Tensor> tensors, String name, DType dtype, String key, long... shape) {
    Tensor tensor = tensors.get(name);
    if (tensor == null) {
      throw new InvalidInputException(
          "object " + key + " has no tensor " + name + " but " + tensors.keySet(),
          DamagedObject.remedy(key));
    }
    if (tensor.dtype() != dtype || !Arrays.equals(tensor.shape(), shape)) {
      throw new InvalidInputException(
          "object "
              + key
              + ": tensor "
              + name
              + " is "
              + tensor.dtype()
              + Arrays.toString(tensor.shape())
              + ", the manifest says "
              + dtype
              + Arrays.toString(shape),
          DamagedObject.remedy(key));
    }
    return tensor;
  }

  /**
   * The labels of a shard: int32, {@code rows} of them, each in [0, classes).
   *
   * @throws InvalidInputException they are not
   */
  public static int[] labels(
      Map<String, Tensor> tensors, String name, String key, long rows, int classes) {
    int[] labels = tensor(tensors, name, DType.I32, key, rows).ints();
    for (int i = 0; i < labels.length; i++) {
      if (labels[i] < 0 || labels[i] >= classes) {
        throw new InvalidInputException(
            "object "
                + key
                + ": row "
                + i
                + " has the label "
                + labels[i]
                + ", but there are "
                + classes
                + " classes",
            DamagedObject.remedy(key));
      }
    }
    return labels;
  }
}
