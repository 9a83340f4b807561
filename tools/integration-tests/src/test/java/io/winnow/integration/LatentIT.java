package io.winnow.integration;

import static org.assertj.core.api.Assertions.assertThat;

import io.winnow.chaos.DrawnImages;
import io.winnow.contracts.Lineage;
import io.winnow.contracts.LineageKey;
import io.winnow.contracts.run.RunReport;
import io.winnow.contracts.run.StageRecord;
import io.winnow.contracts.spec.RunSpec;
import io.winnow.datasets.Dataset;
import io.winnow.local.client.PlainDisplay;
import io.winnow.local.client.SpecResolver;
import io.winnow.local.system.LocalSystem;
import io.winnow.local.system.Service;
import io.winnow.models.ModelFile;
import io.winnow.models.latent.LatentSpace;
import io.winnow.store.artifact.ArtifactStore;
import io.winnow.store.object.MinioObjectStore;
import io.winnow.torch.kernel.KernelArchive;
import io.winnow.torch.kernel.KernelSource;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** A run on latents through the real services: scored, weighed and trained on them. */
@ExtendWith(SharedSystem.Extension.class)
class LatentIT {
  // each 2×2 square of pixels becomes channels
  private static final String SQUARES =
      """
      def encode(self: __torch__.Kernel, x: Tensor) -> Tensor:
        return torch.add(torch.pixel_unshuffle(x, 2), 0.25)
      def decode(self: __torch__.Kernel, z: Tensor) -> Tensor:
        return torch.pixel_shuffle(torch.sub(z, 0.25), 2)
      """;

  @TempDir Path folder;

  @Test
  void aRunOnLatentsIsReportedWithPictures(SharedSystem shared) throws Exception {
    // given a data set, an autoencoder's file beside it, and a spec of all stages that see latents
    DrawnImages.write(folder.resolve("shapes"), 40);
    Files.write(
        folder.resolve("squares.pt"),
        KernelArchive.pack(new KernelSource("squares", List.of(SQUARES))));
    String model =
        "{\"channels\": 16, \"channelMultipliers\": [1, 2], \"resBlocksPerLevel\": 1,"
            + " \"attentionResolutions\": []}";
    String json =
        """
        {"dataset": {"source": "shapes", "holdout": 0.2, "shardRows": 32},
         "surrogate": {"images": 320, "batch": 16},
         "latent": {"autoencoder": "squares.pt", "scalingFactor": 1.5, "batch": 16},
         "selection": {"criterion": "interval", "ratio": 0.5, "lossDraws": 2},
         "reweight": {"model": %s, "referenceImages": 320, "proxyImages": 160, "batch": 16},
         "model": %1$s,
         "training": {"images": 320, "batch": 16, "warmupImages": 100},
         "sampling": {"images": 20, "steps": 4, "batch": 20, "gridPerClass": 2}}
        """
            .formatted(model);
    MinioObjectStore objects = shared.store();
    RunSpec spec =
        new SpecResolver(objects, true)
            .resolve(RunSpec.parse(json.getBytes(StandardCharsets.UTF_8), "the spec"), folder);

    // when
    RunReport report =
        TestRuns.complete(shared.client(), shared.system(), spec, new PlainDisplay(System.out));

    // then every stage ended, with latents between import and all that sees them
    assertThat(report.stages())
        .extracting(StageRecord::stage)
        .contains("import", "latents", "train-reference", "score-losses", "reweight", "train");
    Lineage lineage = report.lineage();
    ArtifactStore store = new ArtifactStore(objects);
    Dataset images = Dataset.open(store, lineage.get(LineageKey.DATASET));
    Dataset latents = Dataset.open(store, lineage.get(LineageKey.LATENTS));
    assertThat(latents.shape().toString()).isEqualTo("4×8×8 latent");
    assertThat(latents.rows("train")).isEqualTo(images.rows("train"));
    for (var trained : List.of(lineage.get(LineageKey.REFERENCE), lineage.get(LineageKey.MODEL))) {
      assertThat(store.open(trained).manifest().inputs())
          .contains(lineage.require(LineageKey.LATENTS).digest());
      assertThat(ModelFile.read(store, store.open(trained)).latent())
          .isEqualTo(LatentSpace.of(latents));
    }
    assertThat(store.open(lineage.get(LineageKey.WEIGHTS)).manifest().inputs())
        .contains(lineage.require(LineageKey.LATENTS).digest());
    assertThat(report.stages())
        .filteredOn(step -> step.stage().equals("score-losses"))
        .allSatisfy(
            step ->
                assertThat(store.open(step.artifact()).manifest().inputs())
                    .containsExactly(
                        lineage.require(LineageKey.LATENTS).digest(),
                        lineage.require(LineageKey.REFERENCE).digest()));
    // and what it drew are pictures of the images' size
    assertThat(Dataset.open(store, lineage.get(LineageKey.SAMPLES)).shape())
        .isEqualTo(images.shape());
    assertThat(report.frechet()).isFinite().isGreaterThan(0);
    assertThat(side(objects.get(report.grid()))).isEqualTo(2 + 2 * 18);
    // and so is what the trainer draws on demand
    assertThat(side(asked(shared.system(), lineage.require(LineageKey.MODEL).digest())))
        .isEqualTo(2 + 2 * 18);
  }

  private static byte[] asked(LocalSystem system, String model) throws Exception {
    URI trainer = URI.create(system.connection().services().get(Service.TRAINER.folder()));
    return HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(trainer.resolve("/models/" + model + "/samples"))
                .header("Content-Type", "application/json")
                .header("Authorization", "Bearer " + system.connection().token())
                .POST(BodyPublishers.ofString("{\"n\": 2, \"steps\": 2}"))
                .build(),
            BodyHandlers.ofByteArray())
        .body();
  }

  private static int side(byte[] png) throws Exception {
    BufferedImage picture = ImageIO.read(new ByteArrayInputStream(png));
    assertThat(picture.getWidth()).isEqualTo(picture.getHeight());
    return picture.getWidth();
  }
}
