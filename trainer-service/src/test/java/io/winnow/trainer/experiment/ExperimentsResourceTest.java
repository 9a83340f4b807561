package io.winnow.trainer.experiment;

import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.nullValue;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.winnow.contracts.event.RunFailed;
import io.winnow.contracts.run.Experiment;
import io.winnow.contracts.run.Experiment.Member;
import io.winnow.contracts.run.Run;
import io.winnow.contracts.spec.DatasetSpec;
import io.winnow.contracts.spec.RunSpec;
import io.winnow.stage.testing.WinnowServers;
import io.winnow.store.artifact.ArtifactStore;
import io.winnow.store.artifact.ExperimentFolder;
import io.winnow.store.artifact.RunFolder;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Experiments as the running service tells of them. */
@QuarkusTest
@QuarkusTestResource(WinnowServers.class)
class ExperimentsResourceTest {
  private static final RunSpec SPEC = RunSpec.of(DatasetSpec.of("d"));

  @Inject ArtifactStore store;

  private ExperimentFolder planned(String id) {
    ExperimentFolder folder = new ExperimentFolder(store.objects(), id);
    folder.plan(
        new Experiment(
            id,
            "tiny",
            "full",
            List.of(
                new Member(id + "-01", "full", 1.0, 1, SPEC),
                new Member(id + "-02", "gaussian", 0.25, 1, SPEC)),
            List.of("Less of it."),
            Instant.EPOCH));
    return folder;
  }

  @Test
  void tellsWhereEachRunStands() {
    // given one run that failed and was asked for again, and one not asked for
    planned("one");
    RunFolder first = new RunFolder(store.objects(), "one-01");
    first.request(new Run("one-01", SPEC, Instant.EPOCH));
    first.failed(new RunFailed("one-01", "import", "no such folder", "name one", Instant.EPOCH));
    new RunFolder(store.objects(), "one-01.2").request(new Run("one-01.2", SPEC, Instant.EPOCH));

    // when
    given()
        .get("/experiments/one")
        // then
        .then()
        .statusCode(200)
        .body("baseline", equalTo("full"))
        .body("notes", hasItem("Less of it."))
        .body("runs[0].run", equalTo("one-01.2"))
        .body("runs[0].status", equalTo("running"))
        .body("runs[1].run", equalTo("one-02"))
        .body("runs[1].status", equalTo("not-found"))
        .body("runs[1].arm", equalTo("gaussian"))
        .body("counts.running", equalTo(1))
        .body("report", nullValue());
  }

  @Test
  void givesTheReportOnceThereIsOne() {
    // given
    ExperimentFolder folder = planned("told");
    folder.put(ExperimentFolder.FIGURES, "{}".getBytes(StandardCharsets.UTF_8));
    folder.put(ExperimentFolder.PAGE, "<p>é</p>".getBytes(StandardCharsets.UTF_8));
    String address = given().get("/experiments/told").then().extract().path("report");

    // when
    given()
        .get(address)
        // then
        .then()
        .statusCode(200)
        .contentType("text/html;charset=utf-8")
        .body(containsString("é"));
  }

  @Test
  void listsAll() {
    // given
    planned("listed");

    // when
    given().get("/experiments").then().statusCode(200).body("$", hasItem("listed"));
  }

  @Test
  void anUnknownOneIsNotFoundAndSaysWhichThereAre() {
    // given
    planned("known");

    // when
    given()
        .get("/experiments/unknown")
        .then()
        .statusCode(404)
        .body("problem", containsString("\"unknown\""))
        .body("remedy", containsString("GET /experiments"));
  }

  @Test
  void anIdThatIsNoneIsRefused() {
    // when
    given()
        .get("/experiments/.hidden")
        .then()
        .statusCode(400)
        .body("problem", containsString("not usable"));
  }
}
