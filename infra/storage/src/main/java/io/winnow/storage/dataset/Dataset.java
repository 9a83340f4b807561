package io.winnow.storage.dataset;

import io.winnow.contracts.ArtifactRef;
import io.winnow.contracts.InvalidInputException;
import io.winnow.storage.artifact.ArtifactDraft;
import io.winnow.storage.artifact.ArtifactStore;
import io.winnow.storage.artifact.Committed;
import io.winnow.storage.artifact.Manifest;
import io.winnow.storage.artifact.Shards;
import io.winnow.storage.object.ObjectStore;
import io.winnow.storage.tensor.DType;
import io.winnow.storage.tensor.SafeTensors;
import io.winnow.storage.tensor.Tensor;
import java.util.List;
import java.util.Map;

/**
 * A data set in the store: shards of {@code images} (uint8 N×C×H×W) and {@code labels} (int32 N),
 * each of one split. Row i of a split is position i over its shards in manifest order.
 */
public final class Dataset {
  private static final String IMAGES = "images";
  private static final String LABELS = "labels";

  private final ObjectStore objects;
  private final Committed artifact;
  private final List<String> classes;
  private final ImageShape shape;
  private final Shards shards;

  private Dataset(
      ObjectStore objects,
      Committed artifact,
      List<String> classes,
      ImageShape shape,
      Shards shards) {
    this.objects = objects;
    this.artifact = artifact;
    this.classes = classes;
    this.shape = shape;
    this.shards = shards;
  }

  /**
   * @throws InvalidInputException missing, altered, or no data set
   */
  public static Dataset open(ArtifactStore store, ArtifactRef ref) {
    Committed artifact = store.open(ref);
    ImageShape shape;
    try {
      shape =
          new ImageShape(
              artifact.attribute("channels", Integer.class),
              artifact.attribute("height", Integer.class),
              artifact.attribute("width", Integer.class));
    } catch (IllegalArgumentException e) {
      throw new InvalidInputException(
          "data set " + ref.address() + ": " + e.getMessage(), "import it again", e);
    }
    return new Dataset(
        store.objects(),
        artifact,
        List.of(artifact.attribute("classes", String[].class)),
        shape,
        Shards.of(artifact, name -> true));
  }

  /**
   * Writes the attributes that {@link #open} needs: classes, channels, height, width (the draft
   * itself adds rows by split).
   *
   * @param classes names, by label
   */
  public static void describe(ArtifactDraft draft, List<String> classes, ImageShape shape) {
    draft.attribute("classes", classes);
    draft.attribute("channels", shape.channels());
    draft.attribute("height", shape.height());
    draft.attribute("width", shape.width());
  }

  /** The content of a shard. */
  public static Map<String, Tensor> tensors(ImageBatch batch) {
    ImageShape s = batch.shape();
    return Map.of(
        IMAGES,
        Tensor.of(batch.images(), batch.rows(), s.channels(), s.height(), s.width()),
        LABELS,
        Tensor.of(batch.labels(), batch.rows()));
  }

  /** Class names, by label. */
  public List<String> classes() {
    return classes;
  }

  public ImageShape shape() {
    return shape;
  }

  /** Rows of a split, 0 when there is none of that name. */
  public int rows(String split) {
    return shards.rows(split);
  }

  public List<Manifest.Entry> shards() {
    return shards.all();
  }

  public List<Manifest.Entry> shards(String split) {
    return shards.of(split);
  }

  public Committed artifact() {
    return artifact;
  }

  /**
   * @throws InvalidInputException missing or altered, a shape other than the manifest's, or a label
   *     out of range
   */
  public ImageBatch read(Manifest.Entry shard) {
    String key = shard.object().key();
    Map<String, Tensor> tensors = SafeTensors.parse(objects.get(shard.object()), key);
    long n = shard.object().rows();
    Tensor images =
        Shards.tensor(
            tensors, IMAGES, DType.U8, key, n, shape.channels(), shape.height(), shape.width());
    int[] labels = Shards.labels(tensors, LABELS, key, n, classes.size());
    return new ImageBatch(shape, images.bytes(), labels);
  }

  /**
   * Rows of a split in memory.
   *
   * @param rows ascending row numbers within the split, or null for all
   * @throws InvalidInputException rows that the split does not have, or more bytes than an array
   *     holds (2 GiB)
   */
  public ImageBatch load(String split, long[] rows) {
    int wanted = rows == null ? rows(split) : checked(split, rows);
    long bytes = (long) wanted * shape.bytes();
    if (bytes > Integer.MAX_VALUE - 8) {
      throw new InvalidInputException(
          wanted
              + " images of "
              + shape
              + " from "
              + artifact.ref().address()
              + " are more than 2 GiB",
          "keep fewer (a lower selection ratio) or smaller images");
    }
    byte[] images = new byte[(int) bytes];
    int[] labels = new int[wanted];
    int taken = 0;
    long first = 0;
    for (Manifest.Entry shard : shards(split)) {
      long end = first + shard.object().rows();
      int until = rows == null ? Math.toIntExact(end) : taken;
      while (rows != null && until < wanted && rows[until] < end) {
        until++;
      }
      if (until > taken) {
        ImageBatch batch = read(shard);
        for (; taken < until; taken++) {
          int at = (int) ((rows == null ? taken : rows[taken]) - first);
          System.arraycopy(
              batch.images(), at * shape.bytes(), images, taken * shape.bytes(), shape.bytes());
          labels[taken] = batch.labels()[at];
        }
      }
      first = end;
    }
    return new ImageBatch(shape, images, labels);
  }

  private int checked(String split, long[] rows) {
    long previous = -1;
    for (long row : rows) {
      if (row <= previous || row >= rows(split)) {
        throw new InvalidInputException(
            "row "
                + row
                + " after row "
                + previous
                + " of split "
                + split
                + " ("
                + rows(split)
                + " rows) of "
                + artifact.ref().address()
                + " is out of order or out of range",
            "give ascending rows of the data set that they were chosen from");
      }
      previous = row;
    }
    return rows.length;
  }
}
