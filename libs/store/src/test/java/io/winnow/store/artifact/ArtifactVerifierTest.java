package io.winnow.store.artifact;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.winnow.contracts.InvalidInputException;
import io.winnow.contracts.run.Run;
import io.winnow.contracts.run.StageRecord;
import io.winnow.contracts.spec.RunSpec;
import io.winnow.store.artifact.ArtifactVerifier.Damaged;
import io.winnow.store.testing.InMemoryObjectStore;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ArtifactVerifierTest {
  private static final StageRecord.Cost COST = new StageRecord.Cost(1, 1);

  private final InMemoryObjectStore objects = new InMemoryObjectStore();
  private final ArtifactStore store = new ArtifactStore(objects);
  private final ArtifactVerifier sizes = new ArtifactVerifier(objects, false);
  private final ArtifactVerifier contents = new ArtifactVerifier(objects, true);
  private final Address features = Address.of("features", "encode", "1", "x", List.of());
  private final Address part = features.part("shard-0", "encode-shard", "1", "x", List.of());
  private final Address other = Address.of("coresets", "select", "1", "x", List.of());

  private Artifact make(Address address) {
    ArtifactDraft draft = store.draft(address);
    draft.put("a", bytes("content"), null, null);
    return draft.commit(COST);
  }

  /** Features whose object belongs to a part, too. */
  private Artifact collect() {
    ArtifactDraft draft = store.draft(features);
    draft.refer("shard-0/a", make(part).entry("a").object(), null);
    return draft.commit(COST);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private List<Damaged> verify(ArtifactVerifier verifier) {
    return verifier.verify(verifier.artifacts(all -> true), (done, total) -> {});
  }

  @Test
  void wholeArtifactsAreNotDamaged() {
    // given, beside other objects
    collect();
    make(other);
    objects.put("notes/manifest.json", bytes("mine"));
    objects.put("checkpoints/" + "ab".repeat(32) + "/manifest.json", bytes("mine"));
    List<Integer> progress = new ArrayList<>();

    // when
    List<String> artifacts = contents.artifacts(all -> true);
    List<Damaged> damaged = contents.verify(artifacts, (done, total) -> progress.add(done));

    // then
    assertThat(artifacts).containsExactly(other.path(), features.path(), part.path());
    assertThat(damaged).isEmpty();
    assertThat(progress).containsExactly(1, 2, 3);
  }

  @Test
  void aMissingObjectIsNamedForEveryArtifactThatHasIt() {
    // given
    collect();
    make(other);
    objects.delete(part.path() + "/a");

    // when
    List<Damaged> damaged = verify(sizes);

    // then
    String problem = "object " + part.path() + "/a is missing";
    assertThat(damaged)
        .containsExactly(
            new Damaged(features.path(), List.of(problem)),
            new Damaged(part.path(), List.of(problem)));
  }

  @Test
  void alteredContentsOfEqualSizeAreFoundByReadingThem() {
    // given
    make(other);
    objects.alter(other.path() + "/a", bytes("CONTENT"));

    // when, then
    assertThat(verify(sizes)).isEmpty();
    assertThat(verify(contents)).hasSize(1);
    assertThat(verify(contents).get(0).problems().get(0)).contains(other.path() + "/a", "altered");
    objects.alter(other.path() + "/a", bytes("short"));
    assertThat(verify(sizes).get(0).problems())
        .containsExactly("object " + other.path() + "/a has 5 bytes, not 7");
  }

  @Test
  void damagedManifestsAndCostsAreFound() {
    make(other);
    collect();
    objects.put(other.path() + "/manifest.json", bytes("{"));
    objects.alter(part.path() + "/cost.json", bytes("{"));

    assertThat(verify(sizes))
        .extracting(Damaged::artifact)
        .containsExactly(other.path(), part.path());
    assertThat(contents.repair(verify(sizes))).containsExactly(other.path(), part.path());
    assertThat(verify(contents)).isEmpty();
  }

  @Test
  void whatIsRepairedIsMadeAnewToTheSameBytes() {
    // given
    Artifact before = collect();
    objects.alter(part.path() + "/a", bytes("CONTENT"));
    List<Damaged> damaged = verify(contents);

    // when
    List<String> removed = contents.repair(damaged);

    // then no attempt finds the altered object either
    assertThat(removed).containsExactly(features.path(), part.path());
    assertThat(store.reuse(features.path())).isEmpty();
    assertThat(store.draft(part).reuse("a", null, null)).isEmpty();
    assertThat(objects.list("garbage/")).isEmpty();
    assertThat(collect()).isEqualTo(before);
    assertThat(verify(contents)).isEmpty();
  }

  @Test
  void whatIsInUseIsNotRepaired() {
    // given
    make(other);
    objects.delete(other.path() + "/a");
    List<Damaged> damaged = verify(sizes);

    // when a process claims it, or a run is running
    List<String> removed;
    try (Claim claim = store.claim(other)) {
      removed = sizes.repair(damaged);
    }
    RunSpec spec = RunSpec.parse(bytes("{\"dataset\":{\"source\":\"/data/x\"}}"), "spec");
    new RunFolder(objects, "run-1").request(new Run("run-1", spec, Instant.EPOCH));

    // then
    assertThat(removed).isEmpty();
    assertThatThrownBy(() -> sizes.repair(damaged))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("run-1");
    assertThat(verify(sizes)).isEqualTo(damaged);
  }

  @Test
  void whatWasMadeAnewMeanwhileIsNotRemoved() {
    // given
    make(other);
    objects.delete(other.path() + "/a");
    List<Damaged> damaged = verify(sizes);
    assertThat(store.reuse(other.path())).isEmpty();
    Artifact anew = make(other);

    // when, then
    assertThat(sizes.repair(damaged)).isEmpty();
    assertThat(store.find(other.path())).contains(anew);
  }
}
