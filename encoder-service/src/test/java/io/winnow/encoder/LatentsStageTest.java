package io.winnow.encoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.winnow.contracts.ArtifactRef;
import io.winnow.contracts.InvalidInputException;
import io.winnow.contracts.Json;
import io.winnow.contracts.Lineage;
import io.winnow.contracts.LineageKey;
import io.winnow.contracts.ObjectRef;
import io.winnow.contracts.event.DatasetImported;
import io.winnow.contracts.event.DatasetReady;
import io.winnow.contracts.event.FeaturesReady;
import io.winnow.contracts.event.RunFailed;
import io.winnow.contracts.event.RunRequested;
import io.winnow.contracts.run.Run;
import io.winnow.contracts.run.StageRecord;
import io.winnow.contracts.spec.LatentSpec;
import io.winnow.contracts.spec.RunSpec;
import io.winnow.datasets.Dataset;
import io.winnow.datasets.ImageBatch;
import io.winnow.datasets.ImageShape;
import io.winnow.models.autoencoder.AutoencoderConfig;
import io.winnow.models.latent.LatentSpace;
import io.winnow.stage.api.StopException;
import io.winnow.stage.testing.FakeJobContext;
import io.winnow.stage.testing.WinnowServers;
import io.winnow.stage.testing.Wire;
import io.winnow.store.artifact.Address;
import io.winnow.store.artifact.Artifact;
import io.winnow.store.artifact.ArtifactDraft;
import io.winnow.store.artifact.ArtifactStore;
import io.winnow.store.artifact.RunFolder;
import io.winnow.store.tensor.SafeTensors;
import io.winnow.torch.kernel.KernelArchive;
import io.winnow.torch.kernel.KernelSource;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Latents of a run's data set, by an autoencoder whose latents a test can compute by hand. */
@QuarkusTest
@QuarkusTestResource(WinnowServers.class)
class LatentsStageTest {
  private static final String KEY = "autoencoders/squares.pt";

  // each 2×2 square of pixels becomes channels, halved and shifted
  private static final String SQUARES =
      """
      def encode(self: __torch__.Kernel, x: Tensor) -> Tensor:
        return torch.add(torch.mul(torch.pixel_unshuffle(x, 2), 0.5), 0.25)
      def decode(self: __torch__.Kernel, z: Tensor) -> Tensor:
        return torch.pixel_shuffle(torch.mul(torch.sub(z, 0.25), 2.), 2)
      def vector(self: __torch__.Kernel, x: Tensor) -> Tensor:
        return torch.mean(x, [2, 3])
      def broken(self: __torch__.Kernel, x: Tensor) -> Tensor:
        return torch.log(torch.sub((self).encode(x, ), 9.))
      def tiny(self: __torch__.Kernel, x: Tensor) -> Tensor:
        return torch.pixel_unshuffle(x, 4)
      def untiny(self: __torch__.Kernel, z: Tensor) -> Tensor:
        return torch.pixel_shuffle(z, 4)
      def tall(self: __torch__.Kernel, x: Tensor) -> Tensor:
        return torch.cat([torch.pixel_unshuffle(x, 2), torch.pixel_unshuffle(x, 2)], 2)
      def untall(self: __torch__.Kernel, z: Tensor) -> Tensor:
        return torch.pixel_shuffle(torch.slice(z, 2, 0, 4), 2)
      """;

  private static final String WEIGHTS =
      """
      {"dataset": {"source": "d"}, "latent": {"type": "autoencoder-kl", "weights": "%s"}}""";

  @Inject ArtifactStore store;
  @Inject LatentsStage latents;

  @TempDir Path temp;

  @BeforeEach
  void putAutoencoder() {
    put(KEY, SQUARES);
  }

  private void put(String key, String source) {
    store.objects().put(key, KernelArchive.pack(new KernelSource("autoencoder", List.of(source))));
  }

  @Test
  void aRunsDataSetIsReadyOnceItsLatentsAre() {
    // given
    Path source = TinyImages.folder(temp.resolve("latent"), 12, 21);
    Run run = run("latent", source.toString(), "\"scalingFactor\": 0.5");
    try (Wire wire = Wire.open()) {
      // when
      wire.send(new RunRequested(run));
      DatasetReady ready = wire.await(DatasetReady.class, "latent");

      // then there are latents of every row of every split, by hand
      Dataset images = Dataset.open(store, ready.lineage().get(LineageKey.DATASET));
      Dataset made = Dataset.open(store, ready.lineage().get(LineageKey.LATENTS));
      assertThat(ready.lineage().trainedOn()).isEqualTo(made.artifact().ref());
      assertThat(made.shape().toString()).isEqualTo("4×6×6 latent");
      assertThat(made.classes()).isEqualTo(images.classes());
      assertThat(made.shards().stream().map(s -> s.split() + " " + s.object().rows()))
          .containsExactly("train 16", "train 16", "train 16", "train 6", "heldout 6");
      for (int i = 0; i < made.shards().size(); i++) {
        ImageBatch pixels = images.read(images.shards().get(i));
        ImageBatch shard = made.read(made.shards().get(i));
        assertThat(shard.labels()).containsExactly(pixels.labels());
        assertAreLatents(shard, pixels, 0.5);
      }
      // and the autoencoder is named by its digest, in the address too
      ObjectRef file = store.objects().stat(KEY).orElseThrow();
      assertThat(LatentSpace.of(made).autoencoder().sha256()).isEqualTo(file.sha256());
      assertThat(made.artifact().manifest().parameters().get("sha256").asText())
          .isEqualTo(file.sha256());
      assertThat(made.artifact().entry("autoencoder.pt").object().key()).isEqualTo(KEY);
      assertThat(made.artifact().cost().images()).isEqualTo(60);
      // and features, of the images, go along with them
      FeaturesReady features = wire.await(FeaturesReady.class, "latent");
      assertThat(features.lineage().get(LineageKey.LATENTS)).isEqualTo(made.artifact().ref());
      assertThat(new RunFolder(store.objects(), "latent").stages())
          .extracting(StageRecord::stage)
          .containsExactly("import", "latents", "surrogate", "encode");
    }
  }

  // channel 2·dy + dx of position (y, x) is pixel (2y + dy, 2x + dx), in [−1, 1], halved and
  // shifted
  private static void assertAreLatents(ImageBatch latents, ImageBatch pixels, double scale) {
    FloatBuffer values =
        ByteBuffer.wrap(latents.images()).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
    int side = pixels.shape().height();
    for (int row = 0; row < pixels.rows(); row++) {
      for (int y = 0; y < side; y++) {
        for (int x = 0; x < side; x++) {
          double pixel = (pixels.images()[(row * side + y) * side + x] & 0xFF) / 127.5 - 1;
          int channel = 2 * (y % 2) + x % 2;
          int at = ((row * 4 + channel) * side / 2 + y / 2) * side / 2 + x / 2;
          assertThat((double) values.get(at)).isCloseTo(scale * (pixel / 2 + 0.25), within(1e-6));
        }
      }
    }
  }

  @Test
  void aMissingAutoencoderFailsTheRun() {
    // given
    Path source = TinyImages.folder(temp.resolve("unencoded"), 12, 22);
    String spec =
        "{\"dataset\": {\"source\": \"%s\"}, \"latent\": {\"autoencoder\": \"autoencoders/none.pt\"}}";
    Run run = new Run("unencoded", parse(spec.formatted(source)), Instant.EPOCH);
    try (Wire wire = Wire.open()) {
      // when
      wire.send(new RunRequested(run));
      RunFailed failed = wire.await(RunFailed.class, "unencoded");

      // then
      assertThat(failed.stage()).isEqualTo("latents");
      assertThat(failed.problem()).contains("latent.autoencoder \"autoencoders/none.pt\"");
      assertThat(failed.remedy()).contains("upload the TorchScript file");
      assertThat(wire.events(DatasetReady.class, "unencoded")).isEmpty();
    }
  }

  @Test
  void everythingThatMakesAnotherLatentIsInTheAddress() {
    // given an address, and an autoencoder of another shift
    ArtifactRef images = images("addressed");
    Address usual = latents.address(imported("a", images, "\"scalingFactor\": 0.5"));
    put("autoencoders/other.pt", SQUARES.replace("0.25", "0.125"));

    // when the same, or anything else, is asked for
    Address again = latents.address(imported("b", images, "\"scalingFactor\": 0.5"));
    Address scaled = latents.address(imported("c", images, "\"scalingFactor\": 0.25"));
    Address decoded =
        latents.address(imported("d", images, "\"scalingFactor\": 0.5, \"decoder\": \"x\""));
    Run other =
        new Run(
            "e",
            parse(
                "{\"dataset\": {\"source\": \"d\"},"
                    + " \"latent\": {\"autoencoder\": \"autoencoders/other.pt\", \"scalingFactor\": 0.5}}"),
            Instant.EPOCH);
    Address autoencoded = latents.address(new DatasetImported(other, Lineage.of(images)));

    // then only the same has the same address
    assertThat(again).isEqualTo(usual);
    assertThat(List.of(scaled.path(), decoded.path(), autoencoded.path(), usual.path()))
        .doesNotHaveDuplicates();
  }

  @Test
  void goesOnWhereAnEarlierAttemptDied() throws Exception {
    // given an attempt that died in the second shard, and one that did not
    DatasetImported event = imported("broken-off", images("broken-off"), "");
    ArtifactDraft whole = store.draft(elsewhere("whole"));
    latents.run(event, FakeJobContext.making(store, whole));
    FakeJobContext dying =
        FakeJobContext.making(store, store.draft(elsewhere("resumed"))).dyingAt(20);
    assertThatThrownBy(() -> latents.run(event, dying)).isInstanceOf(StopException.class);

    // when it is made again
    ArtifactDraft resumed = store.draft(elsewhere("resumed"));
    FakeJobContext second = FakeJobContext.making(store, resumed);
    latents.run(event, second);

    // then the first shard was not encoded again: a shard that is says so before and after writing
    assertThat(Collections.frequency(second.progress(), 16L)).isEqualTo(1);
    assertThat(Collections.frequency(second.progress(), 32L)).isEqualTo(2);
    assertThat(second.images()).isEqualTo(40);
    // and all is as it would have been
    Artifact one = whole.commit(new StageRecord.Cost(0, 0));
    Artifact other = resumed.commit(new StageRecord.Cost(0, 0));
    assertThat(other.manifest().attributes()).isEqualTo(one.manifest().attributes());
    assertThat(other.manifest().entries().stream().map(e -> e.name() + e.object().sha256()))
        .containsExactlyElementsOf(
            one.manifest().entries().stream().map(e -> e.name() + e.object().sha256()).toList());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "vector | decode | squares.pt.vector returns float32(2, 1) for 2 images | latent.encoder",
        "nothing | decode | squares.pt.nothing: there is no such method | latent.encoder",
        "encode | nothing | squares.pt.nothing: there is no such method | latent.decoder",
        "encode | encode | squares.pt.encode returns float32(2, 16, 2, 2) for latents | latent.decoder",
        "broken | decode | latents of datasets/ | weights",
        "tiny | untiny | latents are 16×2×2 latent: \"model\": the model's imageSize cannot be 2 | 4 to 1024",
        "tall | untall | latents are 4×8×4 latent: \"model\": a model of type unet requires square examples | another model type"
      })
  void refusesAnAutoencoderThatNothingCanBeTrainedOn(
      String encoder, String decoder, String problem, String remedy) {
    // given
    DatasetImported event =
        imported(
            "refused",
            images("refused"),
            "\"encoder\": \"%s\", \"decoder\": \"%s\"".formatted(encoder, decoder));
    FakeJobContext work = FakeJobContext.making(store, store.draft(elsewhere(encoder + decoder)));

    // when / then
    assertThatThrownBy(() -> latents.run(event, work))
        .isInstanceOfSatisfying(
            InvalidInputException.class,
            e -> {
              assertThat(e.problem()).contains(problem);
              assertThat(e.remedy()).contains(remedy);
            });
  }

  @Test
  void weightsInDiffusersLayoutEncodeWithTheirOwnScale() throws IOException {
    // given an AutoencoderKL for colour images in the store, and grey images
    String config =
        """
        {"block_out_channels": [16, 16], "norm_num_groups": 4, "latent_channels": 4,
         "down_block_types": ["DownEncoderBlock2D", "DownEncoderBlock2D"],
         "up_block_types": ["UpDecoderBlock2D", "UpDecoderBlock2D"], "scaling_factor": 0.25}
        """;
    AutoencoderConfig kl = AutoencoderConfig.of(Json.mapper().readTree(config), "config");
    ObjectRef file =
        store
            .objects()
            .put(
                "vaes/tiny.safetensors",
                SafeTensors.bytes(kl.parameters().initial(1), Map.of("config", config)));
    DatasetImported event =
        new DatasetImported(
            new Run("kl", parse(WEIGHTS.formatted("vaes/tiny.safetensors")), Instant.EPOCH),
            Lineage.of(images("kl")));
    ArtifactDraft draft = store.draft(elsewhere("kl"));

    // when
    latents.run(event, FakeJobContext.making(store, draft));
    Dataset made = Dataset.open(store, draft.commit(new StageRecord.Cost(0, 0)).ref());

    // then
    LatentSpace space = LatentSpace.of(made);
    assertThat(space.type()).isEqualTo(LatentSpec.AutoencoderType.AUTOENCODER_KL);
    assertThat(space.autoencoder().sha256()).isEqualTo(file.sha256());
    assertThat(space.scale()).isEqualTo(0.25);
    assertThat(space.input().channels()).isEqualTo(3);
    assertThat(space.pictures()).isEqualTo(new ImageShape(1, 8, 8));
    assertThat(made.shape().toString()).isEqualTo("4×4×4 latent");
    assertThat(made.shards()).hasSize(3);
    assertThat(made.artifact().entry("autoencoder.safetensors").object().key())
        .isEqualTo("vaes/tiny.safetensors");
    // and no weights, or an object that is none, is an error that names the field
    for (String key : List.of("vaes/none.safetensors", KEY)) {
      Run bad = new Run("bad", parse(WEIGHTS.formatted(key)), Instant.EPOCH);
      assertThatThrownBy(() -> latents.address(new DatasetImported(bad, event.lineage())))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageContaining("latent.weights \"" + key);
    }
  }

  private DatasetImported imported(String id, ArtifactRef images, String latent) {
    return new DatasetImported(run(id, "d", latent), Lineage.of(images));
  }

  /** 40 grey images of 8×8 in three shards, the last one held out. */
  private ArtifactRef images(String name) {
    ArtifactDraft draft =
        store.draft(Address.of("datasets/" + name, "import", "1", Map.of(), List.of()));
    ImageShape shape = new ImageShape(1, 8, 8);
    Dataset.describe(draft, List.of("a", "b"), shape);
    SplittableRandom random = new SplittableRandom(7);
    int[] rows = {16, 16, 8};
    for (int shard = 0; shard < rows.length; shard++) {
      byte[] images = new byte[rows[shard] * shape.bytes()];
      for (int i = 0; i < images.length; i++) {
        images[i] = (byte) random.nextInt(256);
      }
      draft.putTensors(
          "shard-%06d.safetensors".formatted(shard),
          Dataset.tensors(new ImageBatch(shape, images, new int[rows[shard]])),
          (long) rows[shard],
          shard == 2 ? "heldout" : "train");
    }
    return draft.commit(new StageRecord.Cost(0, 0)).ref();
  }

  private static Address elsewhere(String name) {
    return Address.of("datasets/latents", name, "1", Map.of(), List.of());
  }

  private static Run run(String id, String source, String latent) {
    String spec =
        """
        {"dataset": {"source": "%s", "shardRows": 16}, "surrogate": {"images": 64, "batch": 32},
         "latent": {"autoencoder": "%s"%s}}"""
            .formatted(source.replace("\\", "\\\\"), KEY, latent.isEmpty() ? "" : ", " + latent);
    return new Run(id, parse(spec), Instant.EPOCH);
  }

  private static RunSpec parse(String spec) {
    return RunSpec.parse(spec.getBytes(StandardCharsets.UTF_8), "spec");
  }
}
