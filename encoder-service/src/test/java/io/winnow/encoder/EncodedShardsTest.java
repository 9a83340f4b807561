package io.winnow.encoder;

import static org.assertj.core.api.Assertions.assertThat;

import io.winnow.contracts.ArtifactRef;
import io.winnow.contracts.Lineage;
import io.winnow.contracts.LineageKey;
import io.winnow.contracts.event.Subject;
import io.winnow.contracts.run.Run;
import io.winnow.contracts.run.StageRecord;
import io.winnow.contracts.spec.RunSpec;
import io.winnow.store.artifact.Address;
import io.winnow.store.artifact.ArtifactDraft;
import io.winnow.store.artifact.ArtifactStore;
import io.winnow.store.artifact.Manifest;
import io.winnow.store.object.ObjectStore;
import io.winnow.store.testing.InMemoryObjectStore;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class EncodedShardsTest {
  private static final int SHARDS = 40;

  private final InMemoryObjectStore memory = new InMemoryObjectStore();
  private int keys;
  private int requests;
  private final ArtifactStore store = new ArtifactStore(counted(memory));
  private Encoding encoding;
  private List<Manifest.Entry> shards;

  /** Counts requests that read, and the keys that they list. */
  private ObjectStore counted(ObjectStore objects) {
    return (ObjectStore)
        Proxy.newProxyInstance(
            ObjectStore.class.getClassLoader(),
            new Class<?>[] {ObjectStore.class},
            (proxy, method, arguments) -> {
              try {
                Object result = method.invoke(objects, arguments);
                if (List.of("list", "find", "stat", "get").contains(method.getName())) {
                  requests++;
                }
                if (result instanceof List<?> listed) {
                  keys += listed.size();
                }
                return result;
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  @BeforeEach
  void prepare() {
    encoding = encoding("run");
    ArtifactDraft dataset = store.draft(Address.of("datasets", "test", "1", Map.of(), List.of()));
    for (int i = 0; i < SHARDS; i++) {
      dataset.put("shard-" + i, new byte[] {(byte) i}, 10L, "train");
    }
    shards = dataset.commit(new StageRecord.Cost(0, 0)).manifest().entries();
  }

  @Test
  void isCompleteWithTheLastShardWhoeverCommitsThem() {
    // given a process that encodes every other shard
    EncodedShards known = new EncodedShards(store, encoding);
    for (int i = 0; i < SHARDS; i++) {
      assertThat(known.complete(SHARDS)).isFalse();

      // when
      commit(encoding, i);
      if (i % 2 == 0) {
        known.add(i);
      }
    }

    // then
    assertThat(known.complete(SHARDS)).isTrue();
    assertThat(known.rows(shards)).isEqualTo(10 * SHARDS);
  }

  @Test
  void aProcessThatStartsLaterKnowsWhatIsCommitted() {
    // given shards that are committed in no order
    for (int i : new int[] {7, 3, 0, 1}) {
      commit(encoding, i);
    }

    // when
    EncodedShards known = new EncodedShards(store, encoding);

    // then
    assertThat(known.rows(shards)).isEqualTo(40);
    assertThat(known.complete(SHARDS)).isFalse();
    assertThat(known.complete(2)).isTrue();
  }

  @Test
  void shardsBehindAGapCountOnlyOnceTheyAreFound() {
    // given
    EncodedShards known = new EncodedShards(store, encoding);
    commit(encoding, 1);

    // then the second shard is not looked for while the first is missing
    assertThat(known.complete(SHARDS)).isFalse();
    assertThat(known.rows(shards)).isZero();

    // when
    commit(encoding, 0);
    assertThat(known.complete(SHARDS)).isFalse();

    // then
    assertThat(known.rows(shards)).isEqualTo(20);
  }

  @Test
  void anEncodingTakesAConstantNumberOfRequestsPerShard() {
    // given a service that encodes and collects: both ask after every shard
    Encodings encodings = new Encodings(store);
    keys = 0;
    requests = 0;

    // when
    for (int i = 0; i < SHARDS; i++) {
      memory.put("other/" + i, new byte[0]);
      commit(encoding, i);
      encodings.shards(encoding).add(i);
      encodings.shards(encoding).complete(SHARDS);
      assertThat(encodings.shards(encoding).complete(SHARDS)).isEqualTo(i == SHARDS - 1);
    }

    // then nothing was listed but what the first request found, and each shard when it was
    // committed
    assertThat(keys).isLessThanOrEqualTo(3 + SHARDS);
    assertThat(requests).isLessThan(10 * SHARDS);
  }

  @Test
  void anotherRunLooksForItself() {
    // given a run whose shards are all encoded
    Encodings encodings = new Encodings(store);
    IntStream.range(0, SHARDS).forEach(i -> commit(encoding, i));
    assertThat(encodings.shards(encoding).complete(SHARDS)).isTrue();

    // when somebody deletes one, and a new run asks
    memory.list(encoding.part(5).path()).forEach(object -> memory.delete(object.key()));
    EncodedShards next = encodings.shards(encoding("next"));

    // then
    assertThat(next.complete(SHARDS)).isFalse();
    assertThat(next.rows(shards)).isEqualTo(10 * (SHARDS - 1));
  }

  @Test
  void aShardWithoutItsFeaturesCountsOnceItIsMadeAnew() {
    // given
    IntStream.range(0, SHARDS).forEach(i -> commit(encoding, i));
    memory.delete(encoding.part(5).path() + "/" + Encoding.FEATURES);

    // when
    EncodedShards known = new EncodedShards(store, encoding);

    // then
    assertThat(known.rows(shards)).isEqualTo(10 * (SHARDS - 1));
    assertThat(known.complete(SHARDS)).isFalse();
    commit(encoding, 5);
    assertThat(known.complete(SHARDS)).isTrue();
  }

  @Test
  void manyRunsAreForgottenAndFoundAgain() {
    Encodings encodings = new Encodings(store);
    EncodedShards first = encodings.shards(encoding);
    assertThat(encodings.shards(encoding)).isSameAs(first);

    IntStream.range(0, 100).forEach(i -> encodings.shards(encoding("run-" + i)));

    assertThat(encodings.shards(encoding)).isNotSameAs(first);
  }

  private void commit(Encoding encoding, int shard) {
    ArtifactDraft part = store.draft(encoding.part(shard));
    part.put(Encoding.FEATURES, new byte[] {(byte) shard}, 10L, "train");
    part.commit(new StageRecord.Cost(0, 0));
  }

  private Encoding encoding(String run) {
    RunSpec spec =
        RunSpec.parse(
            "{\"dataset\": {\"source\": \"images\"}}".getBytes(StandardCharsets.UTF_8), "spec");
    Lineage lineage = Lineage.of(artifact("datasets")).with(LineageKey.ENCODER, artifact("models"));
    return new Encoding(new Run(run, spec, Instant.EPOCH), lineage, Subject.DATASET);
  }

  private ArtifactRef artifact(String kind) {
    Address address = Address.of(kind, "test", "1", Map.of("kind", kind), List.of());
    return store
        .find(address.path())
        .orElseGet(() -> store.draft(address).commit(new StageRecord.Cost(0, 0)))
        .ref();
  }
}
