package io.winnow.integration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.winnow.chaos.Audit;
import io.winnow.chaos.DrawnImages;
import io.winnow.contracts.ArtifactRef;
import io.winnow.contracts.LineageKey;
import io.winnow.contracts.run.RunReport;
import io.winnow.contracts.run.StageRecord;
import io.winnow.contracts.spec.DatasetSpecBuilder;
import io.winnow.contracts.spec.ModelSpec;
import io.winnow.contracts.spec.ReweightSpecBuilder;
import io.winnow.contracts.spec.RunSpec;
import io.winnow.contracts.spec.RunSpecBuilder;
import io.winnow.contracts.spec.SamplingSpecBuilder;
import io.winnow.contracts.spec.SelectionSpec;
import io.winnow.contracts.spec.SurrogateSpecBuilder;
import io.winnow.contracts.spec.TrainingSpecBuilder;
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
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Runs through the real services, on a data set so small that every stage takes seconds. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@ExtendWith(SharedSystem.Extension.class)
class SurvivalIT {
  @TempDir static Path folder;
  private LocalSystem system;
  private MinioObjectStore store;
  private RunClient client;
  private RunReport undisturbed;

  @BeforeAll
  void runUndisturbed(SharedSystem shared) throws Exception {
    DrawnImages.write(folder.resolve("shapes"), 60);
    system = shared.system();
    store = shared.store();
    client = shared.client();
    undisturbed = TestRuns.complete(client, system, spec(0.5), new PlainDisplay(System.out));
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
    assertThat(second.lineage().get(LineageKey.FEATURES))
        .isEqualTo(undisturbed.lineage().get(LineageKey.FEATURES));
    assertThat(second.lineage().get(LineageKey.REFERENCE))
        .isEqualTo(undisturbed.lineage().get(LineageKey.REFERENCE));
    assertThat(second.lineage().get(LineageKey.CORESET))
        .isNotEqualTo(undisturbed.lineage().get(LineageKey.CORESET));
    Map<ArtifactRef, Boolean> reused = new LinkedHashMap<>();
    second.stages().forEach(s -> reused.put(s.artifact(), s.reused()));
    assertThat(reused)
        .containsEntry(second.lineage().get(LineageKey.DATASET), true)
        .containsEntry(second.lineage().get(LineageKey.ENCODER), true)
        .containsEntry(second.lineage().get(LineageKey.FEATURES), true)
        .containsEntry(second.lineage().get(LineageKey.CORESET), false)
        .containsEntry(second.lineage().get(LineageKey.MODEL), false);
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
    assertEndingServicesChangesNoByte(Long.getLong("winnow.test.seed", 3));
  }

  @Test
  @Tag("thorough")
  void endingEachServiceAtRandomMomentsChangesNoByte() throws Exception {
    assertEndingServicesChangesNoByte(System.nanoTime());
  }

  private void assertEndingServicesChangesNoByte(long seed) throws Exception {
    // given a fresh system, which can reuse nothing, and the moments of this seed
    System.out.println("moments of seed " + seed + " (-Dwinnow.test.seed)");
    try (LocalSystem fresh = LocalSystem.start(options("disturbed-" + seed));
        MinioObjectStore freshStore = new MinioObjectStore(fresh.connection().store());
        RunClient freshClient = new RunClient(fresh.connection().kafkaClients(), freshStore)) {
      // when each service is killed while it works (the trainer also stopped by a signal before)
      // and started again
      ServiceKiller killer =
          new ServiceKiller(fresh, freshStore, new PlainDisplay(System.out), seed);
      RunReport report = TestRuns.complete(freshClient, fresh, spec(0.5), killer);

      // then each was, and all but the selector provably before their stage ended
      assertThat(killer.struck()).as("of seed %d", seed).containsAll(killer.plan());
      assertThat(killer.plan())
          .extracting(ServiceKiller.Blow::service)
          .containsAll(Service.WORKERS);
      assertThat(killer.tooLate()).as("of seed %d", seed).isEmpty();

      // and the artifacts equal those of the undisturbed run
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
        SystemOptions.everywhere(
            Map.of(
                "winnow.stage.progress-interval", "100ms",
                // the job of a service that was killed is taken over soon
                "winnow.stage.lease-time", "4s")));
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
    return RunSpecBuilder.builder()
        .name("survival")
        .dataset(
            DatasetSpecBuilder.builder()
                .source(images.toString())
                .holdout(0.2)
                .shardRows(32)
                .build())
        .surrogate(SurrogateSpecBuilder.builder().images(4_000L).batch(16).build())
        .selection(SelectionSpec.of(null, ratio))
        .reweight(
            ReweightSpecBuilder.builder()
                .model(model)
                .referenceImages(800L)
                .proxyImages(2_000L)
                .batch(16)
                .build())
        .model(model)
        .training(
            TrainingSpecBuilder.builder()
                .images(1_600L)
                .batch(16)
                .warmupImages(200L)
                .checkpointImages(400L)
                .build())
        .sampling(
            SamplingSpecBuilder.builder()
                .images(40)
                .steps(4)
                .batch(20)
                .baseline(false)
                .gridPerClass(2)
                .build())
        .seed(3L)
        .build();
  }
}
