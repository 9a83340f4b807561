package io.winnow.datasets;

import io.winnow.contracts.ArtifactRef;
import io.winnow.contracts.InvalidInputException;
import io.winnow.store.artifact.ArtifactDraft;
import io.winnow.store.artifact.ArtifactStore;
import io.winnow.store.artifact.Committed;
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

/**
 * A data set in the store: shards of {@code images} (uint8 N×C×H×W, of latents float32) and {@code
 * labels} (int32 N), each of one split. Row i of a split is position i over its shards in manifest
 * order.
 */
public final class Dataset {
  private static final String IMAGES = "images";
  private static final String LABELS = "labels";
  private static final String ELEMENT = "element";

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
   * Writes the attributes that {@link #open} needs: classes, channels, height, width and, of
   * latents, element (the draft itself adds rows by split).
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

  /** The content of a shard. */
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
    ByteBuffer data = images(tensors, shard).data();
    byte[] images = new byte[data.remaining()];
    data.get(images);
    return new ImageBatch(shape, images, labels(tensors, shard));
  }

  /**
   * Rows of a split, mapped from the cache's files, which are fetched where they are not there; a
   * shard without a wanted row is left alone.
   *
   * @param rows ascending row numbers within the split, or null for all
   * @param progress told of each shard
   * @return to be closed when they are no longer read
   * @throws InvalidInputException rows that the split does not have, a shard that {@link #read}
   *     would refuse, or more bytes than the cache or its disk takes
   */
  public MappedRows map(ShardCache cache, String split, long[] rows, ShardCache.Progress progress) {
    int[] chosen = rows == null ? null : checked(split, rows);
    List<Manifest.Entry> wanted = new ArrayList<>();
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
        wanted.add(shard);
        firsts.add(first);
      }
      first = end;
    }
    ShardCache.Lease files =
        cache.open(objects, wanted.stream().map(Manifest.Entry::object).toList(), progress);
    try {
      List<MappedRows.Shard> shards = new ArrayList<>();
      for (int i = 0; i < wanted.size(); i++) {
        Manifest.Entry shard = wanted.get(i);
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
    return Shards.tensor(
        tensors,
        IMAGES,
        shape.element(),
        shard.object().key(),
        shard.object().rows(),
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
            "give ascending rows of the data set that they were chosen from");
      }
      previous = row;
      checked[i] = (int) row;
    }
    return checked;
  }
}
