package io.winnow.local.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.winnow.contracts.run.StageRecord;
import io.winnow.datasets.Dataset;
import io.winnow.datasets.ImageShape;
import io.winnow.store.artifact.Address;
import io.winnow.store.artifact.ArtifactDraft;
import io.winnow.store.artifact.ArtifactStore;
import io.winnow.store.testing.InMemoryObjectStore;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DatasetSummaryTest {
  private final InMemoryObjectStore objects = new InMemoryObjectStore();
  private final ArtifactStore store = new ArtifactStore(objects);

  private String dataset(String name) {
    ArtifactDraft draft =
        store.draft(Address.of("datasets/" + name, "import", "1", Map.of("name", name), List.of()));
    Dataset.describe(draft, List.of("a", "b"), new ImageShape(1, 8, 8));
    return draft.commit(new StageRecord.Cost(0, 0)).ref().address();
  }

  @Test
  void aDamagedDataSetIsNamedAndTheOthersAreListed() {
    // Given three data sets, one with a manifest that is no JSON
    String first = dataset("first");
    String torn = dataset("torn");
    String last = dataset("last");
    objects.put(torn + "/manifest.json", "{ torn".getBytes(StandardCharsets.UTF_8));

    // When
    List<String> damaged = new ArrayList<>();
    List<DatasetSummary> all = DatasetSummary.all(store, damaged::add);

    // Then
    assertThat(all).extracting(DatasetSummary::dataset).containsExactlyInAnyOrder(first, last);
    assertThat(damaged).singleElement().asString().contains(torn + "/manifest.json");
  }
}
