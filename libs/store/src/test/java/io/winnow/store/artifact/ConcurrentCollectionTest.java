package io.winnow.store.artifact;

import static org.assertj.core.api.Assertions.assertThat;

import io.winnow.contracts.InvalidInputException;
import io.winnow.contracts.event.RunCancel;
import io.winnow.contracts.run.Run;
import io.winnow.contracts.run.StageRecord;
import io.winnow.contracts.spec.RunSpec;
import io.winnow.store.artifact.GarbageCollector.Item;
import io.winnow.store.local.Time;
import io.winnow.store.object.ObjectStore;
import io.winnow.store.testing.InMemoryObjectStore;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.function.IntUnaryOperator;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A garbage collection and a maker or user of what it would delete, in many orders. */
class ConcurrentCollectionTest {
  private static final StageRecord.Cost COST = new StageRecord.Cost(1, 1);
  private static final Address ADDRESS = Address.of("datasets/x", "import", "1", "x", List.of());
  private static final List<String> NAMES = List.of("a", "b", "c");

  // -Pthorough sets it to 100,000
  private static final int ORDERS = Integer.getInteger("winnow.fuzz.inputs", 2_000) / 50;

  /** What lies at the address at first. */
  private enum Before {
    NOTHING,
    UNFINISHED {
      @Override
      void make(ObjectStore objects) {
        objects.put(ADDRESS.path() + "/a", content("a"));
        objects.put(ADDRESS.path() + "/c", content("c"));
      }
    },
    COMMITTED {
      @Override
      void make(ObjectStore objects) {
        ConcurrentCollectionTest.make(new ArtifactStore(objects));
      }
    },
    DAMAGED {
      @Override
      void make(ObjectStore objects) {
        COMMITTED.make(objects);
        objects.delete(ADDRESS.path() + "/b");
      }
    };

    void make(ObjectStore objects) {}
  }

  private static byte[] content(String name) {
    return ("content of " + name).getBytes(StandardCharsets.UTF_8);
  }

  private static Artifact make(ArtifactStore store) {
    ArtifactDraft draft = store.draft(ADDRESS);
    for (String name : NAMES) {
      if (draft.reuse(name, null, null).isEmpty()) {
        draft.put(name, content(name), null, null);
      }
    }
    return draft.commit(COST);
  }

  /**
   * Orders in which one goes k steps, the other j, and then the first to its end; and random ones.
   */
  private static List<IntUnaryOperator> orders() {
    List<IntUnaryOperator> orders = new ArrayList<>();
    for (int first = 0; first < 2; first++) {
      for (int k = 0; k < 30; k++) {
        for (int j = 1; j < 30; j++) {
          int one = first;
          int until = k;
          int then = k + j;
          orders.add(step -> step < until || step >= then ? one : 1 - one);
        }
      }
    }
    for (int seed = 0; seed < 1000; seed++) {
      int[] actors = new Random(seed).ints(500, 0, 2).toArray();
      orders.add(step -> actors[step % actors.length]);
    }
    Collections.shuffle(orders, new Random(1));
    return orders.subList(0, Math.max(40, Math.min(ORDERS, orders.size())));
  }

  private static void collect(ObjectStore objects, Time time) {
    GarbageCollector garbage = new GarbageCollector(objects, time);
    try {
      List<Item> items = garbage.find(Set.of(), manifest -> false);
      garbage.delete(items, Set.of(), manifest -> false);
    } catch (InvalidInputException running) {
      assertThat(running).hasMessageContaining("runs are running");
    }
  }

  private static void requireWhole(InMemoryObjectStore objects) {
    for (String name : NAMES) {
      assertThat(objects.find(ADDRESS.path() + "/" + name)).contains(content(name));
    }
    assertThat(objects.find(ADDRESS.path() + "/manifest.json")).isPresent();
  }

  private static void requireNoneHalf(InMemoryObjectStore objects) {
    ArtifactVerifier verifier = new ArtifactVerifier(objects, true);
    assertThat(verifier.verify(verifier.artifacts(all -> true), (done, total) -> {})).isEmpty();
    assertThat(objects.list("garbage/")).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(Before.class)
  void anImportEndsWithAWholeArtifact(Before before) throws Exception {
    for (IntUnaryOperator order : orders()) {
      // given
      InMemoryObjectStore objects = new InMemoryObjectStore();
      before.make(objects);

      // when
      List<Throwable> faults =
          new Interleaving(order)
              .run(
                  objects,
                  ConcurrentCollectionTest::collect,
                  (mine, time) -> {
                    ArtifactStore store = new ArtifactStore(mine, time);
                    try (Claim claim = store.claim(ADDRESS)) {
                      store.reuse(ADDRESS.path()).orElseGet(() -> make(store));
                      requireWhole(objects);
                    }
                  });

      // then
      assertThat(faults).isEmpty();
      requireNoneHalf(objects);
      assertThat(objects.list("claims/")).isEmpty();
    }
  }

  @ParameterizedTest
  @EnumSource(Before.class)
  void aRunEndsWithAWholeArtifactThatStays(Before before) throws Exception {
    RunSpec spec =
        RunSpec.parse(
            "{\"dataset\":{\"source\":\"/data/x\"}}".getBytes(StandardCharsets.UTF_8), "spec");
    for (IntUnaryOperator order : orders()) {
      // given
      InMemoryObjectStore objects = new InMemoryObjectStore();
      before.make(objects);

      // when it works as a service does: request, artifact, record
      List<Throwable> faults =
          new Interleaving(order)
              .run(
                  objects,
                  ConcurrentCollectionTest::collect,
                  (mine, time) -> {
                    RunFolder run = new RunFolder(mine, "run-1");
                    run.request(new Run("run-1", spec, Instant.EPOCH));
                    ArtifactStore store = new ArtifactStore(mine, time);
                    Optional<Artifact> there = store.reuse(ADDRESS.path());
                    Artifact artifact = there.orElseGet(() -> make(store));
                    run.stage(
                        new StageRecord(
                            "import",
                            artifact.ref(),
                            there.isPresent(),
                            artifact.cost(),
                            Instant.EPOCH));
                    run.cancelled(new RunCancel("run-1", "over", Instant.EPOCH));
                  });

      // then
      assertThat(faults).isEmpty();
      requireWhole(objects);
      requireNoneHalf(objects);
    }
  }

  @ParameterizedTest
  @EnumSource(Before.class)
  void twoThatReuseOrMakeOneArtifactBothHaveItWhole(Before before) throws Exception {
    for (IntUnaryOperator order : orders()) {
      // given
      InMemoryObjectStore objects = new InMemoryObjectStore();
      before.make(objects);
      Interleaving.Actor maker =
          (mine, time) -> {
            ArtifactStore store = new ArtifactStore(mine, time);
            store.reuse(ADDRESS.path()).orElseGet(() -> make(store));
            requireWhole(objects);
          };

      // when
      List<Throwable> faults = new Interleaving(order).run(objects, maker, maker);

      // then
      assertThat(faults).isEmpty();
      requireWhole(objects);
    }
  }
}
