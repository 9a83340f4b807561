package io.winnow.artifacts.features;

import io.winnow.contracts.ArtifactRef;
import io.winnow.contracts.InvalidInputException;
import io.winnow.contracts.ObjectRef;
import io.winnow.store.artifact.Artifact;
import io.winnow.store.artifact.ArtifactStore;
import io.winnow.store.artifact.Manifest;
import io.winnow.store.artifact.Shards;
import io.winnow.store.object.ObjectStore;
import io.winnow.store.tensor.DType;
import io.winnow.store.tensor.SafeTensors;
import io.winnow.store.tensor.Tensor;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.BiConsumer;

/**
 * Features in the store, in the same shards as the data set they were made from: {@code
 * shard-NNNNNN/features.safetensors} with {@code features} float32 or float16 N×d and {@code
 * labels} int32 N.
 */
public final class Features {
  private static final String FEATURES = "features";
  private static final String LABELS = "labels";
  private static final String ROWS = "/features.safetensors";

  private final ObjectStore objects;
  private final Artifact artifact;
  private final int dimension;
  private final int classes;
  private final Shards shards;

  private Features(
      ObjectStore objects, Artifact artifact, int dimension, int classes, Shards shards) {
    this.objects = objects;
    this.artifact = artifact;
    this.dimension = dimension;
    this.classes = classes;
    this.shards = shards;
  }

  /**
   * @throws InvalidInputException missing, altered, or no features
   */
  public static Features open(ArtifactStore store, ArtifactRef ref) {
    Artifact artifact = store.open(ref);
    int dimension = artifact.attribute("dimension", Integer.class);
    int classes = artifact.attribute("classes", Integer.class);
    if (dimension < 1 || classes < 1) {
      throw new InvalidInputException(
          "features "
              + ref.address()
              + " declare dimension "
              + dimension
              + " and "
              + classes
              + " classes",
          "encode the data set again");
    }
    return new Features(
        store.objects(), artifact, dimension, classes, Shards.of(artifact, n -> n.endsWith(ROWS)));
  }

  /** d, numbers a row has. */
  public int dimension() {
    return dimension;
  }

  /** How many classes the labels are from. */
  public int classes() {
    return classes;
  }

  /** Rows of a split, 0 if there is no split of that name. */
  public int rows(String split) {
    return shards.rows(split);
  }

  /** Names of the splits there are, in the order of their first shards. */
  public List<String> splits() {
    return shards.all().stream().map(Manifest.Entry::split).distinct().toList();
  }

  public List<Manifest.Entry> shards(String split) {
    return shards.of(split);
  }

  public Artifact artifact() {
    return artifact;
  }

  /**
   * @param shard one of {@link #shards}
   * @throws InvalidInputException missing or altered, a shape other than the manifest's, a feature
   *     that is not finite, a label out of range
   */
  public FeatureRows read(Manifest.Entry shard) {
    return read(shard, null);
  }

  // into an array that was used before, where it has the length
  private FeatureRows read(Manifest.Entry shard, float[] used) {
    String key = shard.object().key();
    Map<String, Tensor> tensors = SafeTensors.parse(objects.get(shard.object()), key);
    long n = shard.object().rows();
    Tensor stored = tensors.get(FEATURES);
    DType type = stored != null && stored.dtype() == DType.F16 ? DType.F16 : DType.F32;
    Tensor tensor = Shards.tensor(tensors, FEATURES, type, key, n, dimension);
    float[] features =
        used != null && used.length == tensor.elements() ? used : new float[tensor.elements()];
    tensor.floats(features);
    FeatureRows rows =
        new FeatureRows(dimension, features, Shards.labels(tensors, LABELS, key, n, classes));
    try {
      rows.requireFinite();
    } catch (InvalidInputException e) {
      throw new InvalidInputException("object " + key + ": " + e.problem(), e.remedy());
    }
    return rows;
  }

  /**
   * Reads shards as {@link #read} does, some of them ahead of their use on other threads, and hands
   * them over in order on the caller's; rows are valid during the call.
   *
   * @param wanted some of {@link #shards}
   * @param heap bytes that the shard in use and those ahead may take of the heap; where two do not
   *     fit, none is read ahead
   * @throws InvalidInputException as {@link #read}; those before were handed over
   */
  public void each(
      List<Manifest.Entry> wanted, long heap, BiConsumer<Manifest.Entry, FeatureRows> use) {
    long largest = wanted.stream().mapToLong(this::heapBytes).max().orElse(0);
    int processors = Runtime.getRuntime().availableProcessors();
    long ahead = Math.min(processors, heap / Math.max(1, largest) - 1);
    Queue<float[]> used = new ConcurrentLinkedQueue<>();
    ReadAhead.each(
        wanted,
        (int) ahead,
        shard -> read(shard, used.poll()),
        (shard, rows) -> {
          use.accept(shard, rows);
          used.add(rows.features());
        });
  }

  // as it is stored, and read
  private long heapBytes(Manifest.Entry shard) {
    return shard.object().size() + shard.object().rows() * dimension * Float.BYTES;
  }

  /**
   * The labels of a shard alone. Nothing else is fetched, so they are not checked against the
   * object's sha-256: {@link #read} gives them again, checked.
   *
   * @param shard one of {@link #shards}
   * @throws InvalidInputException missing, or a label out of range
   */
  public int[] labels(Manifest.Entry shard) {
    ObjectRef object = shard.object();
    Map<String, Tensor> tensors =
        SafeTensors.one(
            (offset, length) -> objects.range(object.key(), offset, length),
            object.size(),
            LABELS,
            object.key());
    return Shards.labels(tensors, LABELS, object.key(), object.rows(), classes);
  }

  /**
   * All rows of a split, in manifest order.
   *
   * @throws InvalidInputException as {@link #read}, or more numbers than an array holds
   */
  public FeatureRows load(String split) {
    long numbers = (long) rows(split) * dimension;
    if (numbers > Integer.MAX_VALUE - 8) {
      throw new InvalidInputException(
          rows(split)
              + " rows of "
              + dimension
              + " features of "
              + artifact.ref().address()
              + " are more than an array holds",
          "read them shard by shard");
    }
    float[] features = new float[(int) numbers];
    int[] labels = new int[rows(split)];
    int at = 0;
    for (Manifest.Entry shard : shards(split)) {
      FeatureRows part = read(shard);
      System.arraycopy(part.features(), 0, features, at * dimension, part.features().length);
      System.arraycopy(part.labels(), 0, labels, at, part.rows());
      at += part.rows();
    }
    return new FeatureRows(dimension, features, labels);
  }
}
