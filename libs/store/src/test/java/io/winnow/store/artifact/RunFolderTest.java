package io.winnow.store.artifact;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.winnow.contracts.ArtifactRef;
import io.winnow.contracts.InvalidInputException;
import io.winnow.contracts.Json;
import io.winnow.contracts.Lineage;
import io.winnow.contracts.LineageKey;
import io.winnow.contracts.ObjectRef;
import io.winnow.contracts.event.CoresetSelected;
import io.winnow.contracts.event.RunCancel;
import io.winnow.contracts.event.RunFailed;
import io.winnow.contracts.run.Run;
import io.winnow.contracts.run.RunConflictException;
import io.winnow.contracts.run.RunReport;
import io.winnow.contracts.run.RunStatus;
import io.winnow.contracts.run.StageRecord;
import io.winnow.contracts.spec.RunSpec;
import io.winnow.store.object.ObjectStore;
import io.winnow.store.testing.InMemoryObjectStore;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RunFolderTest {
  private static final Instant AT = Instant.parse("2026-01-02T03:04:05.678Z");
  private static final ArtifactRef ARTIFACT =
      new ArtifactRef(
          "coresets/aa", "aa", new ObjectRef("coresets/aa/manifest.json", "bb", 9, null));

  private static final int KINDS = 5;

  private final InMemoryObjectStore objects = new InMemoryObjectStore();
  private final RunFolder folder = new RunFolder(objects, "run-1");

  private static Run run() {
    return new Run(
        "run-1",
        RunSpec.parse(
            "{\"dataset\":{\"source\":\"/data/x\"}}".getBytes(StandardCharsets.UTF_8), "spec"),
        AT);
  }

  private static RunReport report() {
    return new RunReport(
        run(),
        Lineage.of(ARTIFACT),
        10,
        5,
        List.of("a", "b"),
        List.of(2L, 3L),
        List.of(0.9, 1.1),
        12.25,
        null,
        8,
        4,
        "surrogate",
        List.of(step("select", AT)),
        null,
        null,
        null,
        null,
        List.of());
  }

  private static StageRecord step(String stage, Instant at) {
    return new StageRecord(stage, ARTIFACT, false, new StageRecord.Cost(2.5, 10), at);
  }

  @Test
  void namesAloneTellOfEveryRunWhatItsFolderTells() {
    // given runs with any of what a folder may have, and something that is no run's
    for (int set = 1; set < 1 << KINDS; set++) {
      for (int i = 0; i < KINDS; i++) {
        if ((set >> i & 1) == 1) {
          fill(new RunFolder(objects, "run-" + set), i);
        }
      }
    }
    objects.put("runs/readme.txt", new byte[1]);

    // when
    Map<String, RunStatus> statuses = RunFolder.statuses(objects);

    // then
    assertThat(statuses).hasSize((1 << KINDS) - 1);
    statuses.forEach(
        (id, status) -> assertThat(status).as(id).isEqualTo(new RunFolder(objects, id).status()));
    assertThat(Set.copyOf(statuses.values()))
        .containsExactlyInAnyOrder(
            RunStatus.RUNNING, RunStatus.FAILED, RunStatus.CANCELLED, RunStatus.SUCCEEDED);
  }

  private static void fill(RunFolder folder, int what) {
    switch (what) {
      case 0 -> folder.request(run());
      case 1 -> folder.stage(step("import", AT));
      case 2 -> folder.failed(new RunFailed(folder.id(), "import", "p", "r", AT));
      case 3 -> folder.cancelled(new RunCancel(folder.id(), null, AT));
      default -> folder.report(report());
    }
  }

  @Test
  void ofTwoFirstEventsTheOneThatCameFirstIsKept() {
    // given
    RunFolder folder = new RunFolder(objects, "run-1");
    CoresetSelected one = new CoresetSelected(run(), Lineage.of(ARTIFACT));
    CoresetSelected other =
        new CoresetSelected(run(), Lineage.of(ARTIFACT).with(LineageKey.ENCODER, ARTIFACT));

    // when
    CoresetSelected first = folder.first("collect", one);
    CoresetSelected second = folder.first("collect", other);

    // then both callers are told the same
    assertThat(first).isEqualTo(one);
    assertThat(second).isEqualTo(one);
  }

  @Test
  void keepsAllThatIsKnownOfARun() {
    // given an empty folder
    assertThat(folder.request()).isEmpty();
    assertThat(folder.stages()).isEmpty();
    assertThat(folder.failed()).isEmpty();
    assertThat(folder.cancelled()).isEmpty();
    assertThat(folder.report()).isEmpty();
    assertThat(folder.pending("coreset-selected", CoresetSelected.class)).isEmpty();
    RunFailed failed = new RunFailed("run-1", "select", "no", "mend it", AT);
    RunCancel cancelled = new RunCancel("run-1", null, AT);
    CoresetSelected event = new CoresetSelected(run(), Lineage.of(ARTIFACT));
    RunReport report = report();
    // when
    folder.request(run());
    folder.stage(step("train", AT.plusSeconds(9)));
    folder.stage(step("select", AT.plusSeconds(5)));
    folder.stage(step("import", AT));
    folder.stage(step("import", AT.plusSeconds(1)));
    folder.failed(failed);
    folder.cancelled(cancelled);
    folder.pending("coreset-selected", event);
    ObjectRef ref = folder.report(report);
    // then another reader sees it
    RunFolder again = new RunFolder(objects, "run-1");
    assertThat(again.request()).contains(run());
    assertThat(again.stages())
        .containsExactly(
            step("import", AT.plusSeconds(1)),
            step("select", AT.plusSeconds(5)),
            step("train", AT.plusSeconds(9)));
    assertThat(again.failed()).contains(failed);
    assertThat(again.cancelled()).contains(cancelled);
    assertThat(again.pending("coreset-selected", CoresetSelected.class)).contains(event);
    assertThat(again.report()).contains(report);
    assertThat(ref.key()).isEqualTo("runs/run-1/report.json");
  }

  @Test
  void listsRuns() {
    // given
    assertThat(RunFolder.runs(objects)).isEmpty();
    new RunFolder(objects, "b").failed(new RunFailed("b", "import", "no", "mend", AT));
    new RunFolder(objects, "a").stage(step("import", AT));
    new RunFolder(objects, "a").stage(step("select", AT));
    // when, then
    assertThat(RunFolder.runs(objects)).containsExactly("a", "b");
  }

  @Test
  void refusesAnIdThatIsNoFolder() {
    for (String id : new String[] {null, "", " ", "..", "a/b", "../x"}) {
      assertThatThrownBy(() -> new RunFolder(objects, id))
          .as(id)
          .isInstanceOf(InvalidInputException.class)
          .hasMessageContaining("run id");
    }
  }

  @Test
  void aDamagedRecordHidesNeitherTheOthersNorTheStatus() {
    // Given a failed run
    folder.request(run());
    folder.stage(step("select", AT));
    folder.stage(step("train", AT.plusSeconds(1)));
    folder.failed(new RunFailed("run-1", "sample", "a", "b", AT));

    for (String damage : List.of("", "{", "[]", "7", "{\"stage\": 7}", "\u0000", "null")) {
      for (String name : List.of("request.json", "stages/select.json", "failed.json")) {
        InMemoryObjectStore copy = new InMemoryObjectStore();
        objects.list("").forEach(o -> copy.put(o.key(), objects.get(o)));

        // When one of its records is damaged
        copy.put("runs/run-1/" + name, damage.getBytes(StandardCharsets.UTF_8));
        RunContents contents = new RunFolder(copy, "run-1").contents();

        // Then the rest is there, and the damaged one is named
        assertThat(contents.status()).isEqualTo(RunStatus.FAILED);
        assertThat(new RunFolder(copy, "run-1").status()).isEqualTo(RunStatus.FAILED);
        assertThat(contents.damaged()).hasSize(1);
        assertThat(contents.damaged().get(0)).startsWith("runs/run-1/" + name);
        assertThat(contents.stages()).hasSize(name.startsWith("stages") ? 1 : 2);
        assertThat(contents.request() == null).isEqualTo(name.equals("request.json"));
        assertThat(contents.failed() == null).isEqualTo(name.equals("failed.json"));
      }
    }
  }

  @Test
  void aRecordOfALaterVersionIsReadWithoutWhatItAdds() {
    // Given records with fields that this version does not know
    folder.request(run());
    folder.stage(step("select", AT));
    for (String name : List.of("request.json", "stages/select.json")) {
      String key = "runs/run-1/" + name;
      String json = new String(objects.find(key).orElseThrow(), StandardCharsets.UTF_8);
      objects.put(
          key,
          json.replaceFirst("\\{", "{\"later\": {\"a\": [1]}, ").getBytes(StandardCharsets.UTF_8));
    }

    // Then
    assertThat(folder.request()).contains(run());
    assertThat(folder.stages()).containsExactly(step("select", AT));
    assertThat(folder.contents().damaged()).isEmpty();
  }

  @Test
  void aRunKeepsItsFirstRequest() {
    // given a run
    folder.request(run());

    // when the same request comes again, it stays as it is
    folder.request(new Run("run-1", run().spec(), AT.plusSeconds(9)));
    assertThat(folder.request()).contains(run());

    // and another spec under its id is refused
    RunSpec other =
        RunSpec.parse(
            "{\"dataset\":{\"source\":\"/data/y\"}}".getBytes(StandardCharsets.UTF_8), "spec");
    assertThatThrownBy(() -> folder.request(new Run("run-1", other, AT)))
        .isInstanceOf(RunConflictException.class)
        .hasMessageContaining("run \"run-1\" exists already with another spec");
    assertThat(folder.request()).contains(run());
  }

  @Test
  void ofTwoRequestsAtOnceOneSucceeds() {
    // given another process that stores its request between this one's requests to the store
    RunSpec spec =
        RunSpec.parse(
            "{\"dataset\":{\"source\":\"/data/y\"}}".getBytes(StandardCharsets.UTF_8), "spec");
    Run other = new Run("run-1", spec, AT);
    Runnable otherProcess = () -> objects.create("runs/run-1/request.json", Json.bytes(other));
    ObjectStore slow =
        (ObjectStore)
            Proxy.newProxyInstance(
                ObjectStore.class.getClassLoader(),
                new Class<?>[] {ObjectStore.class},
                (proxy, method, arguments) -> {
                  if (!method.getName().equals("find")) {
                    otherProcess.run();
                    return method.invoke(objects, arguments);
                  }
                  Object found = method.invoke(objects, arguments);
                  otherProcess.run();
                  return found;
                });

    // when, then
    assertThatThrownBy(() -> new RunFolder(slow, "run-1").request(run()))
        .isInstanceOf(RunConflictException.class);
    assertThat(folder.request()).contains(other);
  }
}
