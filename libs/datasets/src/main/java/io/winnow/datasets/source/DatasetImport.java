package io.winnow.datasets.source;

import io.winnow.contracts.spec.DatasetSpec;
import io.winnow.contracts.spec.DatasetSpec.OnBadImage;
import io.winnow.contracts.spec.DatasetSpec.Resize;
import io.winnow.datasets.Dataset;
import io.winnow.datasets.Duplicates;
import io.winnow.datasets.ImageBatch;
import io.winnow.datasets.source.format.Skipped;
import io.winnow.store.artifact.Address;
import io.winnow.store.artifact.ArtifactDraft;
import io.winnow.store.artifact.Committed;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * From a data set as its owner has it to canonical shards: {@code datasets/<name>/<digest>} with
 * {@code shard-NNNNNN.safetensors}, train before held out, in the source's order. Attributes
 * besides those of {@link Dataset}: {@code duplicates}, the images that equal an earlier one;
 * {@code duplicatesAcrossSplits}, those of them that equal one of another split; and, where bad
 * images are skipped, {@code skipped} (see {@link Skipped}).
 */
public final class DatasetImport {
  /** The stage's name in addresses and step records. */
  public static final String STAGE = "import";

  private static final String VERSION = "1";
  private static final int MAX_SHARD_BYTES = 64 << 20;
  private static final int NAMED = 3;
  private static final String SKIPPED = "skipped";
  private static final String DUPLICATES = "duplicates";
  private static final String ACROSS = "duplicatesAcrossSplits";

  private final DatasetSpec spec;
  private final DatasetSource source;

  /** Told of each shard. */
  public interface Progress {
    /**
     * @param message what people should know by now, or null
     */
    void at(long done, long total, String message);
  }

  // the source's content is the address's input; where it lies and how it is packed do not matter.
  // What is at its default is null and not written, so that older addresses stay
  private record Parameters(
      Double holdout, int shardRows, OnBadImage onBadImage, Integer size, Resize resize) {}

  public DatasetImport(DatasetSpec spec, DatasetSource source) {
    this.spec = spec;
    this.source = source;
  }

  /** Where the data set goes. */
  public Address address() {
    return Address.of(
        "datasets/" + spec.name(),
        STAGE,
        VERSION,
        new Parameters(
            source.drawn() ? spec.holdout() : null,
            shardRows(),
            skips() ? OnBadImage.SKIP : null,
            spec.size(),
            spec.resize() == Resize.NONE ? null : spec.resize()),
        List.of(source.digest()));
  }

  private boolean skips() {
    return spec.onBadImage() == OnBadImage.SKIP;
  }

  /** As many as asked for, fewer where a shard would be larger than 64 MiB. */
  private int shardRows() {
    return Math.max(1, Math.min(spec.shardRows(), MAX_SHARD_BYTES / source.shape().bytes()));
  }

  /**
   * Writes shards and attributes.
   *
   * @throws io.winnow.contracts.InvalidInputException an image cannot be read; it is named
   */
  public void write(ArtifactDraft draft, Progress progress) {
    Dataset.describe(draft, source.classes(), source.shape());
    if (skips()) {
      draft.attribute(SKIPPED, source.skipped());
    }
    Writer writer = new Writer(draft, progress);
    writer.write(DatasetSource.TRAIN);
    writer.write(DatasetSource.HELDOUT);
    draft.attribute(DUPLICATES, writer.duplicates.images());
    draft.attribute(ACROSS, writer.duplicates.acrossSplits());
  }

  /** What people should know of an imported data set: skipped images and duplicates. */
  public static Optional<String> remark(Committed dataset) {
    return remark(skipped(dataset), duplicates(dataset), count(dataset, ACROSS));
  }

  /** The images that were left out of a data set. */
  public static Skipped skipped(Committed dataset) {
    return dataset.manifest().attributes().containsKey(SKIPPED)
        ? dataset.attribute(SKIPPED, Skipped.class)
        : Skipped.NONE;
  }

  /** Images that equal an earlier one; 0 for data sets from before these were counted. */
  public static long duplicates(Committed dataset) {
    return count(dataset, DUPLICATES);
  }

  private static long count(Committed dataset, String attribute) {
    return dataset.manifest().attributes().containsKey(attribute)
        ? dataset.attribute(attribute, Long.class)
        : 0;
  }

  private static Optional<String> remark(Skipped skipped, long duplicates, long across) {
    List<String> parts = new ArrayList<>();
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
      return remark(source.skipped(), duplicates.images(), duplicates.acrossSplits()).orElse(null);
    }
  }
}
