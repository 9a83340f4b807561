package io.winnow.trainer.train;

import static org.assertj.core.api.Assertions.assertThat;

import io.winnow.contracts.ArtifactRef;
import io.winnow.contracts.ObjectRef;
import io.winnow.contracts.run.StageRecord;
import io.winnow.store.artifact.Artifact;
import io.winnow.store.artifact.Manifest;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SnapshotsTest {

  // steps of 8 images; the last step's weights are the model's own
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "80 | 16 | 2 4 6 8",
        "80 | 20 | 3 5 8",
        "80 | 4 | 1 2 3 4 5 6 7 8 9",
        "76 | 24 | 3 6 9",
        "80 | 80 | ''",
        "80 | 0 | ''"
      })
  void areDueWheneverAnIntervalIsFull(long images, long interval, String steps) {
    // given
    Snapshots snapshots = new Snapshots(images, 8, interval);

    // when
    String due =
        String.join(
            " ",
            IntStream.rangeClosed(1, 10).filter(snapshots::due).mapToObj(String::valueOf).toList());

    // then
    assertThat(due).isEqualTo(steps);
  }

  @Test
  void areFoundByTheirNamesInTheOrderOfImages() {
    // given a model's manifest, which is in the order of names
    Manifest manifest =
        new Manifest(
            "d",
            "train",
            "2",
            null,
            List.of(),
            List.of(
                entry("snapshots/1024.safetensors"),
                entry("snapshots/64.safetensors"),
                entry("ema.safetensors")),
            Map.of());
    Artifact model =
        new Artifact(new ArtifactRef("models/d", "d", null), manifest, new StageRecord.Cost(1, 1));

    // when, then
    assertThat(Snapshots.of(model))
        .containsExactly(
            Map.entry(64L, "snapshots/64.safetensors"),
            Map.entry(1024L, "snapshots/1024.safetensors"));
  }

  private static Manifest.Entry entry(String name) {
    return new Manifest.Entry(name, new ObjectRef("models/d/" + name, "aa", 1, null), null);
  }
}
