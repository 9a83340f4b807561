package io.winnow.trainer.train;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.winnow.artifacts.ReferenceAddress;
import io.winnow.contracts.ArtifactRef;
import io.winnow.contracts.InvalidInputException;
import io.winnow.contracts.Lineage;
import io.winnow.contracts.LineageKey;
import io.winnow.contracts.event.ModelTrained;
import io.winnow.contracts.event.ReferenceRequested;
import io.winnow.contracts.event.WeightsDerived;
import io.winnow.contracts.run.Run;
import io.winnow.contracts.run.StageRecord;
import io.winnow.contracts.spec.RunSpec;
import io.winnow.datasets.Dataset;
import io.winnow.datasets.ImageBatch;
import io.winnow.models.ModelFile;
import io.winnow.models.References;
import io.winnow.models.denoiser.ExampleSpec;
import io.winnow.models.latent.LatentSpace;
import io.winnow.models.latent.Latents;
import io.winnow.models.sample.Denoiser;
import io.winnow.models.sample.SamplingPlan;
import io.winnow.models.surrogate.InferenceOptions;
import io.winnow.models.surrogate.Surrogate;
import io.winnow.models.surrogate.SurrogateInput;
import io.winnow.stage.testing.FakeJobContext;
import io.winnow.stage.testing.WinnowServers;
import io.winnow.store.artifact.Address;
import io.winnow.store.artifact.Artifact;
import io.winnow.store.artifact.ArtifactDraft;
import io.winnow.store.artifact.ArtifactStore;
import io.winnow.store.object.TemporaryFile;
import io.winnow.torch.engine.Torch;
import io.winnow.torch.kernel.KernelArchive;
import io.winnow.torch.kernel.KernelSource;
import io.winnow.torch.kernel.Precision;
import io.winnow.trainer.TinyRun;
import io.winnow.trainer.sample.SampleStage;
import jakarta.inject.Inject;
import jakarta.inject.Provider;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Models on latents, whose pictures a test can decode by hand. */
@QuarkusTest
@QuarkusTestResource(WinnowServers.class)
class LatentModelTest {
  private static final String KEY = "autoencoders/trainer.pt";
  private static final String LATENT = "\"latent\": {\"autoencoder\": \"" + KEY + "\"},";
  private static final double SCALE = 0.5;
  private static final StageRecord.Cost FREE = new StageRecord.Cost(0, 0);

  // each 2×2 square of pixels becomes channels, halved and shifted
  private static final String SQUARES =
      """
      def encode(self: __torch__.Kernel, x: Tensor) -> Tensor:
        return torch.add(torch.mul(torch.pixel_unshuffle(x, 2), 0.5), 0.25)
      def decode(self: __torch__.Kernel, z: Tensor) -> Tensor:
        return torch.pixel_shuffle(torch.mul(torch.sub(z, 0.25), 2.), 2)
      """;

  @Inject ArtifactStore store;
  @Inject Provider<Torch> torch;
  @Inject TrainStage train;
  @Inject TrainReferenceStage trainReference;
  @Inject SampleStage sample;

  private Lineage lineage;

  @BeforeEach
  void latents() {
    Lineage pixels = TinyRun.upToWeights(store);
    Dataset images = Dataset.open(store, pixels.get(LineageKey.DATASET));
    LatentSpace space =
        new LatentSpace(
            store
                .objects()
                .put(KEY, KernelArchive.pack(new KernelSource("squares", List.of(SQUARES)))),
            new SurrogateInput(8, 1, List.of(0.5), List.of(0.5), "encode"),
            "decode",
            new InferenceOptions(5, Precision.FLOAT32),
            SCALE,
            1);
    ArtifactDraft draft = store.draft(Latents.address(space, Latents.NAME, images));
    try (Surrogate encoder =
        TemporaryFile.of(
            store.objects(),
            space.autoencoder(),
            file -> Surrogate.autoencoder(torch.get(), file, space.input(), space.pass()))) {
      Latents.write(space, encoder, images, draft, done -> {});
    }
    lineage = pixels.with(LineageKey.LATENTS, draft.commit(FREE).ref());
  }

  private Artifact trained(Run run, String name) {
    FakeJobContext work = FakeJobContext.making(store, store.draft(elsewhere(name)));
    train.run(new WeightsDerived(run, lineage), work);
    return work.draft().commit(FREE);
  }

  private static Address elsewhere(String name) {
    return Address.of("models", name, "1", Map.of(), List.of());
  }

  @Test
  void aModelOnLatentsIsAnotherThanOnPixelsAndKnowsItsAutoencoder() {
    // given
    Run run = TinyRun.run("on-latents", LATENT);

    // when
    Address address = train.address(new WeightsDerived(run, lineage));
    Artifact model = trained(run, "on latents");

    // then
    assertThat(address.inputs()).contains(lineage.require(LineageKey.LATENTS).digest());
    assertThat(address.inputs()).doesNotContain(lineage.require(LineageKey.DATASET).digest());
    ModelFile file = ModelFile.read(store, model);
    assertThat(file.latent())
        .isEqualTo(LatentSpace.of(Dataset.open(store, lineage.get(LineageKey.LATENTS))));
    assertThat(file.model().example()).isEqualTo(ExampleSpec.latents(4, 4, 4));
    assertThat(file.pictures()).isEqualTo(TinyRun.SHAPE);
  }

  @Test
  void samplesArePicturesDecodedFromWhatTheModelDraws() throws Exception {
    // given a model, and the latents that it draws
    Run run = TinyRun.run("latent-samples", LATENT);
    Artifact model = trained(run, "latent samples");
    ModelFile file = ModelFile.read(store, model);
    int[] labels = IntStream.range(0, 12).map(i -> i % 2).toArray();
    FloatBuffer drawn;
    try (Denoiser denoiser =
        file.denoiser(torch.get(), ModelFile.weights(store, model, ModelFile.EMA_WEIGHTS))) {
      SamplingPlan plan = SamplingPlan.ddim(3, 1, 2, SamplingPlan.seed(7));
      drawn =
          ByteBuffer.wrap(denoiser.sample(plan, labels))
              .order(ByteOrder.LITTLE_ENDIAN)
              .asFloatBuffer();
    }

    // when the run's samples are made
    FakeJobContext work = FakeJobContext.making(store, store.draft(elsewhere("pictures")));
    sample.run(new ModelTrained(run, lineage.with(LineageKey.MODEL, model.ref())), work);
    Artifact made = work.draft().commit(FREE);

    // then they are pictures of the images' size, the latents decoded by hand
    Dataset samples = Dataset.open(store, made.ref());
    assertThat(samples.shape()).isEqualTo(TinyRun.SHAPE);
    assertThat(samples.rows("samples")).isEqualTo(12);
    assertThat(samples.rows("untrained")).isEqualTo(12);
    int row = 0;
    for (var shard : samples.shards("samples")) {
      ImageBatch pictures = samples.read(shard);
      for (int i = 0; i < pictures.rows(); i++, row++) {
        for (int pixel = 0; pixel < 64; pixel++) {
          int y = pixel / 8;
          int x = pixel % 8;
          int at = ((row * 4 + 2 * (y % 2) + x % 2) * 4 + y / 2) * 4 + x / 2;
          double value = ((drawn.get(at) / SCALE - 0.25) * 2 + 1) * 127.5;
          assertThat((double) (pictures.images()[i * 64 + pixel] & 0xFF))
              .isCloseTo(Math.max(0, Math.min(255, value)), within(0.51));
        }
      }
    }
    BufferedImage grid =
        ImageIO.read(
            new ByteArrayInputStream(store.objects().get(made.entry("grid.png").object())));
    assertThat(grid.getWidth()).as("3 columns of 8 pixels, gaps of 2").isEqualTo(32);
    // and whoever asks over HTTP gets pictures too
    byte[] png =
        given()
            .auth()
            .oauth2(WinnowServers.TOKEN)
            .contentType(ContentType.JSON)
            .body("{\"n\": 3, \"steps\": 2}")
            .when()
            .post("/models/" + model.ref().digest() + "/samples")
            .then()
            .statusCode(200)
            .extract()
            .asByteArray();
    BufferedImage picture = ImageIO.read(new ByteArrayInputStream(png));
    assertThat(picture.getWidth()).isEqualTo(32);
    assertThat(picture.getHeight()).isEqualTo(22);
  }

  @Test
  void aReferenceIsOfTheLatentsAndOfNoOther() {
    // given a reference trained on the run's latents, and one on its images
    Run run = TinyRun.run("latent-reference", LATENT);
    Address address = trainReference.address(new ReferenceRequested(run, lineage));
    FakeJobContext work = FakeJobContext.making(store, store.draft(address));
    trainReference.run(new ReferenceRequested(run, lineage), work);
    ArtifactRef reference = work.draft().commit(FREE).ref();
    Run onPixels = TinyRun.run("pixel-reference");
    Lineage pixels = Lineage.of(lineage.get(LineageKey.DATASET));
    Address other = trainReference.address(new ReferenceRequested(onPixels, pixels));
    FakeJobContext otherWork = FakeJobContext.making(store, store.draft(other));
    trainReference.run(new ReferenceRequested(onPixels, pixels), otherWork);
    otherWork.draft().commit(FREE);

    // when a run on the latents looks for its reference
    References references = new References(store);

    // then it finds the first, and refuses the second by name
    assertThat(address).isEqualTo(ReferenceAddress.of(run, lineage.get(LineageKey.LATENTS)));
    assertThat(references.require(run, lineage.trainedOn()).ref()).isEqualTo(reference);
    Run named =
        new Run(
            "named",
            RunSpec.parse(
                """
                {"dataset": {"source": "tiny"}, "latent": {"autoencoder": "%s"},
                 "reweight": {"reference": "%s"}}
                """
                    .formatted(KEY, other.path())
                    .getBytes(StandardCharsets.UTF_8),
                "spec"),
            Instant.EPOCH);
    assertThatThrownBy(() -> references.require(named, lineage.trainedOn()))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("is of pixels, but trained on are latents of " + KEY);
  }
}
