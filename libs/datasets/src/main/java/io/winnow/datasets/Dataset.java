package io.winnow.datasets;

import io.winnow.contracts.ArtifactRef;
import io.winnow.contracts.InvalidInputException;
import io.winnow.store.artifact.Artifact;
import io.winnow.store.artifact.ArtifactDraft;
import io.winnow.store.artifact.ArtifactStore;
import io.winnow.store.artifact.Manifest;
import io.winnow.store.artifact.Shards;
import io.winnow.store.object.ObjectStore;
import io.winnow.store.tensor.DType;
import io.winnow.store.tensor.SafeTensors;
import io.winnow.store.tensor.Tensor;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A data set in the store: shards of {@code images} (uint8 N×C×H×W; float32 for latents) and {@code
 * labels} (int32 N), each of one split. The rows of a split are numbered over its shards in the
 * order of the manifest.
 */
public final class Dataset {
  private static final String IMAGES = "images";
  private static final String LABELS = "labels";
  private static final String ELEMENT = "element";

  private final ObjectStore objects;
  private final Artifact artifact;
  private final List<String> classes;
  private final ImageShape shape;
  private final Shards shards;

  private Dataset(
      ObjectStore objects,
      Artifact artifact,
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
   * Opens a data set.
   *
   * @throws InvalidInputException missing, altered, or not a data set
   */
  public static Dataset open(ArtifactStore store, ArtifactRef ref) {
    Artifact artifact = store.open(ref);
    ImageShape shape;
    try {
      shape =
          new ImageShape(
              artifact.attribute("channels", Integer.class),
              artifact.attribute("height", Integer.class),
              artifact.attribute("width", Integer.class),
              artifact.manifest().attributes().containsKey(ELEMENT)
                  ? artifact.attribute(ELEMENT, DType.class)
                  : DType.U8);
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
   * Writes the attributes that {@link #open} needs: classes, channels, height, width and, for
   * latents, element. The draft itself adds the rows per split.
   *
   * @param classes names, by label
   */
  public static void describe(ArtifactDraft draft, List<String> classes, ImageShape shape) {
    draft.attribute("classes", classes);
    draft.attribute("channels", shape.channels());
    draft.attribute("height", shape.height());
    draft.attribute("width", shape.width());
    if (shape.latent()) {
      draft.attribute(ELEMENT, shape.element());
    }
  }

  /** The tensors of a shard with these rows. */
  public static Map<String, Tensor> tensors(ImageBatch batch) {
    ImageShape s = batch.shape();
    return Map.of(
        IMAGES,
        new Tensor(
            s.element(),
            new long[] {batch.rows(), s.channels(), s.height(), s.width()},
            ByteBuffer.wrap(batch.images())),
        LABELS,
        Tensor.of(batch.labels(), batch.rows()));
  }

  /** Class names, by label. */
  public List<String> classes() {
    return classes;
  }

  /** The shape of every image. */
  public ImageShape shape() {
    return shape;
  }

  /** The number of rows of a split; 0 if there is no such split. */
  public int rows(String split) {
    return shards.rows(split);
  }

  /** All shards, in the order of the manifest. */
  public List<Manifest.Entry> shards() {
    return shards.all();
  }

  /** The shards of a split, in the order of the manifest. */
  public List<Manifest.Entry> shards(String split) {
    return shards.of(split);
  }

  /** The artifact in the store. */
  public Artifact artifact() {
    return artifact;
  }

  /**
   * Reads a shard into memory.
   *
   * @throws InvalidInputException missing or altered, a shape other than the manifest's, or a label
   *     out of range
   */
  public ImageBatch read(Manifest.Entry shard) {
    String key = shard.object().key();
    Map<String, Tensor> tensors = SafeTensors.parse(objects.get(shard.object()), key);
    ByteBuffer data = images(tensors, shard).data();
    byte[] images = new byte[data.remaining()];
    data.get(images);
    return new ImageBatch(shape, images, labels(tensors, shard));
  }

  /**
   * Reads the first rows of a shard. Nothing else is fetched, so the rows are not checked against
   * the object's sha-256: for display only.
   *
   * @param rows at most this many, at least 1
   * @throws InvalidInputException missing, another shape than the manifest's, or a label out of
   *     range
   */
  public ImageBatch readFirst(Manifest.Entry shard, int rows) {
    String key = shard.object().key();
    long count = Math.min(rows, shard.object().rows());
    Map<String, Tensor> tensors =
        SafeTensors.firstRows(
            (offset, length) -> objects.range(key, offset, length),
            shard.object().size(),
            Math.toIntExact(count),
            Set.of(IMAGES, LABELS),
            key);
    ByteBuffer data = images(tensors, shard, count).data();
    byte[] images = new byte[data.remaining()];
    data.get(images);
    return new ImageBatch(
        shape, images, Shards.labels(tensors, LABELS, key, count, classes.size()));
  }

  /**
   * Maps rows of a split from the cache's files into memory. Downloads the shards that are not
   * cached; skips shards that contain none of the rows.
   *
   * @param rows ascending row numbers within the split, or null for all
   * @param progress called for each shard
   * @return the rows; close them after use
   * @throws InvalidInputException rows that the split does not have, a shard that {@link #read}
   *     rejects, or more bytes than the cache or its disk can hold
   */
  public MappedRows map(ShardCache cache, String split, long[] rows, ShardCache.Progress progress) {
    int[] chosen = rows == null ? null : checked(split, rows);
    List<Manifest.Entry> needed = new ArrayList<>();
    List<Integer> firsts = new ArrayList<>();
    int first = 0;
    int taken = 0;
    for (Manifest.Entry shard : shards(split)) {
      int end = Math.toIntExact(first + shard.object().rows());
      int before = taken;
      while (chosen != null && taken < chosen.length && chosen[taken] < end) {
        taken++;
      }
      if (chosen == null ? end > first : taken > before) {
        needed.add(shard);
        firsts.add(first);
      }
      first = end;
    }
    ShardCache.Lease files =
        cache.open(objects, needed.stream().map(Manifest.Entry::object).toList(), progress);
    try {
      List<MappedRows.Shard> shards = new ArrayList<>();
      for (int i = 0; i < needed.size(); i++) {
        Manifest.Entry shard = needed.get(i);
        Map<String, Tensor> tensors =
            SafeTensors.parse(files.contents().get(i), shard.object().key());
        shards.add(
            new MappedRows.Shard(
                firsts.get(i), images(tensors, shard).data(), labels(tensors, shard)));
      }
      return new MappedRows(shape, shards, chosen, files);
    } catch (RuntimeException e) {
      files.close();
      throw e;
    }
  }

  private Tensor images(Map<String, Tensor> tensors, Manifest.Entry shard) {
    return images(tensors, shard, shard.object().rows());
  }

  private Tensor images(Map<String, Tensor> tensors, Manifest.Entry shard, long rows) {
    return Shards.tensor(
        tensors,
        IMAGES,
        shape.element(),
        shard.object().key(),
        rows,
        shape.channels(),
        shape.height(),
        shape.width());
  }

  private int[] labels(Map<String, Tensor> tensors, Manifest.Entry shard) {
    return Shards.labels(
        tensors, LABELS, shard.object().key(), shard.object().rows(), classes.size());
  }

  private int[] checked(String split, long[] rows) {
    int[] checked = new int[rows.length];
    long previous = -1;
    for (int i = 0; i < rows.length; i++) {
      long row = rows[i];
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
            "use ascending rows of the data set that they were selected from");
      }
      previous = row;
      checked[i] = (int) row;
    }
    return checked;
  }
}
