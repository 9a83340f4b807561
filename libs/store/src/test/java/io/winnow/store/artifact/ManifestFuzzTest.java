package io.winnow.store.artifact;

import static org.assertj.core.api.Assertions.assertThat;

import io.winnow.contracts.Json;
import io.winnow.contracts.ObjectRef;
import io.winnow.contracts.fuzz.Fuzz;
import io.winnow.contracts.fuzz.Fuzz.Tally;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Whatever lies where a manifest should is read or refused. */
class ManifestFuzzTest {
  private static final long MEMORY = 16L << 20;

  @Test
  void aManifestIsReadOrRefused() {
    // given
    ObjectRef shard = new ObjectRef("coresets/ab/shard-000000.safetensors", "cd", 10, 2L);
    Manifest manifest =
        new Manifest(
            "ab",
            "select",
            "3",
            Json.mapper().valueToTree(Map.of("ratio", 0.25)),
            List.of("ef"),
            List.of(new Manifest.Entry("shard-000000.safetensors", shard, "train")),
            Map.of("counts", Json.mapper().valueToTree(List.of(1, 2))));

    // when
    Tally tally =
        new Fuzz("manifest", MEMORY)
            .run(
                List.of(Json.bytes(manifest)),
                input -> {
                  Manifest read = Json.parse(input, Manifest.class, "object");
                  read.entries().forEach(entry -> entry.object().key());
                });

    // then both happened
    assertThat(tally.read()).isPositive();
    assertThat(tally.refused()).isPositive();
  }
}
