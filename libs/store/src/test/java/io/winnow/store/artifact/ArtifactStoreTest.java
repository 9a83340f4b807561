package io.winnow.store.artifact;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.winnow.contracts.ArtifactRef;
import io.winnow.contracts.InvalidInputException;
import io.winnow.contracts.ObjectRef;
import io.winnow.contracts.run.StageRecord;
import io.winnow.store.object.Digests;
import io.winnow.store.tensor.SafeTensors;
import io.winnow.store.tensor.Tensor;
import io.winnow.store.testing.InMemoryObjectStore;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ArtifactStoreTest {
  private static final StageRecord.Cost COST = new StageRecord.Cost(1.5, 100);

  @TempDir Path dir;

  private final InMemoryObjectStore objects = new InMemoryObjectStore();
  private final ArtifactStore store = new ArtifactStore(objects);
  private final Address address =
      Address.of("coresets", "select", "1", Map.of("ratio", 0.25), List.of("aa"));

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Test
  void anArtifactExistsOnlyOnceItIsCommitted() {
    // given a draft with all its objects
    ArtifactDraft draft = store.draft(address);
    draft.put("b.txt", bytes("b"), 3L, "train");
    draft.put("a.txt", bytes("a"), null, null);
    draft.attribute("classes", List.of("cat", "dog"));
    assertThat(store.find(address.path())).isEmpty();
    // when
    Artifact committed = draft.commit(COST);
    // then it is found and opened with all it was given, entries by name
    assertThat(store.find(address.path())).contains(committed);
    assertThat(store.open(committed.ref())).isEqualTo(committed);
    assertThat(committed.cost()).isEqualTo(COST);
    assertThat(committed.ref().address()).isEqualTo(address.path());
    assertThat(committed.ref().digest()).isEqualTo(address.digest());
    assertThat(committed.manifest().entries())
        .extracting(Manifest.Entry::name)
        .containsExactly("a.txt", "b.txt");
    assertThat(committed.entry("b.txt"))
        .isEqualTo(
            new Manifest.Entry(
                "b.txt",
                new ObjectRef(address.path() + "/b.txt", Digests.sha256(bytes("b")), 1, 3L),
                "train"));
    assertThat(objects.get(committed.entry("a.txt").object())).isEqualTo(bytes("a"));
    assertThat(committed.attribute("classes", String[].class)).containsExactly("cat", "dog");
    assertThat(committed.attribute("rows", JsonNode.class).get("train").intValue()).isEqualTo(3);
  }

  @Test
  void equalMakingsHaveEqualManifests() {
    // given one artifact made twice, in another order and at another price
    InMemoryObjectStore elsewhere = new InMemoryObjectStore();
    ArtifactDraft one = store.draft(address);
    one.put("a", bytes("a"), 1L, "train");
    one.put("b", bytes("b"), 1L, "heldout");
    one.attribute("x", 1.0);
    one.attribute("y", Map.of("k", 1, "l", 2));
    ArtifactDraft two = new ArtifactStore(elsewhere).draft(address);
    two.attribute("y", Map.of("l", 2, "k", 1));
    two.attribute("x", 1);
    two.put("b", bytes("b"), 1L, "heldout");
    two.put("a", bytes("a"), 1L, "train");
    // when
    Artifact first = one.commit(COST);
    Artifact second = two.commit(new StageRecord.Cost(9, 9));
    // then
    assertThat(second.ref()).isEqualTo(first.ref());
    assertThat(second.manifest()).isEqualTo(first.manifest());
  }

  @Test
  void theFirstToCommitWinsAndItsObjectsStay() {
    // given two makers of one artifact whose results differ
    ArtifactDraft winner = store.draft(address);
    ArtifactDraft loser = store.draft(address);
    winner.put("a", bytes("winner"), null, null);
    Artifact first = winner.commit(COST);
    // when the slower one writes and commits, or gives up
    loser.put("a", bytes("loser!"), null, null);
    loser.put("b", bytes("more"), null, null);
    Artifact second = loser.commit(new StageRecord.Cost(9, 9));
    loser.discard();
    // then both have the winner's, whole
    assertThat(second).isEqualTo(first);
    assertThat(second.cost()).isEqualTo(COST);
    assertThat(objects.get(second.entry("a").object())).isEqualTo(bytes("winner"));
  }

  @Test
  void aDiscardedDraftLeavesNothing() {
    // given
    objects.put("coresets/other", bytes("x"));
    ArtifactDraft draft = store.draft(address);
    draft.put("a", bytes("a"), null, null);
    draft.put("deep/b", bytes("b"), null, null);
    draft.refer("other", objects.stat("coresets/other").orElseThrow(), null);
    // when
    draft.discard();
    // then only what it referred to is left
    assertThat(objects.list("")).extracting(ObjectRef::key).containsExactly("coresets/other");
  }

  @Test
  void tensorsSmallAndLargeReadBack() throws Exception {
    // given tensors below and above what is kept in memory
    ArtifactDraft draft = store.draft(address);
    byte[] large = new byte[17 << 20];
    large[large.length - 1] = 5;
    Path file = Files.write(dir.resolve("f"), bytes("from a file"));
    // when
    ObjectRef small = draft.putTensors("s", Map.of("x", Tensor.of(new int[] {1, 2}, 2)), 2L, null);
    ObjectRef big = draft.putTensors("l", Map.of("x", Tensor.of(large, large.length)), null, null);
    ObjectRef copied = draft.put("f", file, null, null);
    // then
    assertThat(SafeTensors.parse(objects.get(small), "s").get("x").ints()).containsExactly(1, 2);
    assertThat(SafeTensors.parse(objects.get(big), "l").get("x").bytes()).isEqualTo(large);
    assertThat(objects.get(copied)).isEqualTo(bytes("from a file"));
    assertThat(small.rows()).isEqualTo(2);
  }

  @Test
  void aManifestThatIsNotTheReferencesIsRefused() {
    // given
    ArtifactDraft draft = store.draft(address);
    draft.put("a", bytes("a"), null, null);
    ArtifactRef ref = draft.commit(COST).ref();
    ArtifactRef other = new ArtifactRef(ref.address(), "0".repeat(64), ref.manifest());
    // when, then
    assertThatThrownBy(() -> store.open(other))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining(ref.address());
    objects.put(ref.manifest().key(), bytes("{}"));
    assertThatThrownBy(() -> store.open(ref))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining(ref.manifest().key());
    objects.delete(ref.manifest().key());
    assertThatThrownBy(() -> store.open(ref))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining(ref.manifest().key());
  }

  @Test
  void whatAnArtifactLacksIsNamed() {
    // given
    ArtifactDraft draft = store.draft(address);
    draft.put("a", bytes("a"), null, null);
    draft.attribute("d", 64);
    Artifact committed = draft.commit(COST);
    // when, then
    assertThatThrownBy(() -> committed.entry("b"))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("no object b");
    assertThatThrownBy(() -> committed.attribute("classes", String[].class))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("no attribute classes");
    assertThatThrownBy(() -> committed.attribute("d", String[].class))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("attribute d");
    assertThat(committed.attribute("d", Double.class)).isEqualTo(64.0);
  }

  @Test
  void aNameIsGivenOnceAndNotTheManifests() {
    ArtifactDraft draft = store.draft(address);
    draft.put("a", bytes("a"), null, null);
    for (String name : List.of("a", "manifest.json", "cost.json", " ")) {
      assertThatThrownBy(() -> draft.put(name, bytes("b"), null, null))
          .as(name)
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void anArtifactWithAMissingOrShortObjectIsMadeAnewRatherThanReused() {
    for (boolean missing : new boolean[] {true, false}) {
      // given
      ArtifactDraft draft = store.draft(address);
      draft.put("a", bytes("first"), null, null);
      draft.put("b", bytes("second"), null, null);
      Artifact committed = draft.commit(COST);
      assertThat(store.reuse(address.path())).contains(committed);
      objects.alter(address.path() + "/a", bytes("fir"));
      if (missing) {
        objects.delete(address.path() + "/a");
      }

      // when
      Optional<Artifact> found = store.reuse(address.path());
      ArtifactDraft again = store.draft(address);

      // then nothing wrong is left for the next attempt, but what is right
      assertThat(found).isEmpty();
      assertThat(store.find(address.path())).isEmpty();
      assertThat(again.reuse("a", null, null)).isEmpty();
      assertThat(again.reuse("b", null, null)).isPresent();
      again.put("a", bytes("first"), null, null);
      assertThat(again.commit(COST)).isEqualTo(committed);
      assertThat(store.reuse(address.path())).contains(committed);
    }
  }

  @Test
  void nothingIsCommittedThatLacksAnObject() {
    // given an object of its own, and one of another artifact
    objects.put("coresets/other", bytes("x"));
    ArtifactDraft draft = store.draft(address);
    draft.put("a", bytes("a"), null, null);
    draft.refer("other", objects.stat("coresets/other").orElseThrow(), null);
    objects.delete("coresets/other");
    objects.alter(address.path() + "/a", bytes("longer"));

    // when, then
    assertThatThrownBy(() -> draft.commit(COST))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining(address.path() + "/a has 6 bytes, not 1, and 1 more")
        .hasMessageContaining("make it again");
    assertThat(objects.list(address.path()))
        .extracting(ObjectRef::key)
        .containsExactly(address.path() + "/a");
  }

  @Test
  void aDamagedManifestNamesTheArtifactAndTheRemedy() {
    store.draft(address).commit(COST);
    objects.put(address.path() + "/manifest.json", bytes("{"));

    assertThatThrownBy(() -> store.find(address.path()))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("winnow verify --contents --repair " + address.path() + "\"");
  }
}
