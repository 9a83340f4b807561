package io.winnow.console;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.hasKey;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.nullValue;

import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.specification.RequestSpecification;
import io.winnow.contracts.Json;
import io.winnow.contracts.event.EventCodec;
import io.winnow.contracts.event.EventType;
import io.winnow.contracts.event.RunCancel;
import io.winnow.contracts.event.RunFailed;
import io.winnow.contracts.event.RunProgress;
import io.winnow.contracts.event.RunRequested;
import io.winnow.contracts.run.Run;
import io.winnow.contracts.run.StageRecord;
import io.winnow.contracts.spec.DatasetSpec;
import io.winnow.contracts.spec.RunSpec;
import io.winnow.datasets.Dataset;
import io.winnow.datasets.ImageBatch;
import io.winnow.datasets.ImageShape;
import io.winnow.stage.testing.OpenApiDocument;
import io.winnow.stage.testing.WinnowServers;
import io.winnow.stage.testing.Wire;
import io.winnow.store.artifact.Address;
import io.winnow.store.artifact.Artifact;
import io.winnow.store.artifact.ArtifactDraft;
import io.winnow.store.artifact.ArtifactStore;
import io.winnow.store.artifact.RunFolder;
import io.winnow.store.tensor.Tensor;
import jakarta.inject.Inject;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The endpoints over real Kafka and a real S3 endpoint; no service runs beside them. */
@QuarkusTest
@QuarkusTestResource(WinnowServers.class)
class ConsoleTest {
  private static final Instant NOW = Instant.parse("2026-01-01T10:00:00Z");

  @Inject ArtifactStore artifacts;
  @TestHTTPResource URL base;

  private Wire wire;

  @BeforeEach
  void open() {
    wire = Wire.open();
    await().untilAsserted(() -> given().get("/q/health/ready").then().statusCode(200));
  }

  @AfterEach
  void close() {
    wire.close();
  }

  private static RequestSpecification allowed() {
    return given()
        .header("Authorization", "Bearer " + WinnowServers.TOKEN)
        .contentType("application/json");
  }

  private static Run run(String id) {
    return new Run(id, RunSpec.of(DatasetSpec.of("/data/images")), NOW);
  }

  private static RunProgress train(String run, long done, RunProgress.State state) {
    return new RunProgress(
        run,
        "train",
        state,
        done,
        100,
        "images",
        5,
        1.0,
        "models/x",
        null,
        Map.of("training.loss", 1.0 / done),
        NOW.plusSeconds(done));
  }

  @Test
  void whatItSaysOfItsEndpointsIsCommitted() {
    OpenApiDocument.requireCommitted("console");
  }

  @Test
  void aSpecBecomesARunThatServicesHearOfAndTheListShows() {
    // when
    String id =
        allowed()
            .body("{\"name\": \"mine\", \"dataset\": {\"source\": \"/data/images\"}, \"seed\": 7}")
            .post("/api/runs")
            .then()
            .statusCode(201)
            .extract()
            .path("run");

    // then it is on Kafka and in the store
    RunRequested event = wire.await(RunRequested.class, id);
    assertThat(event.run().spec().seed()).isEqualTo(7);
    assertThat(new RunFolder(artifacts.objects(), id).request()).contains(event.run());
    // and in the list, going on, with nothing begun
    await()
        .untilAsserted(
            () ->
                given()
                    .get("/api/runs")
                    .then()
                    .body("find { it.id == '" + id + "' }.name", equalTo("mine"))
                    .body("find { it.id == '" + id + "' }.status", equalTo("running"))
                    .body("find { it.id == '" + id + "' }.stage", nullValue()));
  }

  @Test
  void whoeverBringsNoTokenChangesNothing() {
    // given a run that could be cancelled
    wire.send(new RunRequested(run("guarded")));
    await().untilAsserted(() -> given().get("/api/runs/guarded").then().statusCode(200));
    int before = given().get("/api/runs").path("size()");

    // when
    for (String token : List.of("", "Bearer wrong-token-of-all", "Basic dGVzdDp0ZXN0")) {
      RequestSpecification request =
          given().contentType("application/json").body("{\"dataset\": {\"source\": \"/d\"}}");
      if (!token.isEmpty()) {
        request.header("Authorization", token);
      }
      // then
      request.post("/api/runs").then().statusCode(401);
      given()
          .contentType("application/json")
          .body("{}")
          .post("/api/runs/guarded/cancel")
          .then()
          .statusCode(401);
    }
    assertThat((int) given().get("/api/runs").path("size()")).isEqualTo(before);
    assertThat(wire.events(RunCancel.class, "guarded")).isEmpty();
  }

  @Test
  void aBadSpecIsRefusedWithItsFieldAndARemedyAndNothingIsAsked() {
    // given
    int before = wire.records("winnow.run.requested.v1").size();

    // when and then
    allowed()
        .body("{\"dataset\": {\"source\": \"/d\"}, \"training\": {\"batch\": 0}}")
        .post("/api/runs")
        .then()
        .statusCode(400)
        .body("problem", containsString("\"training.batch\""))
        .body("remedy", containsString("from 1 to 65536"));
    allowed()
        .body("{\"dataset\": {\"source\": \"/d\"}, \"traning\": {}}")
        .post("/api/spec/check")
        .then()
        .statusCode(400)
        .body("problem", containsString("traning"))
        .body("remedy", containsString("training"));
    allowed()
        .body("{\"dataset\": {\"source\": \"/d\"}, \"surrogate\": {\"source\": \"models/no.pt\"}}")
        .post("/api/runs")
        .then()
        .statusCode(400)
        .body("problem", containsString("models/no.pt"));
    for (String settings :
        List.of(
            "\"model\": {\"preset\": \"ddpm-cifar\"}",
            "\"model\": {\"type\": \"dit\", \"depth\": 1000}",
            "\"reweight\": {\"model\": {\"channelMultipliers\": \"1, 2\"}}",
            "\"training\": {\"batch\": \"64\"}",
            "\"training\": {\"batch\": 64, \"batch\": 32}",
            "\"selection\": {\"criterion\": 5}",
            "\"surrogate\": {\"mean\": [123.7, 116.3, 103.5]}")) {
      allowed()
          .body("{\"dataset\": {\"source\": \"/d\"}, " + settings + "}")
          .post("/api/runs")
          .then()
          .statusCode(400)
          .body("problem", containsString(settings.substring(1, settings.indexOf(':') - 1)))
          .body("problem", not(containsString("io.winnow")));
    }
    allowed().body("").post("/api/runs").then().statusCode(400);
    assertThat(wire.records("winnow.run.requested.v1")).hasSize(before);
  }

  @Test
  void theFormHasEveryFieldOfTheSchemaAndItsDefault() {
    given()
        .get("/api/spec")
        .then()
        .statusCode(200)
        .body("schema.properties", hasKey("training"))
        .body("defaults.training.images", equalTo(60_000))
        .body("defaults.selection.criterion", equalTo("gaussian"));
    allowed()
        .body("{\"dataset\": {\"source\": \"/data/images\"}}")
        .post("/api/spec/check")
        .then()
        .statusCode(200)
        .body("dataset.name", equalTo("images"))
        .body("training.batch", equalTo(64));
  }

  @Test
  void theFieldsThatTheFormNamesAreFieldsOfTheSchema() throws Exception {
    // given
    JsonNode defaults = Json.mapper().valueToTree(RunSpec.of(DatasetSpec.of("/data/images")));
    String script = given().get("/js/new.js").asString();
    Matcher named = Pattern.compile("'([a-z]+(?:\\.[a-zA-Z]+)+)'").matcher(script);

    // then
    int found = 0;
    for (; named.find(); found++) {
      String pointer = "/" + named.group(1).replace('.', '/');
      assertThat(defaults.at(pointer).isMissingNode()).as(named.group(1)).isFalse();
    }
    assertThat(found).isGreaterThan(10);
  }

  @Test
  void aRunIsCancelledWhileItGoesOnAndNotAfter() {
    // given
    wire.send(new RunRequested(run("ended")));
    await().untilAsserted(() -> given().get("/api/runs/ended").then().statusCode(200));

    // when
    allowed()
        .body("{\"reason\": \"enough\"}")
        .post("/api/runs/ended/cancel")
        .then()
        .statusCode(202);

    // then the services hear of it; once one has noted it, the run is over
    RunCancel cancel = wire.await(RunCancel.class, "ended");
    assertThat(cancel.reason()).isEqualTo("enough");
    new RunFolder(artifacts.objects(), "ended").cancelled(cancel);
    await()
        .untilAsserted(
            () ->
                given()
                    .get("/api/runs/ended")
                    .then()
                    .body("live.status", equalTo("cancelled"))
                    .body("live.problem", equalTo("enough")));
    allowed().body("{}").post("/api/runs/ended/cancel").then().statusCode(409);
    allowed().body("{}").post("/api/runs/never/cancel").then().statusCode(404);
    given().get("/api/runs/never").then().statusCode(404).body("problem", containsString("never"));
  }

  @Test
  void aFailureIsShownWithItsReason() {
    // given
    RunFailed failure = new RunFailed("broken", "import", "no images", "give some", NOW);
    new RunFolder(artifacts.objects(), "broken").request(run("broken"));
    new RunFolder(artifacts.objects(), "broken").failed(failure);

    // when, after one of somebody who does not know what an id is
    wire.send(
        EventType.RUN_FAILED.topic(),
        "../broken",
        new String(EventCodec.encode(failure), StandardCharsets.UTF_8)
            .replace("\"broken\"", "\"../broken\"")
            .getBytes(StandardCharsets.UTF_8),
        Map.of("ce_type", EventType.RUN_FAILED.topic()));
    wire.send(failure);

    // then
    await()
        .untilAsserted(
            () ->
                given()
                    .get("/api/runs")
                    .then()
                    .body("find { it.id == 'broken' }.status", equalTo("failed"))
                    .body(
                        "find { it.id == 'broken' }.problem",
                        equalTo("import: no images (give some)")));
  }

  @Test
  void aRunWithADamagedRecordIsShownWithTheRest() {
    // given a failed run whose request is no JSON
    RunFailed failure = new RunFailed("torn", "import", "no images", "give some", NOW);
    new RunFolder(artifacts.objects(), "torn").failed(failure);
    artifacts.objects().put("runs/torn/request.json", "{ torn".getBytes(StandardCharsets.UTF_8));

    // when
    wire.send(failure);

    // then its page and the list have what can be read, and name what cannot
    await()
        .untilAsserted(
            () ->
                given()
                    .get("/api/runs/torn")
                    .then()
                    .statusCode(200)
                    .body("live.status", equalTo("failed"))
                    .body("live.problem", containsString("import: no images"))
                    .body("live.problem", containsString("runs/torn/request.json")));
  }

  @Test
  void progressIsStreamedAsItComes() throws Exception {
    // given somebody who watches
    wire.send(new RunRequested(run("watched")));
    wire.send(train("watched", 10, RunProgress.State.RUNNING));
    await()
        .untilAsserted(
            () -> given().get("/api/runs/watched").then().body("live.stages", hasSize(1)));
    URI stream = base.toURI().resolve("/api/runs/watched/live");
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(stream.toURL().openStream(), StandardCharsets.UTF_8))) {
      assertThat(next(lines))
          .contains("\"done\":10")
          .contains("\"train training.loss\":[[10.0,0.1]]");

      // when
      wire.send(train("watched", 50, RunProgress.State.RUNNING));

      // then
      assertThat(next(lines)).contains("\"done\":50").contains("[50.0,0.02]");
    }
  }

  private static String next(BufferedReader lines) throws Exception {
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      if (line.startsWith("data:")) {
        return line;
      }
    }
    throw new AssertionError("the stream has ended");
  }

  @Test
  void lineagePicturesAndCurvesAreThoseOfTheStore() throws Exception {
    // given a model with its losses, and samples with a picture and those of a snapshot
    Artifact model = model();
    Artifact samples = samples(model);
    RunFolder folder = new RunFolder(artifacts.objects(), "made");
    folder.request(run("made"));
    folder.stage(step("train", model, NOW));
    folder.stage(step("sample", samples, NOW.plusSeconds(1)));
    wire.send(new RunRequested(run("made")));

    // then
    given()
        .get("/api/runs/made/lineage")
        .then()
        .statusCode(200)
        .body("stage", equalTo(List.of("train", "sample")))
        .body("[1].inputs", hasItem(model.ref().digest()))
        .body("[1].rows.samples", equalTo(4))
        .body("[1].rows.'at-64'", equalTo(4))
        .body("[1].pictures", equalTo(List.of("grid.png")));
    List<List<Float>> loss = given().get("/api/runs/made/curves").path("loss");
    assertThat(loss).hasSize(400);
    // 800 steps in pairs: the first mean is that of 0 and 1, after 128 images of batches of 64
    assertThat(loss.get(0)).containsExactly(128f, 0.5f);
    assertThat(loss.get(399)).containsExactly(800 * 64f, 798.5f);
    byte[] picture =
        given()
            .get("/api/pictures/" + samples.ref().address() + "/grid.png")
            .then()
            .statusCode(200)
            .contentType("image/png")
            .header("Cache-Control", containsString("immutable"))
            .extract()
            .asByteArray();
    assertThat(picture).isEqualTo(new byte[] {1, 2, 3});
    // a row a class: the third image is the first class's second
    byte[] grid = given().get("/api/grids/" + samples.ref().address() + "/at-64.png").asByteArray();
    var image = ImageIO.read(new ByteArrayInputStream(grid));
    assertThat(image.getWidth()).isEqualTo(2 + 2 * (1 + 2));
    assertThat(image.getRaster().getSample(2, 2, 0)).isEqualTo(10);
    assertThat(image.getRaster().getSample(5, 2, 0)).isEqualTo(30);
    assertThat(image.getRaster().getSample(2, 5, 0)).isEqualTo(20);
  }

  private static StageRecord step(String stage, Artifact made, Instant at) {
    return new StageRecord(stage, made.ref(), false, new StageRecord.Cost(1, 2), at);
  }

  private Artifact model() throws Exception {
    float[] losses = new float[800];
    for (int i = 0; i < losses.length; i++) {
      losses[i] = i;
    }
    ArtifactDraft draft =
        artifacts.draft(Address.of("models", "train", "1", Map.of("seed", 1), List.of()));
    draft.putTensors(
        "losses.safetensors", Map.of("loss", Tensor.of(losses, losses.length)), null, null);
    return draft.commit(new StageRecord.Cost(1, 2));
  }

  private Artifact samples(Artifact model) throws Exception {
    ImageShape shape = new ImageShape(1, 1, 1);
    ArtifactDraft draft =
        artifacts.draft(
            Address.of("samples", "sample", "1", Map.of(), List.of(model.ref().digest())));
    Dataset.describe(draft, List.of("cat", "dog"), shape);
    for (String split : List.of("samples", "at-64")) {
      ImageBatch images =
          new ImageBatch(shape, new byte[] {10, 20, 30, 40}, new int[] {0, 1, 0, 1});
      draft.putTensors(split + ".safetensors", Dataset.tensors(images), 4L, split);
    }
    draft.put("grid.png", new byte[] {1, 2, 3}, null, null);
    return draft.commit(new StageRecord.Cost(1, 2));
  }

  @Test
  void nothingButPicturesOfArtifactsIsGivenOut() {
    // given something else in the bucket
    artifacts.objects().put("secrets/plain.png", "secret".getBytes(StandardCharsets.UTF_8));

    // then
    for (String path :
        List.of(
            "/api/pictures/secrets/plain.png",
            "/api/pictures/samples/../secrets/plain.png",
            "/api/pictures/samples/..%2Fsecrets/plain.png",
            "/api/pictures/%2e%2e/secrets/plain.png",
            "/api/grids/secrets/plain.png")) {
      int status = given().urlEncodingEnabled(false).get(path).statusCode();
      assertThat(status).as(path).isIn(400, 404);
    }
  }

  @Test
  void aNameThatAnotherSiteLetsPointHereIsRefused() {
    for (String path : List.of("/", "/api/runs", "/js/console.js")) {
      given().header("Host", "evil.example.com").get(path).then().statusCode(421);
    }
  }

  @Test
  void pagesAreServedWithAllTheyNeedAndNothingFromElsewhere() {
    String page =
        given()
            .get("/")
            .then()
            .statusCode(200)
            .header("Content-Security-Policy", containsString("default-src 'self'"))
            .extract()
            .asString();
    assertThat(page).doesNotContain("http://", "https://");
    for (String path :
        List.of(
            "/js/console.js",
            "/js/address.js",
            "/css/console.css",
            "/icon.svg",
            "/webjars/lit-html/lit-html.js",
            "/webjars/uplot/dist/uPlot.esm.js",
            "/webjars/uplot/dist/uPlot.min.css")) {
      given().get(path).then().statusCode(200);
    }
  }

  WinnowServers servers;

  @Test
  void whileKafkaIsAwayARunIsRefusedForNowAndNotHalfMade() {
    // given
    int before = given().get("/api/runs").path("size()");
    servers.stopKafka();
    try {
      // when
      allowed()
          .body("{\"dataset\": {\"source\": \"/data/images\"}}")
          .post("/api/runs")
          .then()
          .statusCode(503)
          .header("Retry-After", "5")
          .body("problem", containsString("Kafka"));
    } finally {
      servers.startKafka();
    }

    // then nothing was asked for, and the next one is heard of when Kafka is back
    String id =
        await()
            .until(
                () ->
                    allowed()
                        .body("{\"dataset\": {\"source\": \"/data/images\"}}")
                        .post("/api/runs")
                        .path("run"),
                run -> run != null);
    await().untilAsserted(() -> given().get("/api/runs/" + id).then().statusCode(200));
    assertThat((int) given().get("/api/runs").path("size()")).isEqualTo(before + 1);
  }
}
