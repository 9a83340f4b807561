package io.winnow.store.artifact;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.winnow.contracts.ArtifactRef;
import io.winnow.contracts.InvalidInputException;
import io.winnow.contracts.event.RunCancel;
import io.winnow.contracts.run.Run;
import io.winnow.contracts.run.StageRecord;
import io.winnow.contracts.spec.RunSpec;
import io.winnow.store.artifact.GarbageCollector.Item;
import io.winnow.store.artifact.GarbageCollector.Kind;
import io.winnow.store.testing.InMemoryObjectStore;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class GarbageCollectorTest {
  private static final String DIGEST = "ab".repeat(32);

  private final InMemoryObjectStore objects = new InMemoryObjectStore();
  private final ArtifactStore store = new ArtifactStore(objects);
  private final GarbageCollector garbage = new GarbageCollector(objects);

  private ArtifactRef artifact(String prefix, String stage, ArtifactRef... inputs) {
    List<String> digests = List.of(inputs).stream().map(ArtifactRef::digest).toList();
    ArtifactDraft draft = store.draft(Address.of(prefix, stage, "1", prefix, digests));
    draft.put("content", prefix.getBytes(StandardCharsets.UTF_8), null, null);
    return draft.commit(new StageRecord.Cost(1, 1)).ref();
  }

  private RunFolder run(String id, ArtifactRef... made) {
    RunFolder folder = new RunFolder(objects, id);
    byte[] spec = "{\"dataset\":{\"source\":\"/data/x\"}}".getBytes(StandardCharsets.UTF_8);
    folder.request(new Run(id, RunSpec.parse(spec, "spec"), Instant.EPOCH));
    for (ArtifactRef one : made) {
      folder.stage(
          new StageRecord(
              one.address().replaceAll("/.*", ""),
              one,
              false,
              new StageRecord.Cost(1, 1),
              Instant.EPOCH));
    }
    return folder;
  }

  private RunFolder over(RunFolder run) {
    run.cancelled(new RunCancel(run.id(), "over", Instant.EPOCH));
    return run;
  }

  private List<Item> find(String... forgotten) {
    return garbage.find(Set.of(forgotten), manifest -> false);
  }

  @Test
  void whatARunHasMadeAndAllThatItWasMadeOfStays() {
    // given features that only the coreset's manifest tells of
    ArtifactRef dataset = artifact("datasets/x", "import");
    ArtifactRef features = artifact("features", "encode", dataset);
    ArtifactRef coreset = artifact("coresets", "select", features);
    ArtifactRef loner = artifact("weights", "reweight", features);
    over(run("run-1", coreset));

    // when
    List<Item> items = find();

    // then
    assertThat(items).extracting(Item::path).containsExactly(loner.address() + "/");
    assertThat(items.get(0).kind()).isEqualTo(Kind.ARTIFACT);
    assertThat(items.get(0).keys())
        .containsExactly(
            loner.address() + "/manifest.json",
            loner.address() + "/content",
            loner.address() + "/cost.json");
  }

  @Test
  void aForgottenRunTakesWithItWhatNoOtherRefersTo() {
    // given
    ArtifactRef dataset = artifact("datasets/x", "import");
    ArtifactRef one = artifact("coresets", "select", dataset);
    ArtifactRef other = artifact("weights", "reweight", dataset);
    over(run("run-1", one));
    over(run("run-2", other));

    // when
    List<Item> items = find("run-1");
    garbage.remove(items);

    // then
    assertThat(items).extracting(Item::path).containsExactly("runs/run-1/", one.address() + "/");
    assertThat(store.find(one.address())).isEmpty();
    assertThat(store.find(other.address())).isPresent();
    assertThat(store.find(dataset.address())).isPresent();
    assertThat(RunFolder.runs(objects)).containsExactly("run-2");
    assertThat(find()).isEmpty();
  }

  @Test
  void leftoversAreFoundAndUnknownObjectsAreNot() {
    // given work that was interrupted, a script that no run names, and somebody's own object
    over(run("run-1"));
    objects.put("models/" + DIGEST + "/weights.safetensors", new byte[5]);
    objects.put("checkpoints/" + DIGEST + "/00000001.json", new byte[3]);
    objects.put("leases/" + DIGEST + "/00000001.json", new byte[2]);
    objects.put("surrogates/" + DIGEST + "/net.pt", new byte[7]);
    objects.put("notes/mine.txt", new byte[1]);

    // when
    List<Item> items = find();

    // then
    assertThat(items)
        .extracting(Item::kind)
        .containsExactly(Kind.CHECKPOINT, Kind.CHECKPOINT, Kind.UNFINISHED, Kind.SCRIPT);
    assertThat(items).extracting(Item::bytes).containsExactly(3L, 2L, 5L, 7L);
  }

  @Test
  void whatIsToBeKeptIsKept() {
    // given
    artifact("datasets/x", "import");

    // when
    List<Item> items = garbage.find(Set.of(), manifest -> manifest.stage().equals("import"));

    // then
    assertThat(items).isEmpty();
  }

  @Test
  void whileARunGoesOnNothingIsGarbage() {
    // given
    run("run-1");

    // when
    assertThatThrownBy(this::find)
        // then
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("run-1")
        .hasMessageContaining("cancel");
  }

  @Test
  void aRunThatIsNotThereCannotBeForgotten() {
    assertThatThrownBy(() -> find("run-9"))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("run-9");
  }

  @Test
  void whatWasWrittenWithinTheGraceStays() {
    // given an old artifact and one of which an object is new, such as a shard of an import
    Instant now = Instant.parse("2026-01-02T03:04:05Z");
    ArtifactRef old = artifact("weights", "reweight");
    ArtifactRef half = artifact("datasets/x", "import");
    objects.written("", now.minus(Duration.ofHours(25)));
    objects.written(half.address() + "/content", now.minus(Duration.ofHours(23)));

    // when
    List<Item> items = garbage.writtenBefore(find(), now.minus(Duration.ofHours(24)));

    // then
    assertThat(find()).hasSize(2);
    assertThat(items).extracting(Item::path).containsExactly(old.address() + "/");
  }

  @Test
  void aRunThatBeganDuringTheScanPreventsTheDeletion() {
    artifact("weights", "reweight");
    assertThat(find()).hasSize(1);
    run("run-1");

    assertThatThrownBy(() -> garbage.requireStillQuiet(Set.of()))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("1 runs are running");
  }
}
