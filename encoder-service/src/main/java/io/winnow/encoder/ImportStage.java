package io.winnow.encoder;

import io.winnow.contracts.InvalidInputException;
import io.winnow.contracts.Lineage;
import io.winnow.contracts.event.DatasetReady;
import io.winnow.contracts.event.Event;
import io.winnow.contracts.event.RunRequested;
import io.winnow.contracts.spec.DatasetSpec;
import io.winnow.stage.Stage;
import io.winnow.stage.Work;
import io.winnow.storage.artifact.Address;
import io.winnow.storage.artifact.ArtifactStore;
import io.winnow.storage.artifact.Committed;
import io.winnow.storage.artifact.RunFolder;
import io.winnow.storage.dataset.Dataset;
import io.winnow.storage.dataset.ImageBatch;
import io.winnow.storage.source.BatchReader;
import io.winnow.storage.source.DatasetSource;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * From a data set as its owner has it to canonical shards: {@code datasets/<name>/<digest>} with
 * {@code shard-NNNNNN.safetensors}, train before held out, in the source's order.
 */
@ApplicationScoped
public class ImportStage implements Stage<RunRequested> {
  private static final String VERSION = "1";
  private static final int MAX_SHARD_BYTES = 64 << 20;

  private final ArtifactStore store;

  ImportStage(ArtifactStore store) {
    this.store = store;
  }

  // the source's content is the address's input; where it lies and how it is packed do not matter
  private record Parameters(Double holdout, int shardRows) {}

  @Override
  public String name() {
    return "import";
  }

  /** Also notes the run, so that it can be found even when its data set is refused. */
  @Override
  public Address address(RunRequested event) {
    new RunFolder(store.objects(), event.runId()).request(event.run());
    DatasetSpec spec = event.run().spec().dataset();
    Path scratch = Path.of(System.getProperty("java.io.tmpdir"));
    try (DatasetSource source = DatasetSource.open(spec, scratch, store.objects())) {
      return address(spec, source);
    }
  }

  private Address address(DatasetSpec spec, DatasetSource source) {
    return Address.of(
        "datasets/" + spec.name(),
        name(),
        VERSION,
        new Parameters(source.drawn() ? spec.holdout() : null, shardRows(spec, source)),
        List.of(source.digest()));
  }

  /** As many as asked for, fewer where a shard would be larger than 64 MiB. */
  private static int shardRows(DatasetSpec spec, DatasetSource source) {
    return Math.max(1, Math.min(spec.shardRows(), MAX_SHARD_BYTES / source.shape().bytes()));
  }

  @Override
  public void run(RunRequested event, Work work) {
    DatasetSpec spec = event.run().spec().dataset();
    try (DatasetSource source = DatasetSource.open(spec, work.scratch(), store.objects())) {
      if (!address(spec, source).equals(work.draft().address())) {
        throw new InvalidInputException(
            "dataset.source \"" + spec.source() + "\" changed while it was imported",
            "leave the data alone and submit the run again");
      }
      Dataset.describe(work.draft(), source.classes(), source.shape());
      ShardWriter writer = new ShardWriter(work, source, shardRows(spec, source));
      writer.write(DatasetSource.TRAIN);
      writer.write(DatasetSource.HELDOUT);
    }
  }

  @Override
  public List<Event> next(RunRequested event, Committed artifact) {
    return List.of(new DatasetReady(event.run(), Lineage.of(artifact.ref())));
  }

  private static final class ShardWriter {
    private final Work work;
    private final DatasetSource source;
    private final int rows;
    private final long total;
    private int shards;
    private long done;

    ShardWriter(Work work, DatasetSource source, int rows) {
      this.work = work;
      this.source = source;
      this.rows = rows;
      this.total = (long) source.rows(DatasetSource.TRAIN) + source.rows(DatasetSource.HELDOUT);
    }

    void write(String split) {
      try (BatchReader reader = source.read(split)) {
        Optional<ImageBatch> batch = reader.next(rows);
        while (batch.isPresent()) {
          long n = batch.get().rows();
          work.draft()
              .putTensors(
                  "shard-%06d.safetensors".formatted(shards++),
                  Dataset.tensors(batch.get()),
                  n,
                  split);
          done += n;
          work.progress(done, total, "images", null);
          batch = reader.next(rows);
        }
      }
    }
  }
}
