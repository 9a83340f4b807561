package io.winnow.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.winnow.contracts.ArtifactRef;
import io.winnow.contracts.Json;
import io.winnow.contracts.Lineage;
import io.winnow.contracts.LineageKey;
import io.winnow.contracts.run.Run;
import io.winnow.contracts.run.RunReport;
import io.winnow.contracts.run.StageRecord;
import io.winnow.contracts.spec.DatasetSpec;
import io.winnow.contracts.spec.RunSpec;
import io.winnow.local.system.Home;
import io.winnow.local.testing.LiveServers;
import io.winnow.store.artifact.Address;
import io.winnow.store.artifact.ArtifactDraft;
import io.winnow.store.artifact.ArtifactStore;
import io.winnow.store.artifact.RunFolder;
import io.winnow.store.object.MinioObjectStore;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Reports of finished runs against a real store. */
class ReportCommandTest {
  private static final byte[] CARD =
      """
      {"all": {"count": 9, "recall": 0.914, "coverage": 0.8, "variance": 0.75, "scores": {}},
       "classes": [], "selection": {}}
      """
          .getBytes(StandardCharsets.UTF_8);

  @TempDir static Path folder;
  private static LiveServers servers;
  private static MinioObjectStore objects;

  @BeforeAll
  static void start() throws Exception {
    servers = new LiveServers(new Home(folder.resolve("home")));
    objects = servers.store();
  }

  @AfterAll
  static void stop() {
    objects.close();
    servers.close();
  }

  @Test
  void aCoresetCardIsPrintedAndItsPicturesAreSaved() {
    // given
    finish(
        "carded",
        coreset(
            Map.of(
                "card.json",
                CARD,
                "map.png",
                new byte[] {1, 2},
                "histograms.png",
                new byte[] {3})));
    Cli cli = new Cli(folder, folder.resolve("home"));

    // when
    int code = cli.run("report", "carded", "-o", folder.resolve("out").toString());

    // then
    assertThat(code).as(cli.err()).isZero();
    assertThat(cli.out())
        .containsPattern("recall +\\| +0\\.91 ")
        .containsPattern("coverage +\\| +0\\.80 ")
        .containsPattern("variance kept +\\| +0\\.75 ")
        .contains("map of the coreset: " + folder.resolve("out/map.png"))
        .contains("scores by class: " + folder.resolve("out/histograms.png"));
    assertThat(folder.resolve("out/map.png")).hasBinaryContent(new byte[] {1, 2});
    assertThat(folder.resolve("out/histograms.png")).hasBinaryContent(new byte[] {3});
  }

  @Test
  void programsGetTheFiguresAsJson() throws Exception {
    // given
    finish("for-programs", coreset(Map.of("card.json", CARD)));
    Cli cli = new Cli(folder, folder.resolve("home"));

    // when
    cli.run("report", "for-programs", "--json");

    // then
    JsonNode coreset = Json.mapper().readTree(cli.out()).get("coreset");
    assertThat(coreset.get("recall").asDouble()).isEqualTo(0.914);
    assertThat(coreset.get("variance").asDouble()).isEqualTo(0.75);
  }

  @Test
  void aCoresetWithoutACardIsReported() {
    // given
    finish("old", coreset(Map.of("topKept.png", new byte[] {1})));
    Cli cli = new Cli(folder, folder.resolve("home"));

    // when
    int code = cli.run("report", "old");

    // then
    assertThat(code).as(cli.err()).isZero();
    assertThat(cli.out()).contains("Fréchet distance").doesNotContain("recall", "map of");
  }

  private static ArtifactRef coreset(Map<String, byte[]> entries) {
    ArtifactDraft draft =
        new ArtifactStore(objects)
            .draft(Address.of("coresets", "select", "2", entries.keySet(), List.of()));
    entries.forEach((name, content) -> draft.put(name, content, null, null));
    return draft.commit(new StageRecord.Cost(0, 0)).ref();
  }

  private static void finish(String id, ArtifactRef coreset) {
    Run run = new Run(id, RunSpec.of(DatasetSpec.of("d")), Instant.EPOCH);
    RunFolder runs = new RunFolder(objects, id);
    runs.request(run);
    runs.report(
        new RunReport(
            run,
            Lineage.of(null).with(LineageKey.CORESET, coreset),
            9,
            3,
            List.of("a"),
            List.of(3L),
            List.of(1.0),
            1.5,
            null,
            10,
            10,
            "surrogate 0123456789ab",
            List.of(),
            null,
            null,
            null,
            null,
            List.of()));
  }
}
