package io.winnow.local.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.winnow.contracts.event.RunFailed;
import io.winnow.contracts.run.Run;
import io.winnow.contracts.run.RunStatus;
import io.winnow.contracts.run.StageRecord;
import io.winnow.contracts.spec.DatasetSpec;
import io.winnow.contracts.spec.RunSpec;
import io.winnow.store.artifact.RunFolder;
import io.winnow.store.object.ObjectStore;
import io.winnow.store.testing.InMemoryObjectStore;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class RunSummaryTest {

  @Test
  void aRunWithADamagedRecordIsListedWithTheOthers() {
    // Given three runs, of which one has a request that is no JSON
    InMemoryObjectStore store = new InMemoryObjectStore();
    for (String id : List.of("a", "b", "c")) {
      new RunFolder(store, id).request(new Run(id, RunSpec.of(DatasetSpec.of("d")), Instant.EPOCH));
    }
    store.put("runs/b/request.json", "{ broken".getBytes(StandardCharsets.UTF_8));

    // When they are listed
    List<RunSummary> all = RunSummary.last(store, List.of("a", "b", "c"), 9);

    // Then all are there, and the damaged record is named
    assertThat(all).extracting(RunSummary::run).containsExactlyInAnyOrder("a", "b", "c");
    assertThat(all).extracting(RunSummary::state).containsOnly(RunStatus.RUNNING);
    assertThat(all)
        .filteredOn(run -> !run.damaged().isEmpty())
        .singleElement()
        .satisfies(
            run -> {
              assertThat(run.run()).isEqualTo("b");
              assertThat(run.damaged().get(0)).contains("runs/b/request.json", "not valid JSON");
            });
    assertThat(RunSummary.of(store, "b").damaged()).hasSize(1);
  }

  @Test
  void onlyTheLastRunsAreRead() {
    // given 500 runs, each with a record of ten stages, whose ids do not tell their order
    InMemoryObjectStore objects = new InMemoryObjectStore();
    List<String> ids = new ArrayList<>();
    for (int i = 0; i < 500; i++) {
      String id = "run-" + i * 7 % 500;
      ids.add(id);
      RunFolder folder = new RunFolder(objects, id);
      Instant at = Instant.EPOCH.plusSeconds(i);
      folder.request(new Run(id, RunSpec.of(DatasetSpec.of("d")), at));
      for (int stage = 0; stage < 10; stage++) {
        folder.stage(new StageRecord("s" + stage, null, false, null, at));
      }
      folder.failed(new RunFailed(id, "s9", "problem", "remedy", at));
      objects.written("runs/" + id + "/", at);
    }
    Map<String, AtomicInteger> calls = new ConcurrentHashMap<>();

    // when
    List<RunSummary> last = RunSummary.last(counting(objects, calls), ids, 5);

    // then the store is listed once, and 5 runs are read
    assertThat(last).extracting(RunSummary::run).containsExactlyElementsOf(ids.subList(495, 500));
    assertThat(calls.get("modified")).hasValue(1);
    assertThat(calls.get("list")).hasValue(5);
    assertThat(calls.get("find")).hasValue(5 * 12);
    assertThat(calls).hasSize(3);
  }

  private static ObjectStore counting(ObjectStore objects, Map<String, AtomicInteger> calls) {
    return (ObjectStore)
        Proxy.newProxyInstance(
            ObjectStore.class.getClassLoader(),
            new Class<?>[] {ObjectStore.class},
            (proxy, method, arguments) -> {
              calls.computeIfAbsent(method.getName(), n -> new AtomicInteger()).incrementAndGet();
              return method.invoke(objects, arguments);
            });
  }
}
