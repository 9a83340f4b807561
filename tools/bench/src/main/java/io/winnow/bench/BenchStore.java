package io.winnow.bench;

import io.winnow.contracts.Seeds;
import io.winnow.contracts.run.StageRecord;
import io.winnow.contracts.spec.DatasetSpec;
import io.winnow.datasets.Dataset;
import io.winnow.datasets.ImageBatch;
import io.winnow.datasets.ImageShape;
import io.winnow.datasets.source.DatasetImport;
import io.winnow.datasets.source.DatasetSource;
import io.winnow.local.system.Home;
import io.winnow.local.system.StoreAccess;
import io.winnow.store.artifact.Address;
import io.winnow.store.artifact.Artifact;
import io.winnow.store.artifact.ArtifactDraft;
import io.winnow.store.artifact.ArtifactStore;
import io.winnow.store.local.FileTree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/** A temporary S3 store for a benchmark, deleted when closed. */
final class BenchStore implements AutoCloseable {
  private static final int CLASSES = 10;

  private final Path folder;
  private final StoreAccess access;
  private final ArtifactStore store;

  private BenchStore(Path folder) throws IOException {
    this.folder = folder;
    this.access = StoreAccess.openOrCreate(new Home(folder));
    this.store = new ArtifactStore(access.store());
  }

  static BenchStore open() throws IOException {
    return new BenchStore(Files.createTempDirectory("winnow-bench"));
  }

  /** Imports a data set from files. */
  Dataset imported(DatasetSpec spec) throws IOException {
    Path scratch = Files.createDirectories(folder.resolve("import"));
    try (DatasetSource source = DatasetSource.open(spec, scratch, access.store())) {
      DatasetImport shards = new DatasetImport(spec, source);
      ArtifactDraft draft = store.draft(shards.address());
      shards.write(draft, (done, total, message) -> {});
      return Dataset.open(store, draft.commit(new StageRecord.Cost(0, 0)).ref());
    }
  }

  /** Writes a data set of random pixels in 10 classes; equal arguments give equal bytes. */
  Dataset noise(ImageShape shape, int images, int shardRows) {
    Address address =
        Address.of("datasets/noise", "bench", "1", List.of(shape, images, shardRows), List.of());
    ArtifactDraft draft = store.draft(address);
    Dataset.describe(
        draft, IntStream.range(0, CLASSES).mapToObj(i -> "class " + i).toList(), shape);
    SplittableRandom random = new SplittableRandom(Seeds.of(0, "bench.images"));
    for (int from = 0; from < images; from += shardRows) {
      int rows = Math.min(shardRows, images - from);
      byte[] pixels = new byte[Math.multiplyExact(rows, shape.bytes())];
      random.nextBytes(pixels);
      int[] labels = new int[rows];
      Arrays.setAll(labels, i -> i % CLASSES);
      draft.putTensors(
          "shard-%06d.safetensors".formatted(from / shardRows),
          Dataset.tensors(new ImageBatch(shape, pixels, labels)),
          (long) rows,
          DatasetSource.TRAIN);
    }
    Artifact artifact = draft.commit(new StageRecord.Cost(0, 0));
    return Dataset.open(store, artifact.ref());
  }

  @Override
  public void close() throws IOException {
    try {
      access.close();
    } finally {
      FileTree.delete(folder);
    }
  }
}
