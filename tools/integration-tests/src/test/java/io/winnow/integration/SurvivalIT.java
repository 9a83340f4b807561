package io.winnow.integration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.winnow.chaos.Audit;
import io.winnow.chaos.DrawnImages;
import io.winnow.contracts.ArtifactRef;
import io.winnow.contracts.run.RunReport;
import io.winnow.contracts.run.StageRecord;
import io.winnow.contracts.spec.DatasetSpec;
import io.winnow.contracts.spec.ModelSpec;
import io.winnow.contracts.spec.ReweightSpec;
import io.winnow.contracts.spec.RunSpec;
import io.winnow.contracts.spec.SamplingSpec;
import io.winnow.contracts.spec.SelectionSpec;
import io.winnow.contracts.spec.SurrogateSpec;
import io.winnow.contracts.spec.TrainingSpec;
import io.winnow.local.client.PlainDisplay;
import io.winnow.local.client.RunClient;
import io.winnow.local.client.RunEndedException;
import io.winnow.local.system.LocalSystem;
import io.winnow.local.system.Service;
import io.winnow.local.system.SystemOptions;
import io.winnow.store.object.MinioObjectStore;
import java.awt.image.BufferedImage;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** The whole system, real services on a data set so small that every stage takes seconds. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SurvivalIT {
  @TempDir static Path folder;
  private LocalSystem system;
  private MinioObjectStore store;
  private RunClient client;
  private RunReport undisturbed;

  @BeforeAll
  void runUndisturbed() throws Exception {
    DrawnImages.write(folder.resolve("shapes"), 60);
    system = LocalSystem.start(options("undisturbed"));
    store = new MinioObjectStore(system.connection().store());
    client = new RunClient(system.connection().kafkaClients(), store);
    undisturbed = TestRuns.complete(client, system, spec(0.5), new PlainDisplay(System.out));
  }

  @AfterAll
  void stop() {
    // null where starting failed
    for (AutoCloseable open : new AutoCloseable[] {client, store, system}) {
      if (open != null) {
        assertThatCode(open::close).doesNotThrowAnyException();
      }
    }
  }

  @Test
  void aRunLeavesAReportOfEverything() {
    assertThat(undisturbed.imagesKept()).isEqualTo((undisturbed.imagesInTrain() + 1) / 2);
    assertThat(undisturbed.classes()).containsExactly("disc", "stripes");
    assertThat(undisturbed.weights().stream().mapToDouble(w -> w).average().orElseThrow())
        .isCloseTo(1, within(1e-9));
    assertThat(undisturbed.frechet()).isGreaterThan(0).isFinite();
    assertThat(undisturbed.stages()).extracting(StageRecord::reused).containsOnly(false);
    assertThat(store.get(undisturbed.grid())).startsWith((byte) 0x89, 'P', 'N', 'G');
  }

  @Test
  void aRunAtAnotherRatioReusesTheFeaturesAndTheReference() {
    // when
    RunReport second = TestRuns.complete(client, system, spec(0.25), new PlainDisplay(System.out));

    // then nothing that the ratio does not touch is made again
    assertThat(second.lineage().features()).isEqualTo(undisturbed.lineage().features());
    assertThat(second.lineage().reference()).isEqualTo(undisturbed.lineage().reference());
    assertThat(second.lineage().coreset()).isNotEqualTo(undisturbed.lineage().coreset());
    Map<ArtifactRef, Boolean> reused = new LinkedHashMap<>();
    second.stages().forEach(s -> reused.put(s.artifact(), s.reused()));
    assertThat(reused)
        .containsEntry(second.lineage().dataset(), true)
        .containsEntry(second.lineage().encoder(), true)
        .containsEntry(second.lineage().features(), true)
        .containsEntry(second.lineage().coreset(), false)
        .containsEntry(second.lineage().model(), false);
  }

  @Test
  void anImageThatCannotBeUsedFailsTheRunWithItsNameAndLeavesNoArtifact() throws Exception {
    // given a data set with one picture too colourful
    Path bad = DrawnImages.write(folder.resolve("bad"), 5);
    BufferedImage transparent = new BufferedImage(16, 16, BufferedImage.TYPE_INT_ARGB);
    ImageIO.write(transparent, "png", bad.resolve("disc/zzz.png").toFile());

    // when
    assertThatThrownBy(
            () -> TestRuns.complete(client, system, spec(bad, 0.5), new PlainDisplay(System.out)))
        // then
        .isInstanceOf(RunEndedException.class)
        .hasMessageContaining("import")
        .hasMessageContaining("zzz.png")
        .hasMessageContaining("4");
    assertThat(store.list("datasets/bad/"))
        .noneMatch(object -> object.key().endsWith("manifest.json"));
  }

  @Test
  void endingEachServiceInItsStageChangesNoByte() throws Exception {
    // given a fresh system, on which nothing can be reused, and moments that differ from run to run
    long seed = Long.getLong("winnow.test.seed", System.nanoTime());
    System.out.println("moments of seed " + seed + " (-Dwinnow.test.seed)");
    try (LocalSystem fresh = LocalSystem.start(options("disturbed"));
        MinioObjectStore freshStore = new MinioObjectStore(fresh.connection().store());
        RunClient freshClient = new RunClient(fresh.connection().kafkaClients(), freshStore)) {
      // when each service is killed while it works and the trainer told to stop before, and started
      // again
      ServiceKiller killer =
          new ServiceKiller(fresh, freshStore, new PlainDisplay(System.out), seed);
      RunReport report = TestRuns.complete(freshClient, fresh, spec(0.5), killer);

      // then all were, all but the selector provably before their stage was through
      assertThat(killer.struck()).as("of seed %d", seed).containsAll(killer.plan());
      assertThat(killer.plan())
          .extracting(ServiceKiller.Blow::service)
          .containsAll(Service.WORKERS);
      assertThat(killer.tooLate()).as("of seed %d", seed).isEmpty();

      // and everything made is what it was without
      Map<String, String> before = Audit.contents(store, undisturbed.lineage());
      assertThat(Audit.contents(freshStore, report.lineage()))
          .hasSizeGreaterThan(10)
          .containsExactlyInAnyOrderEntriesOf(before);
      assertThat(report.frechet()).isEqualTo(undisturbed.frechet());
      assertThat(report.weights()).isEqualTo(undisturbed.weights());
    }
  }

  private SystemOptions options(String home) {
    return TestRuns.options(
        folder.resolve(home),
        1,
        SystemOptions.everywhere(Map.of("winnow.stage.progress-interval", "100ms")));
  }

  private RunSpec spec(double ratio) {
    return spec(folder.resolve("shapes"), ratio);
  }

  private static RunSpec spec(Path images, double ratio) {
    ModelSpec model =
        new ModelSpec(
            "unet",
            "ddpm-tiny",
            Map.of(
                "channels",
                16,
                "channelMultipliers",
                List.of(1, 2),
                "resBlocksPerLevel",
                1,
                "attentionResolutions",
                List.of(),
                "dropout",
                0.0));
    return new RunSpec(
        "survival",
        new DatasetSpec(images.toString(), null, null, 0.2, 32, null, null, null),
        new SurrogateSpec(null, null, null, null, null, null, 4_000L, 16, null, null, null, null),
        SelectionSpec.of(null, ratio),
        new ReweightSpec(null, null, model, null, 1_600L, 2_000L, 16, null, null, null, null, null),
        model,
        new TrainingSpec(
            2_400L, 16, null, 200L, null, null, null, null, null, null, null, null, null, null,
            500L, null),
        new SamplingSpec(40, null, 4, null, null, 20, false, 2, null),
        3L);
  }
}
