package io.winnow.datasets;

import static org.assertj.core.api.Assertions.assertThat;

import io.winnow.contracts.run.StageRecord;
import io.winnow.embedded.EmbeddedS3;
import io.winnow.store.artifact.Address;
import io.winnow.store.artifact.Artifact;
import io.winnow.store.artifact.ArtifactDraft;
import io.winnow.store.artifact.ArtifactStore;
import io.winnow.store.object.MinioObjectStore;
import io.winnow.store.object.StoreConfig;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Artifacts against a real S3 endpoint. */
class ArtifactStoreOnS3Test {
  @TempDir static Path home;

  private static EmbeddedS3 s3;
  private static MinioObjectStore objects;
  private static ArtifactStore store;

  @BeforeAll
  static void start() {
    EmbeddedS3.Credentials credentials = new EmbeddedS3.Credentials("key", "secret-secret");
    s3 = EmbeddedS3.start(home, 0, credentials, "winnow");
    objects =
        new MinioObjectStore(
            new StoreConfig(
                s3.endpoint().toString(),
                credentials.accessKey(),
                credentials.secretKey(),
                s3.bucket(),
                null));
    store = new ArtifactStore(objects);
  }

  @AfterAll
  static void stop() {
    objects.close();
    s3.close();
  }

  @Test
  void manyMakersOfOneArtifactAgreeOnIt() throws Exception {
    int makers = 6;
    ExecutorService pool = Executors.newFixedThreadPool(makers);
    try {
      for (int round = 0; round < 5; round++) {
        // given makers whose manifests differ
        Address address = Address.of("race", "select", "1", Map.of("round", round), List.of());
        List<Callable<Artifact>> attempts = new ArrayList<>();
        for (int maker = 0; maker < makers; maker++) {
          int own = maker;
          attempts.add(
              () -> {
                ArtifactDraft draft = store.draft(address);
                draft.put("same", new byte[] {1, 2, 3}, null, null);
                draft.attribute("maker", own);
                return draft.commit(new StageRecord.Cost(own, own));
              });
        }
        // when they commit at once
        Set<String> manifests = new HashSet<>();
        for (Future<Artifact> outcome : pool.invokeAll(attempts)) {
          Artifact committed = outcome.get();
          manifests.add(committed.ref().manifest().sha256());
          assertThat(store.open(committed.ref()).manifest()).isEqualTo(committed.manifest());
        }
        // then there is one
        assertThat(manifests).hasSize(1);
      }
    } finally {
      pool.shutdownNow();
    }
  }

  @Test
  void anArtifactThatIsFoundIsWhole() throws Exception {
    // given a maker of data sets
    ImageShape shape = new ImageShape(1, 8, 8);
    ImageBatch batch = new ImageBatch(shape, new byte[640], new int[10]);
    int count = 10;
    ExecutorService pool = Executors.newSingleThreadExecutor();
    try {
      Future<?> maker =
          pool.submit(
              () -> {
                for (int i = 0; i < count; i++) {
                  ArtifactDraft draft = store.draft(dataset(i));
                  Dataset.describe(draft, List.of("only"), shape);
                  for (int s = 0; s < 3; s++) {
                    draft.putTensors("shard-00000" + s, Dataset.tensors(batch), 10L, "train");
                  }
                  draft.commit(new StageRecord.Cost(1, 1));
                }
              });
      // when a reader looks for each all the while, then what it finds is whole
      for (int i = 0; i < count; i++) {
        Optional<Artifact> found = store.find(dataset(i).path());
        while (found.isEmpty() && !maker.isDone()) {
          found = store.find(dataset(i).path());
        }
        Artifact committed = found.or(last(i)).orElseThrow();
        Dataset dataset = Dataset.open(store, committed.ref());
        assertThat(dataset.shards("train"))
            .hasSize(3)
            .allSatisfy(shard -> assertThat(dataset.read(shard).rows()).isEqualTo(10));
        assertThat(dataset.rows("train")).isEqualTo(30);
      }
      maker.get();
      assertThat(store.find(dataset(count - 1).path())).isPresent();
    } finally {
      pool.shutdownNow();
    }
  }

  // the maker may have ended between a look and the question whether it has
  private static Supplier<Optional<Artifact>> last(int i) {
    return () -> store.find(dataset(i).path());
  }

  private static Address dataset(int i) {
    return Address.of("datasets/test", "import", "1", Map.of("i", i), List.of());
  }
}
