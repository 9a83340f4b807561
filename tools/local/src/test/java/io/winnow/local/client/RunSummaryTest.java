package io.winnow.local.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.winnow.contracts.run.Run;
import io.winnow.contracts.run.RunStatus;
import io.winnow.contracts.spec.DatasetSpec;
import io.winnow.contracts.spec.RunSpec;
import io.winnow.store.artifact.RunFolder;
import io.winnow.store.testing.InMemoryObjectStore;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
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
    List<RunSummary> all = RunSummary.all(store);

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
}
