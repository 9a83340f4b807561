package io.winnow.store.artifact;

import static org.assertj.core.api.Assertions.assertThatCode;

import io.winnow.contracts.run.Run;
import io.winnow.contracts.spec.DatasetSpec;
import io.winnow.contracts.spec.RunSpec;
import io.winnow.store.testing.InMemoryObjectStore;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Garbage is found beside a run whose records are damaged. */
class DamagedRunTest {

  @Test
  void damagedRecordsOfARunDoNotStopTheCollector() {
    for (String name : List.of("request.json", "failed.json", "stages/train.json")) {
      // Given a run that failed, with a record that is no JSON
      InMemoryObjectStore objects = new InMemoryObjectStore();
      new RunFolder(objects, "a")
          .request(new Run("a", RunSpec.of(DatasetSpec.of("d")), Instant.EPOCH));
      objects.put("runs/a/failed.json", "{}".getBytes(StandardCharsets.UTF_8));
      objects.put("runs/a/" + name, "{ torn".getBytes(StandardCharsets.UTF_8));

      // When and then
      assertThatCode(() -> new GarbageCollector(objects).find(Set.of(), manifest -> false))
          .doesNotThrowAnyException();
    }
  }
}
