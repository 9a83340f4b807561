package io.winnow.selector;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.winnow.contracts.ArtifactRef;
import io.winnow.contracts.Json;
import io.winnow.contracts.Lineage;
import io.winnow.contracts.LineageKey;
import io.winnow.contracts.event.CoresetSelected;
import io.winnow.contracts.event.FeaturesReady;
import io.winnow.contracts.event.RunFailed;
import io.winnow.contracts.event.RunProgress;
import io.winnow.contracts.event.Subject;
import io.winnow.contracts.run.Run;
import io.winnow.contracts.spec.RunSpec;
import io.winnow.contracts.spec.SelectionSpec.Scope;
import io.winnow.selection.Selection;
import io.winnow.selection.card.CoresetCard;
import io.winnow.selection.card.CoresetCard.Group;
import io.winnow.selection.criterion.Criteria;
import io.winnow.selection.criterion.Order;
import io.winnow.selection.features.FeatureTable;
import io.winnow.selection.testing.Selections;
import io.winnow.stage.testing.OpenApiDocument;
import io.winnow.stage.testing.WinnowServers;
import io.winnow.stage.testing.Wire;
import io.winnow.store.artifact.Artifact;
import io.winnow.store.artifact.ArtifactStore;
import io.winnow.store.tensor.SafeTensors;
import io.winnow.store.tensor.Tensor;
import jakarta.inject.Inject;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
@QuarkusTestResource(WinnowServers.class)
class SelectorServiceTest {
  @Inject ArtifactStore store;

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
    OpenApiDocument.requireCommitted("selector");
  }

  @Test
  void featuresBecomeACoreset() throws IOException {
    // given
    TinyDataset data = new TinyDataset(1);
    Lineage lineage = lineage(data, TinyDataset.TRAIN_ROWS);

    // when
    wire.send(new FeaturesReady(run("make", "gaussian", 0.3, 0), lineage, Subject.DATASET));

    // then
    CoresetSelected selected = wire.await(CoresetSelected.class, "make");
    assertThat(selected.lineage().get(LineageKey.FEATURES))
        .isEqualTo(lineage.get(LineageKey.FEATURES));
    Artifact artifact = store.open(selected.lineage().get(LineageKey.CORESET));
    assertThat(artifact.ref().address()).isEqualTo("coresets/" + artifact.ref().digest());

    FeatureTable table = FeatureTable.of(3, data.train);
    double[] scores = Criteria.of("gaussian").scores(table, Selections.scoring(Scope.CLASS));
    Selection expected =
        Selection.of(scores, data.train.labels(), 3, 0.3, Scope.CLASS, Order.HIGHEST);
    Map<String, Tensor> tensors =
        SafeTensors.parse(bytes(artifact, "coreset.safetensors"), "coreset");
    assertThat(tensors.get("indices").longs()).containsExactly(expected.indices());
    assertThat(tensors.get("labels").ints()).containsExactly(data.train.labels());
    // the engines may use different numbers of threads, so sums may differ in the last bit
    assertThat(tensors.get("scores").doubles()).containsExactly(scores, within(1e-9));
    assertThat(artifact.attribute("kept", long[].class)).containsExactly(expected.kept());
    assertThat(artifact.attribute("counts", long[].class)).containsExactly(expected.counts());
    assertThat(artifact.attribute("classes", String[].class)).containsExactly("ant", "bee", "cow");

    // pixels of image i are i: the pictures show the rows that they should
    BufferedImage kept = picture(artifact, "topKept.png");
    BufferedImage pruned = picture(artifact, "topPruned.png");
    assertThat(kept.getHeight()).isEqualTo(2 + 3 * 4);
    for (int label = 0; label < 3; label++) {
      int y = 2 + 4 * label;
      assertThat(kept.getRaster().getSample(2, y, 0)).isEqualTo(expected.ranked()[label][0]);
      int last = expected.ranked()[label].length - 1;
      assertThat(pruned.getRaster().getSample(2, y, 0)).isEqualTo(expected.ranked()[label][last]);
    }

    CoresetCard card = card(artifact);
    assertThat(card.selection().ratio()).isEqualTo(0.3);
    assertThat(card.all().kept()).isEqualTo(expected.indices().length);
    assertThat(card.all().recall()).isBetween(0.3, 1.0);
    assertThat(card.classes()).extracting(Group::name).containsExactly("ant", "bee", "cow");
    for (int label = 0; label < 3; label++) {
      Group group = card.classes().get(label);
      assertThat(group.count()).isEqualTo(expected.counts()[label]);
      assertThat(Arrays.stream(group.scores().kept()).sum()).isEqualTo(expected.kept()[label]);
      // the highest scores are kept, so the last bin holds none that was pruned
      long[] bins = group.scores().pruned();
      assertThat(bins[bins.length - 1]).isZero();
    }
    assertThat(picture(artifact, "map.png").getWidth()).isEqualTo(900);
    assertThat(picture(artifact, "histograms.png").getWidth()).isEqualTo(900);
  }

  @Test
  void equalWorkIsReusedWhateverTheSeedUnlessSomethingIsDrawn() {
    // given
    Lineage lineage = lineage(new TinyDataset(2), TinyDataset.TRAIN_ROWS);
    wire.send(new FeaturesReady(run("first", "moderate", 0.5, 1), lineage, Subject.DATASET));
    wire.send(new FeaturesReady(run("first-draw", "random", 0.5, 1), lineage, Subject.DATASET));

    // when
    wire.send(new FeaturesReady(run("second", "moderate", 0.5, 2), lineage, Subject.DATASET));
    wire.send(new FeaturesReady(run("second-draw", "random", 0.5, 2), lineage, Subject.DATASET));

    // then
    assertThat(coreset("second")).isEqualTo(coreset("first"));
    assertThat(coreset("second-draw")).isNotEqualTo(coreset("first-draw"));
    RunProgress reused =
        wire.await(RunProgress.class, "second", p -> p.state() == RunProgress.State.REUSED);
    assertThat(reused.message()).contains(coreset("first").digest().substring(0, 12));
  }

  @Test
  void aCoresetOfEverythingHasNothingPrunedToShow() {
    // given
    Lineage lineage = lineage(new TinyDataset(3), TinyDataset.TRAIN_ROWS);

    // when
    wire.send(new FeaturesReady(run("all", "gaussian", 1, 0), lineage, Subject.DATASET));

    // then
    Artifact artifact = store.open(coreset("all"));
    assertThat(artifact.manifest().entries())
        .extracting(entry -> entry.name())
        .containsExactly(
            "card.json", "coreset.safetensors", "histograms.png", "map.png", "topKept.png");
    CoresetCard card = card(artifact);
    assertThat(card.all().pruned()).isZero();
    assertThat(card.all().recall()).isEqualTo(1.0);
    assertThat(card.all().coverage()).isEqualTo(1.0);
    assertThat(card.all().variance()).isEqualTo(1.0);
    assertThat(artifact.entry("coreset.safetensors").object().rows())
        .isEqualTo(TinyDataset.TRAIN_ROWS);
  }

  @Test
  void featuresOfSamplesAreLeftAlone() {
    // given
    Lineage lineage = lineage(new TinyDataset(4), TinyDataset.TRAIN_ROWS);

    // when: one partition keeps the order, since both have one key
    wire.send(new FeaturesReady(run("samples", "gaussian", 0.5, 0), lineage, Subject.SAMPLES));
    wire.send(new FeaturesReady(run("samples", "gaussian", 0.25, 0), lineage, Subject.DATASET));

    // then
    CoresetSelected only = wire.await(CoresetSelected.class, "samples");
    assertThat(only.run().spec().selection().ratio()).isEqualTo(0.25);
    assertThat(wire.events(CoresetSelected.class, "samples")).hasSize(1);
  }

  @Test
  void classesKeepTheCountsThatTheSpecGivesThem() {
    // given
    TinyDataset data = new TinyDataset(7);
    Lineage lineage = lineage(data, TinyDataset.TRAIN_ROWS);
    String selection = "\"criterion\": \"herding\", \"perClass\": {\"bee\": 3, \"cow\": 1}";

    // when
    wire.send(new FeaturesReady(run("named", selection, 0), lineage, Subject.DATASET));

    // then
    Artifact artifact = store.open(coreset("named"));
    assertThat(artifact.attribute("kept", long[].class)).containsExactly(0, 3, 1);
  }

  @Test
  void aClassThatIsNotThereFailsTheRun() {
    // given
    Lineage lineage = lineage(new TinyDataset(8), TinyDataset.TRAIN_ROWS);

    // when
    wire.send(
        new FeaturesReady(run("stray", "\"perClass\": {\"eel\": 3}", 0), lineage, Subject.DATASET));

    // then
    RunFailed failed = wire.await(RunFailed.class, "stray");
    assertThat(failed.problem()).contains("\"eel\"");
  }

  @Test
  void featuresOfOtherRowsFailTheRun() {
    // given
    Lineage lineage = lineage(new TinyDataset(5), TinyDataset.TRAIN_ROWS - 7);

    // when
    wire.send(new FeaturesReady(run("mismatch", "gaussian", 0.5, 0), lineage, Subject.DATASET));

    // then
    RunFailed failed = wire.await(RunFailed.class, "mismatch");
    assertThat(failed.stage()).isEqualTo("select");
    assertThat(failed.problem()).contains("43 train rows").contains("has 50");
    assertThat(wire.events(CoresetSelected.class, "mismatch")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"started", "ready", "live"})
  void isHealthy(String check) {
    given().get("/q/health/" + check).then().statusCode(200).body("status", equalTo("UP"));
  }

  @Test
  void showsItsJobsMetricsAndApi() {
    // given
    Lineage lineage = lineage(new TinyDataset(6), TinyDataset.TRAIN_ROWS);
    wire.send(new FeaturesReady(run("seen", "random", 0.5, 0), lineage, Subject.DATASET));
    coreset("seen");

    // then
    String id =
        given()
            .queryParam("run", "seen")
            .get("/jobs")
            .then()
            .statusCode(200)
            .body("stage", hasItem("select"))
            .extract()
            .path("[0].id");
    given().get("/jobs/" + id).then().statusCode(200).body("run", equalTo("seen"));
    given().get("/jobs/none").then().statusCode(404).body("problem", containsString("none"));
    given().get("/q/metrics").then().statusCode(200).body(containsString("winnow_jobs_running"));
  }

  private ArtifactRef coreset(String runId) {
    return wire.await(CoresetSelected.class, runId).lineage().get(LineageKey.CORESET);
  }

  private Lineage lineage(TinyDataset data, int rows) {
    return Lineage.of(data.putImages(store))
        .with(LineageKey.FEATURES, data.putFeatures(store, rows));
  }

  private static Run run(String id, String criterion, double ratio, long seed) {
    return run(id, "\"criterion\": \"" + criterion + "\", \"ratio\": " + ratio, seed);
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

  private CoresetCard card(Artifact artifact) {
    return Json.parse(bytes(artifact, "card.json"), CoresetCard.class, "card.json");
  }

  private BufferedImage picture(Artifact artifact, String name) throws IOException {
    return ImageIO.read(new ByteArrayInputStream(bytes(artifact, name)));
  }

  private byte[] bytes(Artifact artifact, String name) {
    return store.objects().get(artifact.entry(name).object());
  }
}
