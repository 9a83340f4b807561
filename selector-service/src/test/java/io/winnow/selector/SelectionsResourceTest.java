package io.winnow.selector;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.not;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.restassured.response.ValidatableResponse;
import io.winnow.contracts.ArtifactRef;
import io.winnow.contracts.Json;
import io.winnow.contracts.Lineage;
import io.winnow.contracts.LineageKey;
import io.winnow.contracts.event.CoresetSelected;
import io.winnow.contracts.event.FeaturesReady;
import io.winnow.contracts.event.RunProgress;
import io.winnow.contracts.event.Subject;
import io.winnow.contracts.run.Run;
import io.winnow.contracts.spec.RunSpec;
import io.winnow.stage.testing.WinnowServers;
import io.winnow.stage.testing.Wire;
import io.winnow.store.artifact.Address;
import io.winnow.store.artifact.ArtifactStore;
import io.winnow.store.artifact.RunFolder;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Selections from features that are kept, asked for over HTTP. */
@QuarkusTest
@QuarkusTestResource(WinnowServers.class)
class SelectionsResourceTest {
  private static final String ENCODER = "e".repeat(64);

  @Inject ArtifactStore store;
  WinnowServers servers;

  @Test
  void aSelectionIsAJobAndThenThere() {
    // given
    put("plain", 31, ENCODER);
    String asked = "{\"dataset\": \"plain\", \"selection\": {\"ratio\": 0.3}}";

    // when
    ValidatableResponse first = ask(asked).statusCode(202).body("stage", equalTo("select"));

    // then the job can be followed to its end
    String job = first.extract().header("Location");
    await()
        .untilAsserted(
            () -> given().get(job).then().statusCode(200).body("state", equalTo("succeeded")));
    String address = given().get(job).then().extract().path("address");
    // and the same request is answered with the coreset
    ask(asked)
        .statusCode(200)
        .body("coreset.address", equalTo(address))
        .body("dataset", containsString("datasets/plain/"))
        .body("kept", equalTo(kept(address)))
        .body("of", equalTo(TinyDataset.TRAIN_ROWS));
    // and no run came of it
    assertThat(RunFolder.runs(store.objects())).noneMatch(run -> run.startsWith("selection"));
  }

  @Test
  void aRunWithTheSameSettingsReusesTheCoreset() {
    // given a coreset that was asked for, by draw
    Lineage lineage = put("shared", 32, ENCODER);
    String selection = "\"criterion\": \"random\", \"count\": 9, \"minPerClass\": 1";
    String address =
        made("{\"dataset\": \"shared\", \"seed\": 4, \"selection\": {" + selection + "}}");

    // when a run comes to it
    try (Wire wire = Wire.open()) {
      wire.send(new FeaturesReady(run("sharing", selection, 4), lineage, Subject.DATASET));

      // then
      CoresetSelected selected = wire.await(CoresetSelected.class, "sharing");
      assertThat(selected.lineage().require(LineageKey.CORESET).address()).isEqualTo(address);
      wire.await(RunProgress.class, "sharing", p -> p.state() == RunProgress.State.REUSED);
    }
  }

  @Test
  void aSelectionByLossesUsesThoseThatAreKeptOrTakesThemUnderANamedReference() {
    // given
    put("lossy-ask", 33, ENCODER);
    ArtifactRef reference =
        TinyReference.put(store, Address.of("models", "asked", "1", Map.of(), List.of()));
    String interval =
        "{\"dataset\": \"lossy-ask\", \"selection\": {\"criterion\": \"%s\", \"lossDraws\": 2}%s}";

    // when there are no losses
    ask(interval.formatted("interval", ""))
        .statusCode(400)
        .body("problem", containsString("no losses of datasets/lossy-ask/"))
        .body("remedy", containsString("\"reference\""));

    // then they are taken under the model that is named, whose digest may be cut short
    String named = ", \"reference\": \"" + reference.address().substring(0, 20) + "\"";
    String first = made(interval.formatted("interval", named));
    // and used by the next who asks
    String second = made(interval.formatted("hardest", ""));
    assertThat(store.find(second).orElseThrow().manifest().inputs())
        .isEqualTo(store.find(first).orElseThrow().manifest().inputs());
    // and what else is kept is said where it is not what was asked for
    ask("{\"dataset\": \"lossy-ask\", \"seed\": 8,"
            + " \"selection\": {\"criterion\": \"easiest\", \"lossDraws\": 2}}")
        .statusCode(400)
        .body("problem", containsString("but by [2 draws of seed 0]"));
  }

  @Test
  void featuresOfSeveralEncodersAreAskedForByName() {
    // given
    Lineage lineage = put("twice", 34, "a".repeat(64));
    new TinyDataset(34)
        .putFeatures(
            store,
            TinyDataset.TRAIN_ROWS,
            List.of(lineage.require(LineageKey.DATASET).digest(), "b".repeat(64)));

    // when
    ask("{\"dataset\": \"twice\"}")
        .statusCode(400)
        .body("problem", containsString("features by 2 encoders of datasets/twice/"))
        .body("remedy", containsString("by encoder aaaaaaaaaaaa"))
        .body("remedy", containsString("by encoder bbbbbbbbbbbb"));

    // then
    ask("{\"dataset\": \"twice\", \"encoder\": \"models/aaaaaaaa\"}").statusCode(202);
    ask("{\"dataset\": \"twice\", \"features\": \""
            + lineage.require(LineageKey.FEATURES).address()
            + "\"}")
        .statusCode(not(400));
    ask("{\"dataset\": \"twice\", \"encoder\": \"cccccccc\"}")
        .statusCode(400)
        .body("problem", containsString("no features of datasets/twice/"));
  }

  @Test
  void aDataSetWithoutFeaturesSaysWhatMakesThem() {
    // given
    new TinyDataset(35).putImages(store, "bare", 2);

    // then
    ask("{\"dataset\": \"bare\"}")
        .statusCode(400)
        .body("problem", containsString("no features of datasets/bare/"))
        .body("remedy", containsString("winnow submit"));
  }

  @Test
  void aDataSetOfSeveralImportsIsAskedForByAddress() {
    // given
    Lineage one = put("again", 36, ENCODER);
    put("again", 37, ENCODER);

    // then
    ask("{\"dataset\": \"again\"}")
        .statusCode(400)
        .body("problem", containsString("2 data sets \"again\""));
    ask("{\"dataset\": \"" + one.require(LineageKey.DATASET).address() + "\"}").statusCode(202);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{}|no \"dataset\"|winnow datasets",
        "{\"dataset\": \"nowhere\"}|no data set \"nowhere\"|name one of",
        "{\"dataset\": \"sound\", \"selection\": {\"ratio\": 2}}|\"selection.ratio\" is 2.0|in (0, 1]",
        "{\"dataset\": \"sound\", \"selection\": {\"ratoi\": 1}}|field \"selection.ratoi\"|\"ratio\"?",
        "{\"dataset\": \"sound\", \"ratio\": 1}|unknown field \"ratio\"|there are dataset",
        "{\"dataset\": \"sound\", \"selection\": {\"perClass\": {\"eel\": 1}}}|\"eel\"|[ant, bee, cow]",
        "{\"dataset\": \"sound\", \"selection\": {\"criterion\": \"interval\"}, \"reference\": \"models/00000000\"}|no reference model at \"models/00000000\"|models/<digest>",
        "{\"dataset\": |not valid JSON|fix the syntax",
      })
  void badInputIs400WithProblemAndRemedy(String json, String problem, String remedy) {
    // given
    put("sound", 38, ENCODER);

    // then
    ask(json)
        .statusCode(400)
        .body("problem", containsString(problem))
        .body("remedy", containsString(remedy));
  }

  @Test
  void whatCannotBeSelectedAfterAllFailsTheJobAlone() {
    // given
    put("short", 39, ENCODER);
    String asked = "{\"dataset\": \"short\", \"selection\": {\"perClass\": {\"ant\": 1000}}}";

    // when
    String job = ask(asked).statusCode(202).extract().header("Location");

    // then
    await()
        .untilAsserted(
            () ->
                given()
                    .get(job)
                    .then()
                    .body("state", equalTo("failed"))
                    .body("message", containsString("requests 1000 rows of the class \"ant\"")));
    // and who asks again begins again
    ask(asked).statusCode(202);
    assertThat(RunFolder.runs(store.objects())).noneMatch(run -> run.startsWith("selection"));
  }

  @Test
  void moreRequestsThanMayWaitAreSentAway() {
    // given a coreset that is lost, and made again elsewhere
    put("busy", 40, ENCODER);
    String first = "{\"dataset\": \"busy\", \"selection\": {\"ratio\": 0.5}}";
    String address = made(first);
    store.objects().delete(address + "/manifest.json");
    String lease = "leases/" + address.substring(address.lastIndexOf('/') + 1) + "/00000001.json";
    heldElsewhere(lease, 0);
    ask(first).statusCode(202);
    // and as many as may wait for it
    for (int i = 1; i <= SelectionWorker.WAITING; i++) {
      heldElsewhere(lease, i);
      ask(ofCount("busy", i)).statusCode(202);
    }

    // when one more comes, then it is told to come again
    heldElsewhere(lease, SelectionWorker.WAITING + 1);
    String late = ofCount("busy", SelectionWorker.WAITING + 1);
    ask(late)
        .statusCode(503)
        .header("Retry-After", equalTo("5"))
        .body("problem", containsString("too many selections are waiting"))
        .body("remedy", containsString("try again"));

    // when the others are done, then it is made
    store.objects().delete(lease);
    await().atMost(Duration.ofMinutes(1)).until(() -> ask(late).extract().statusCode() != 503);
    made(late);
    made(first);
  }

  @Test
  void aStoreThatIsAwayIs503() {
    // given
    put("away", 41, ENCODER);
    servers.stopStore();
    try {
      ask("{\"dataset\": \"away\"}")
          .statusCode(503)
          .body("problem", containsString("the store is unavailable"))
          .body("remedy", containsString("try again"));
    } finally {
      servers.startStore();
    }
  }

  @Test
  void whoeverSendsNoTokenSelectsNothing() {
    given()
        .contentType(ContentType.JSON)
        .body("{\"dataset\": \"anything\"}")
        .when()
        .post("/selections")
        .then()
        .statusCode(401);
  }

  @Test
  void theApiIsDescribed() {
    given()
        .get("/q/openapi")
        .then()
        .statusCode(200)
        .body(containsString("/selections"))
        .body(containsString("SelectionRequest"));
  }

  private int kept(String coreset) {
    return Arrays.stream(store.find(coreset).orElseThrow().attribute("kept", int[].class)).sum();
  }

  private static String ofCount(String dataset, int count) {
    return "{\"dataset\": \"%s\", \"selection\": {\"count\": %d}}".formatted(dataset, count);
  }

  // as a process does that works on the artifact
  private void heldElsewhere(String lease, int beats) {
    Map<String, Object> holder =
        Map.of("instance", "elsewhere", "process", "another", "runId", "other", "beats", beats);
    store.objects().put(lease, Json.bytes(holder));
  }

  /** Asks until the coreset is there; its address. */
  private String made(String json) {
    await().atMost(Duration.ofMinutes(1)).until(() -> ask(json).extract().statusCode() == 200);
    return ask(json).statusCode(200).extract().path("coreset.address");
  }

  private static ValidatableResponse ask(String json) {
    return given()
        .auth()
        .oauth2(WinnowServers.TOKEN)
        .contentType(ContentType.JSON)
        .body(json)
        .when()
        .post("/selections")
        .then();
  }

  private Lineage put(String name, long seed, String encoder) {
    TinyDataset data = new TinyDataset(seed);
    ArtifactRef images = data.putImages(store, name, TinyReference.SIDE);
    return Lineage.of(images)
        .with(
            LineageKey.FEATURES,
            data.putFeatures(store, TinyDataset.TRAIN_ROWS, List.of(images.digest(), encoder)));
  }

  private static Run run(String id, String selection, long seed) {
    String spec =
        "{\"dataset\": {\"source\": \"tiny\"}, \"seed\": "
            + seed
            + ", \"selection\": {"
            + selection
            + "}}";
    return new Run(id, RunSpec.parse(spec.getBytes(StandardCharsets.UTF_8), "spec"), Instant.EPOCH);
  }
}
