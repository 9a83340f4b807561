package io.winnow.encoder;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItems;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.winnow.artifacts.features.FeatureRows;
import io.winnow.artifacts.features.Features;
import io.winnow.contracts.ArtifactRef;
import io.winnow.contracts.LineageKey;
import io.winnow.contracts.event.FeaturesReady;
import io.winnow.contracts.event.RunFailed;
import io.winnow.contracts.event.RunProgress;
import io.winnow.contracts.event.RunRequested;
import io.winnow.contracts.event.SamplesGenerated;
import io.winnow.contracts.event.ShardEncode;
import io.winnow.contracts.event.Subject;
import io.winnow.contracts.run.Run;
import io.winnow.contracts.run.StageRecord;
import io.winnow.contracts.spec.RunSpec;
import io.winnow.datasets.Dataset;
import io.winnow.datasets.ImageBatch;
import io.winnow.datasets.source.DatasetImport;
import io.winnow.stage.testing.OpenApiDocument;
import io.winnow.stage.testing.WinnowServers;
import io.winnow.stage.testing.Wire;
import io.winnow.store.artifact.Address;
import io.winnow.store.artifact.ArtifactDraft;
import io.winnow.store.artifact.ArtifactStore;
import io.winnow.store.artifact.RunFolder;
import io.winnow.store.tensor.SafeTensors;
import io.winnow.store.tensor.Tensor;
import jakarta.inject.Inject;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** From a request to features, over real Kafka and a real S3 endpoint. */
@QuarkusTest
@QuarkusTestResource(WinnowServers.class)
class EncoderServiceTest {
  private static final Duration PATIENCE = Duration.ofSeconds(90);
  private static final String TRAINED = "{\"images\": 640, \"batch\": 32}";
  private static final int TRAIN = 54;
  private static final int HELDOUT = 6;

  @Inject ArtifactStore store;

  @TempDir Path temp;
  private Wire wire;

  @BeforeEach
  void open() {
    wire = Wire.open();
  }

  @AfterEach
  void close() {
    wire.close();
  }

  @Test
  void whatItSaysOfItsEndpointsIsCommitted() {
    OpenApiDocument.requireCommitted("encoder");
  }

  @Test
  void importsTrainsTheSurrogateAndEncodesEveryShard() {
    // given
    Path source = TinyImages.folder(temp.resolve("first"), 12, 1);

    // when
    FeaturesReady ready = run("first", source, TRAINED, 0.25);

    // then the data set is there, in shards of at most 16 rows, train before held out
    assertThat(ready.subject()).isEqualTo(Subject.DATASET);
    Dataset dataset = Dataset.open(store, ready.lineage().get(LineageKey.DATASET));
    assertThat(dataset.artifact().ref().address()).startsWith("datasets/first/");
    assertThat(dataset.classes()).containsExactly("dark", "light");
    assertThat(dataset.shards().stream().map(s -> s.split() + " " + s.object().rows()))
        .containsExactly("train 16", "train 16", "train 16", "train 6", "heldout 6");
    // and the surrogate tells the classes apart
    assertThat(
            store.open(ready.lineage().get(LineageKey.ENCODER)).attribute("accuracy", Double.class))
        .isGreaterThan(0.9);
    // and features follow the rows of the data set
    Features features = Features.open(store, ready.lineage().get(LineageKey.FEATURES));
    assertThat(features.rows("train")).isEqualTo(TRAIN);
    assertThat(features.rows("heldout")).isEqualTo(HELDOUT);
    FeatureRows train = features.load("train");
    assertThat(train.labels())
        .containsExactly(
            dataset.shards("train").stream()
                .flatMapToInt(shard -> IntStream.of(dataset.read(shard).labels()))
                .toArray());
    // and the run's folder and its watchers know
    RunFolder folder = new RunFolder(store.objects(), "first");
    assertThat(folder.request()).isPresent();
    assertThat(folder.stages())
        .extracting(StageRecord::stage, StageRecord::reused)
        .containsExactly(tuple("import"), tuple("surrogate"), tuple("encode"));
    StageRecord encode = folder.stages().get(2);
    assertThat(encode.artifact()).isEqualTo(ready.lineage().get(LineageKey.FEATURES));
    assertThat(encode.cost().images()).isEqualTo(TRAIN + HELDOUT);
    assertThat(folder.stages().get(1).cost().images()).isEqualTo(640 + HELDOUT);
    RunProgress progress =
        wire.await(
            RunProgress.class,
            "first",
            p -> p.stage().equals("encode") && p.done() >= 16 && p.rate() > 0);
    assertThat(progress.total()).isEqualTo(TRAIN + HELDOUT);
    assertThat(progress.address())
        .isEqualTo(ready.lineage().require(LineageKey.FEATURES).address());
    RunProgress last =
        wire.await(
            RunProgress.class,
            "first",
            p -> p.stage().equals("encode") && p.state() == RunProgress.State.SUCCEEDED);
    assertThat(last.done()).isEqualTo(TRAIN + HELDOUT);
    assertThat(wire.events(FeaturesReady.class, "first")).hasSize(1);
  }

  private static org.assertj.core.groups.Tuple tuple(String stage) {
    return org.assertj.core.groups.Tuple.tuple(stage, false);
  }

  @Test
  void aRunWithAnotherRatioReusesTheFeaturesAndNamesThem() {
    // given
    Path source = TinyImages.folder(temp.resolve("again"), 12, 2);
    FeaturesReady first = run("again-1", source, TRAINED, 0.25);

    // when
    FeaturesReady second = run("again-2", source, TRAINED, 0.5);

    // then
    assertThat(second.lineage()).isEqualTo(first.lineage());
    assertThat(wire.events(ShardEncode.class, "again-2")).isEmpty();
    RunProgress reused =
        wire.await(
            RunProgress.class,
            "again-2",
            p -> p.stage().equals("encode") && p.state() == RunProgress.State.REUSED);
    assertThat(reused.message())
        .contains("reused")
        .contains(first.lineage().require(LineageKey.FEATURES).digest().substring(0, 12));
    assertThat(new RunFolder(store.objects(), "again-2").stages())
        .allSatisfy(step -> assertThat(step.reused()).isTrue());
  }

  @Test
  void aTorchScriptSurrogateFromTheStoreEncodes() throws IOException {
    // given
    store.objects().put("surrogates/small.pt", resource("/surrogate-16.pt"));
    Path source = TinyImages.folder(temp.resolve("scripted"), 16, 3);

    // when
    FeaturesReady ready = run("scripted", source, "{\"source\": \"surrogates/small.pt\"}", 0.25);

    // then
    Features features = Features.open(store, ready.lineage().get(LineageKey.FEATURES));
    assertThat(features.dimension()).isEqualTo(8);
    assertThat(features.rows("train")).isEqualTo(TRAIN);
  }

  @Test
  void anotherBatchOrPrecisionIsAnotherEncoder() throws IOException {
    // given features by a surrogate as it is by default
    store.objects().put("surrogates/small.pt", resource("/surrogate-16.pt"));
    Path source = TinyImages.folder(temp.resolve("passes"), 16, 5);
    FeaturesReady usual = run("pass-1", source, "{\"source\": \"surrogates/small.pt\"}", 0.25);

    // when 8 images go through at a time
    FeaturesReady eights =
        run("pass-2", source, "{\"source\": \"surrogates/small.pt\", \"encodeBatch\": 8}", 0.25);

    // then both have their own address, and features that agree
    assertThat(eights.lineage().get(LineageKey.DATASET))
        .isEqualTo(usual.lineage().get(LineageKey.DATASET));
    assertThat(eights.lineage().get(LineageKey.ENCODER))
        .isNotEqualTo(usual.lineage().get(LineageKey.ENCODER));
    assertThat(eights.lineage().get(LineageKey.FEATURES))
        .isNotEqualTo(usual.lineage().get(LineageKey.FEATURES));
    assertThat(
            Features.open(store, eights.lineage().get(LineageKey.FEATURES))
                .load("train")
                .features())
        .containsExactly(
            Features.open(store, usual.lineage().get(LineageKey.FEATURES)).load("train").features(),
            within(1e-5f));
  }

  @Test
  void featuresAreStoredInHalfTheBytesWhereTheSpecSaysSo() throws IOException {
    // given
    Path source = TinyImages.folder(temp.resolve("halves"), 16, 3);
    store.objects().put("surrogates/small.pt", resource("/surrogate-16.pt"));
    String surrogate = "{\"source\": \"surrogates/small.pt\"%s}";

    // when
    FeaturesReady half =
        run("half", source, surrogate.formatted(", \"features\": \"float16\""), 0.25);
    FeaturesReady full = run("full", source, surrogate.formatted(""), 0.25);

    // then they have an address of their own, and differ by rounding to 11 bits
    assertThat(half.lineage().get(LineageKey.ENCODER))
        .isEqualTo(full.lineage().get(LineageKey.ENCODER));
    assertThat(half.lineage().require(LineageKey.FEATURES).address())
        .isNotEqualTo(full.lineage().require(LineageKey.FEATURES).address());
    Features features = Features.open(store, half.lineage().get(LineageKey.FEATURES));
    float[] exact =
        Features.open(store, full.lineage().get(LineageKey.FEATURES)).load("train").features();
    float[] rounded = features.load("train").features();
    assertThat(rounded).hasSameSizeAs(exact).isNotEqualTo(exact);
    for (int i = 0; i < exact.length; i++) {
      assertThat(rounded[i]).isCloseTo(exact[i], within(Math.abs(exact[i]) * 0x1p-11f + 1e-7f));
    }
  }

  @Test
  void samplesOfAModelAreEncodedByTheSameEncoder() {
    // given a data set with features, and samples
    Path source = TinyImages.folder(temp.resolve("sampled"), 12, 4);
    FeaturesReady ready = run("sampled", source, TRAINED, 0.25);
    Dataset dataset = Dataset.open(store, ready.lineage().get(LineageKey.DATASET));
    ArtifactRef samples = samples(dataset);

    // when
    for (String id : List.of("sampled", "sampled-2")) {
      wire.send(
          new SamplesGenerated(
              runOf(id, source, TRAINED, 0.25), ready.lineage().with(LineageKey.SAMPLES, samples)));
      awaitFeatures(id, Subject.SAMPLES);
    }

    // then
    FeaturesReady sampled = awaitFeatures("sampled", Subject.SAMPLES);
    assertThat(sampled.lineage().get(LineageKey.FEATURES))
        .isEqualTo(ready.lineage().get(LineageKey.FEATURES));
    Features features = Features.open(store, sampled.lineage().get(LineageKey.SAMPLE_FEATURES));
    assertThat(features.rows("samples")).isEqualTo(4);
    assertThat(features.rows("untrained")).isEqualTo(2);
    assertThat(features.load("samples").features())
        .containsExactly(firstRows(ready.lineage().get(LineageKey.FEATURES), 4), within(1e-5f));
    assertThat(wire.events(ShardEncode.class, "sampled-2")).isEmpty();
    assertThat(new RunFolder(store.objects(), "sampled").stages())
        .extracting(StageRecord::stage)
        .contains("encode", "encode-samples");
  }

  private ArtifactRef samples(Dataset dataset) {
    ArtifactDraft draft =
        store.draft(Address.of("datasets/samples", "sample", "1", Map.of(), List.of()));
    Dataset.describe(draft, dataset.classes(), dataset.shape());
    ImageBatch first = dataset.read(dataset.shards("train").get(0));
    ImageBatch four = first.rows(new int[] {0, 1, 2, 3});
    ImageBatch two = first.rows(new int[] {4, 5});
    draft.putTensors("samples-000000.safetensors", Dataset.tensors(four), 4L, "samples");
    draft.putTensors("untrained-000000.safetensors", Dataset.tensors(two), 2L, "untrained");
    return draft.commit(new StageRecord.Cost(0, 0)).ref();
  }

  private float[] firstRows(ArtifactRef features, int rows) {
    FeatureRows all = Features.open(store, features).load("train");
    return java.util.Arrays.copyOf(all.features(), rows * all.dimension());
  }

  @Test
  void featuresOfTheGoldenImagesEqualPyTorchs() throws IOException {
    // given the golden images as a data set of CIFAR-10's format
    Path models = Path.of(System.getProperty("winnow.shared", "none"), "models");
    Assumptions.assumeTrue(Files.isDirectory(models), "needs shared/models");
    Map<String, Tensor> golden =
        SafeTensors.read(models.resolve("cifar10-resnet56-golden.safetensors"), "golden");
    float[] x = golden.get("x").floats();
    long[] y = golden.get("y").longs();
    ByteArrayOutputStream records = new ByteArrayOutputStream();
    for (int i = 0; i < y.length; i++) {
      records.write((int) y[i]);
      for (int j = 0; j < 3072; j++) {
        records.write(Math.round(x[i * 3072 + j] * 255));
      }
    }
    Path source = Files.createDirectory(temp.resolve("golden"));
    Files.write(source.resolve("data_batch_1.bin"), records.toByteArray());
    Files.write(source.resolve("test_batch.bin"), records.toByteArray());
    store.objects().put("surrogates/resnet56.pt", models.resolve("cifar10-resnet56.pt"));

    // when
    FeaturesReady ready =
        run("golden", source, "{\"source\": \"surrogates/resnet56.pt\", \"inputSize\": 32}", 0.25);

    // then
    Features features = Features.open(store, ready.lineage().get(LineageKey.FEATURES));
    assertThat(features.load("train").features())
        .containsExactly(golden.get("f").floats(), within(1e-5f));
  }

  @Test
  void aTruncatedIdxFileFailsTheRun() throws IOException {
    // given a file that promises more than it holds
    Path source = Files.createDirectory(temp.resolve("short-idx"));
    ByteBuffer images = ByteBuffer.allocate(16 + 100).putInt(0x803).putInt(10).putInt(4).putInt(4);
    ByteBuffer labels = ByteBuffer.allocate(8 + 10).putInt(0x801).putInt(10);
    Files.write(source.resolve("train-images-idx3-ubyte"), images.array());
    Files.write(source.resolve("train-labels-idx1-ubyte"), labels.array());

    // when
    RunFailed failed = fails("short-idx", source, TRAINED);

    // then
    assertThat(failed.stage()).isEqualTo("import");
    assertThat(failed.problem())
        .contains("train-images-idx3-ubyte is truncated", "takes 160 bytes", "100 bytes follow");
    assertThat(failed.remedy()).contains("download or copy the file again");
    assertThat(manifests("datasets/short-idx/")).isEmpty();
    // and the run is known although its data set was refused
    assertThat(new RunFolder(store.objects(), "short-idx").request()).isPresent();
    wire.awaitDeadLetter(RunRequested.class, "short-idx");
  }

  @Test
  void aSourceOutsideTheAllowedFoldersFailsTheRun() {
    // when: winnow.sources.roots of the tests is the folder of temporary files
    RunFailed failed = fails("outside", Path.of("/dev/zero"), TRAINED);

    // then
    assertThat(failed.stage()).isEqualTo("import");
    assertThat(failed.problem())
        .isEqualTo("dataset.source \"/dev/zero\" is not in a folder that the encoder may read");
    assertThat(failed.remedy()).contains("winnow.sources.roots", "store:<key prefix>");
  }

  @Test
  void aCountForAClassThatIsNotThereFailsTheRunBeforeItIsImported() {
    // given
    Path source = TinyImages.folder(temp.resolve("stray"), 12, 5);
    RunSpec spec =
        RunSpec.parse(
            """
            {"dataset": {"source": "%s"}, "selection": {"perClass": {"eel": 3}}}"""
                .formatted(source)
                .getBytes(StandardCharsets.UTF_8),
            "spec");

    // when
    wire.send(new RunRequested(new Run("stray", spec, Instant.EPOCH)));

    // then
    RunFailed failed = wire.await(RunFailed.class, "stray");
    assertThat(failed.stage()).isEqualTo("import");
    assertThat(failed.problem()).contains("\"selection.perClass\" names the class \"eel\"");
    assertThat(failed.remedy()).contains("name classes of");
    assertThat(manifests("datasets/stray/")).isEmpty();
  }

  @Test
  void aFourChannelPngFailsTheRun() {
    // given
    Path source = TinyImages.folder(temp.resolve("alpha"), 12, 5);
    TinyImages.write(
        source.resolve("light/07.png"), new BufferedImage(12, 12, BufferedImage.TYPE_INT_ARGB));

    // when
    RunFailed failed = fails("alpha", source, TRAINED);

    // then
    assertThat(failed.stage()).isEqualTo("import");
    assertThat(failed.problem()).contains("light/07.png has 4 channels");
    assertThat(failed.remedy()).contains("convert to RGB or grey");
    assertThat(manifests("datasets/alpha/")).isEmpty();
  }

  @Test
  void badImagesAreSkippedWhereTheSpecSaysSoAndToldOf() throws IOException {
    // given a broken image among those of another size than wanted, and one that is there twice
    Path source = TinyImages.folder(temp.resolve("skipped"), 16, 9);
    Files.writeString(source.resolve("light/07.png"), "not an image");
    Files.copy(source.resolve("dark/00.png"), source.resolve("dark/99.png"));
    String dataset =
        "{\"source\": \"%s\", \"onBadImage\": \"skip\", \"size\": 12, \"resize\": \"squash\"}"
            .formatted(source.toString().replace("\\", "\\\\"));
    String spec = "{\"dataset\": %s, \"surrogate\": %s}".formatted(dataset, TRAINED);

    // when
    wire.send(
        new RunRequested(
            new Run(
                "skipped",
                RunSpec.parse(spec.getBytes(StandardCharsets.UTF_8), "spec"),
                Instant.EPOCH)));
    FeaturesReady ready = awaitFeatures("skipped", Subject.DATASET);

    // then
    Dataset imported = Dataset.open(store, ready.lineage().get(LineageKey.DATASET));
    assertThat(imported.rows("train") + imported.rows("heldout")).isEqualTo(60);
    assertThat(imported.shape().toString()).isEqualTo("1×12×12");
    assertThat(DatasetImport.skipped(imported.artifact()).first().get(0))
        .startsWith("light/07.png is not a readable PNG or JPEG");
    RunProgress last =
        wire.await(
            RunProgress.class,
            "skipped",
            p -> p.stage().equals("import") && p.state() == RunProgress.State.SUCCEEDED);
    assertThat(last.message())
        .contains("made datasets", "1 bad image skipped: light/07.png", "1 duplicate image");
  }

  @Test
  void aSurrogateOfAnotherInputSizeFailsTheRun() throws IOException {
    // given a surrogate of 16×16 images, said to take the images' own 12×12
    store.objects().put("surrogates/wrong-size.pt", resource("/surrogate-16.pt"));
    Path source = TinyImages.folder(temp.resolve("wrong-size"), 12, 6);
    long models = manifests("models/").size();

    // when
    RunFailed failed = fails("wrong-size", source, "{\"source\": \"surrogates/wrong-size.pt\"}");

    // then
    assertThat(failed.stage()).isEqualTo("surrogate");
    assertThat(failed.problem()).contains("surrogates/wrong-size.pt").contains("12×12");
    assertThat(failed.remedy()).contains("surrogate.inputSize");
    assertThat(wire.events(ShardEncode.class, "wrong-size")).isEmpty();
    assertThat(manifests("datasets/wrong-size/")).hasSize(1);
    assertThat(manifests("models/")).hasSize((int) models);
  }

  @Test
  void aSurrogateThatLiesElsewhereIsNotLoaded() throws IOException {
    // given
    store.objects().put("uploads/small.pt", resource("/surrogate-16.pt"));
    Path source = TinyImages.folder(temp.resolve("elsewhere"), 12, 7);

    // when
    RunFailed failed = fails("elsewhere", source, "{\"source\": \"uploads/small.pt\"}");

    // then
    assertThat(failed.stage()).isEqualTo("surrogate");
    assertThat(failed.problem()).contains("uploads/small.pt").contains("surrogates/");
    assertThat(failed.remedy()).contains("winnow.scripts.prefixes");
  }

  @Test
  void aMissingSurrogateFailsTheRun() {
    // given
    Path source = TinyImages.folder(temp.resolve("missing"), 12, 7);

    // when
    RunFailed failed = fails("missing", source, "{\"source\": \"surrogates/none.pt\"}");

    // then
    assertThat(failed.stage()).isEqualTo("surrogate");
    assertThat(failed.problem()).contains("surrogates/none.pt");
    assertThat(wire.events(ShardEncode.class, "missing")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"started", "ready", "live"})
  void isHealthy(String check) {
    given().get("/q/health/" + check).then().statusCode(200).body("status", equalTo("UP"));
  }

  @Test
  void showsItsJobsMetricsAndApi() {
    // given
    run("shown", TinyImages.folder(temp.resolve("shown"), 12, 8), TRAINED, 0.25);

    // then
    String id =
        given()
            .queryParam("run", "shown")
            .get("/jobs")
            .then()
            .statusCode(200)
            .body("stage", hasItems("import", "surrogate", "encode"))
            .extract()
            .path("[0].id");
    given().get("/jobs/" + id).then().statusCode(200).body("run", equalTo("shown"));
    given().get("/jobs/none").then().statusCode(404).body("problem", containsString("none"));
    given().get("/q/metrics").then().statusCode(200).body(containsString("winnow_stage_images"));
  }

  private FeaturesReady run(String id, Path source, String surrogate, double ratio) {
    wire.send(new RunRequested(runOf(id, source, surrogate, ratio)));
    return awaitFeatures(id, Subject.DATASET);
  }

  /** Waits no longer than it takes to fail. */
  private FeaturesReady awaitFeatures(String id, Subject subject) {
    await()
        .atMost(PATIENCE)
        .until(
            () ->
                !wire.events(RunFailed.class, id).isEmpty()
                    || wire.events(FeaturesReady.class, id).stream()
                        .anyMatch(e -> e.subject() == subject));
    assertThat(wire.events(RunFailed.class, id)).isEmpty();
    return wire.await(FeaturesReady.class, id, e -> e.subject() == subject);
  }

  private RunFailed fails(String id, Path source, String surrogate) {
    wire.send(new RunRequested(runOf(id, source, surrogate, 0.25)));
    return wire.await(RunFailed.class, id);
  }

  private static Run runOf(String id, Path source, String surrogate, double ratio) {
    String spec =
        """
        {"dataset": {"source": "%s", "shardRows": 16}, "surrogate": %s,
         "selection": {"ratio": %s}}"""
            .formatted(source.toString().replace("\\", "\\\\"), surrogate, ratio);
    return new Run(id, RunSpec.parse(spec.getBytes(StandardCharsets.UTF_8), "spec"), Instant.EPOCH);
  }

  private List<String> manifests(String prefix) {
    return store.objects().list(prefix).stream()
        .map(o -> o.key())
        .filter(k -> k.endsWith("/manifest.json"))
        .toList();
  }

  private static byte[] resource(String name) throws IOException {
    try (InputStream in = EncoderServiceTest.class.getResourceAsStream(name)) {
      return in.readAllBytes();
    }
  }
}
