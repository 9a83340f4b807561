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
    List<Item> deleted = garbage.delete(items, Set.of("run-1"), manifest -> false);

    // then
    assertThat(deleted).isEqualTo(items);
    assertThat(items).allMatch(Item::forgotten);
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
  void aRunThatBeganDuringTheScanPreventsTheDeletion() {
    // given
    ArtifactRef loner = artifact("weights", "reweight");
    List<Item> items = find();
    run("run-1");

    // when
    assertThatThrownBy(() -> garbage.delete(items, Set.of(), manifest -> false))
        // then
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("1 runs are running");
    assertThat(store.find(loner.address())).isPresent();
    assertThat(objects.list("garbage/")).isEmpty();
  }

  @Test
  void aRunThatCameAndWentDuringTheScanKeepsWhatItRefersTo() {
    // given
    ArtifactRef used = artifact("weights", "reweight");
    ArtifactRef loner = artifact("coresets", "select");
    List<Item> items = find();
    over(run("run-1", used));

    // when
    List<Item> deleted = garbage.delete(items, Set.of(), manifest -> false);

    // then
    assertThat(deleted).extracting(Item::path).containsExactly(loner.address() + "/");
    assertThat(store.find(used.address())).isPresent();
  }

  @Test
  void whatALivingProcessClaimsOrLeasesStays() {
    // given
    ArtifactRef claimed = artifact("weights", "reweight");
    ArtifactRef leased = artifact("coresets", "select");
    ArtifactRef lapsed = artifact("models", "train");
    List<Item> items = find();
    objects.put("leases/" + leased.digest() + "/00000001.json", new byte[0]);
    objects.put("leases/" + lapsed.digest() + "/00000001.json", new byte[0]);
    objects.written("leases/" + lapsed.digest(), Instant.now().minus(Duration.ofMinutes(11)));

    // when
    List<Item> deleted;
    try (Claim claim = store.claim(claimed)) {
      deleted = garbage.delete(items, Set.of(), manifest -> false);
    }

    // then
    assertThat(deleted).extracting(Item::path).containsExactly(lapsed.address() + "/");
    assertThat(objects.list("claims/")).isEmpty();
    assertThat(garbage.delete(items, Set.of(), manifest -> false))
        .extracting(Item::path)
        .containsExactly(claimed.address() + "/");
  }

  @Test
  void manifestsAreDeletedFirst() {
    // given an artifact within another, which refers to its object
    Address outer = Address.of("features", "encode", "1", "x", List.of());
    ArtifactDraft inner = store.draft(outer.part("shard-0", "encode-shard", "1", "x", List.of()));
    inner.put("a", new byte[1], null, null);
    Artifact part = inner.commit(new StageRecord.Cost(1, 1));
    ArtifactDraft whole = store.draft(outer);
    whole.refer("shard-0/a", part.entry("a").object(), null);
    whole.commit(new StageRecord.Cost(1, 1));

    // then neither is ever found without it
    assertThat(find()).hasSize(1);
    assertThat(find().get(0).keys().subList(0, 2))
        .containsExactly(outer.path() + "/manifest.json", outer.path() + "/shard-0/manifest.json");
  }
}
