package io.winnow.datasets.source;

import io.winnow.contracts.InvalidInputException;
import io.winnow.contracts.spec.DatasetSpec;
import io.winnow.contracts.spec.DatasetSpec.OnBadImage;
import io.winnow.contracts.spec.DatasetSpec.Resize;
import io.winnow.datasets.Dataset;
import io.winnow.datasets.Duplicates;
import io.winnow.datasets.ImageBatch;
import io.winnow.datasets.source.format.Skipped;
import io.winnow.store.artifact.Address;
import io.winnow.store.artifact.Artifact;
import io.winnow.store.artifact.ArtifactDraft;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Imports a data set from its original format to canonical shards: {@code datasets/<name>/<digest>}
 * with {@code shard-NNNNNN.safetensors}, the train split before the held-out split, in the source's
 * order. Attributes besides those of {@link Dataset}: {@code duplicates}, the number of images that
 * equal an earlier one; {@code duplicatesAcrossSplits}, how many of them equal an image of another
 * split; {@code remarks}, if there are any, on how the source was read; and, if bad images are
 * skipped, {@code skipped} (see {@link Skipped}).
 */
public final class DatasetImport {
  /** The stage's name in addresses and stage records. */
  public static final String STAGE = "import";

  private static final String VERSION = "4";
  private static final int MAX_SHARD_BYTES = 64 << 20;
  private static final int NAMED = 3;
  private static final String SKIPPED = "skipped";
  private static final String DUPLICATES = "duplicates";
  private static final String ACROSS = "duplicatesAcrossSplits";
  private static final String REMARKS = "remarks";

  // of the held-out images; near-duplicates and a few stray copies are common
  private static final double MANY = 0.01;

  private final DatasetSpec spec;
  private final DatasetSource source;

  /** Receives the progress after each shard. */
  public interface Progress {
    /**
     * @param done images so far
     * @param total all images
     * @param message skipped images and duplicates so far, or null
     */
    void at(long done, long total, String message);
  }

  // the content of the source is the input of the address; its place and packing do not matter
  private record Parameters(
      Double holdout,
      int shardRows,
      OnBadImage onBadImage,
      Integer size,
      Resize resize,
      String imageColumn,
      String labelColumn) {}

  public DatasetImport(DatasetSpec spec, DatasetSource source) {
    this.spec = spec;
    this.source = source;
  }

  /** The address of the data set. */
  public Address address() {
    return Address.of(
        "datasets/" + spec.name(),
        STAGE,
        VERSION,
        new Parameters(
            source.drawn() ? spec.holdout() : null,
            shardRows(),
            spec.onBadImage(),
            spec.size(),
            spec.resize(),
            spec.imageColumn(),
            spec.labelColumn()),
        List.of(source.digest()));
  }

  private boolean skips() {
    return spec.onBadImage() == OnBadImage.SKIP;
  }

  /** As many as the spec says, but no more than fit into 64 MiB. */
  private int shardRows() {
    return Math.max(1, Math.min(spec.shardRows(), MAX_SHARD_BYTES / source.shape().bytes()));
  }

  /**
   * Writes shards and attributes.
   *
   * @throws InvalidInputException an image cannot be read, which is named; or all images are equal
   */
  public void write(ArtifactDraft draft, Progress progress) {
    Dataset.describe(draft, source.classes(), source.shape());
    if (skips()) {
      draft.attribute(SKIPPED, source.skipped());
    }
    Writer writer = new Writer(draft, progress);
    writer.write(DatasetSource.TRAIN);
    writer.write(DatasetSource.HELDOUT);
    if (writer.duplicates.images() == writer.total - 1) {
      throw new InvalidInputException(
          String.format(Locale.ROOT, "all %,d images of %s are equal", writer.total, spec.source()),
          "provide images that differ: nothing can be selected or learned from one image");
    }
    if (!source.remarks().isEmpty()) {
      draft.attribute(REMARKS, source.remarks());
    }
    draft.attribute(DUPLICATES, writer.duplicates.images());
    draft.attribute(ACROSS, writer.duplicates.acrossSplits());
  }

  /** Remarks on skipped images, duplicates and the way the source was read, if there are any. */
  public static Optional<String> remark(Artifact dataset) {
    return remark(
        skipped(dataset), duplicates(dataset), duplicatesAcrossSplits(dataset), remarks(dataset));
  }

  /** What the user should know about how a source was read, such as a part that is not used. */
  public static List<String> remarks(Artifact dataset) {
    return dataset.manifest().attributes().containsKey(REMARKS)
        ? List.of(dataset.attribute(REMARKS, String[].class))
        : List.of();
  }

  /**
   * A warning if more than one in a hundred held-out images is also a training image: quality
   * metrics that compare with held-out images are then too good.
   *
   * @param heldout number of held-out images
   */
  public static Optional<String> leakage(Artifact dataset, long heldout) {
    long across = duplicatesAcrossSplits(dataset);
    return across > MANY * heldout
        ? Optional.of(
            String.format(
                Locale.ROOT,
                "%,d of %,d held-out images are also training images, so quality metrics will be"
                    + " too good",
                across,
                heldout))
        : Optional.empty();
  }

  /** The bad images that were left out of a data set. */
  public static Skipped skipped(Artifact dataset) {
    return dataset.manifest().attributes().containsKey(SKIPPED)
        ? dataset.attribute(SKIPPED, Skipped.class)
        : Skipped.NONE;
  }

  /** The number of images that equal an earlier one; 0 for data sets that were not imported. */
  public static long duplicates(Artifact dataset) {
    return count(dataset, DUPLICATES);
  }

  /** How many of {@link #duplicates} equal an image of another split. */
  public static long duplicatesAcrossSplits(Artifact dataset) {
    return count(dataset, ACROSS);
  }

  private static long count(Artifact dataset, String attribute) {
    return dataset.manifest().attributes().containsKey(attribute)
        ? dataset.attribute(attribute, Long.class)
        : 0;
  }

  private static Optional<String> remark(
      Skipped skipped, long duplicates, long across, List<String> remarks) {
    List<String> parts = new ArrayList<>(remarks);
    if (skipped.images() > 0) {
      List<String> named = skipped.first().stream().limit(NAMED).toList();
      parts.add(
          counted(skipped.images(), "bad image")
              + " skipped: "
              + String.join("; ", named)
              + (skipped.images() > named.size() ? "; …" : ""));
    }
    if (duplicates > 0) {
      parts.add(
          counted(duplicates, "duplicate image")
              + (across > 0
                  ? String.format(Locale.ROOT, ", %,d of them across splits", across)
                  : ""));
    }
    return parts.isEmpty() ? Optional.empty() : Optional.of(String.join("; ", parts));
  }

  private static String counted(long n, String what) {
    return String.format(Locale.ROOT, "%,d %s%s", n, what, n == 1 ? "" : "s");
  }

  private final class Writer {
    private final ArtifactDraft draft;
    private final Progress progress;
    private final Duplicates duplicates = new Duplicates();
    private final long total =
        (long) source.rows(DatasetSource.TRAIN) + source.rows(DatasetSource.HELDOUT);
    private int shards;
    private long done;

    Writer(ArtifactDraft draft, Progress progress) {
      this.draft = draft;
      this.progress = progress;
    }

    void write(String split) {
      try (BatchReader reader = source.read(split)) {
        Optional<ImageBatch> batch = reader.next(shardRows());
        while (batch.isPresent()) {
          long n = batch.get().rows();
          draft.putTensors(
              "shard-%06d.safetensors".formatted(shards++), Dataset.tensors(batch.get()), n, split);
          duplicates.add(batch.get(), split);
          done += n;
          progress.at(done, total, message());
          batch = reader.next(shardRows());
        }
      }
    }

    private String message() {
      return remark(
              source.skipped(), duplicates.images(), duplicates.acrossSplits(), source.remarks())
          .orElse(null);
    }
  }
}
