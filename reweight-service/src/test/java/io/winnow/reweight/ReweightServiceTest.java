package io.winnow.reweight;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.winnow.artifacts.ClassWeights;
import io.winnow.artifacts.ReferenceAddress;
import io.winnow.contracts.ArtifactRef;
import io.winnow.contracts.Lineage;
import io.winnow.contracts.LineageKey;
import io.winnow.contracts.event.CoresetSelected;
import io.winnow.contracts.event.DatasetReady;
import io.winnow.contracts.event.ReferenceRequested;
import io.winnow.contracts.event.ReferenceTrained;
import io.winnow.contracts.event.RunFailed;
import io.winnow.contracts.event.WeightsDerived;
import io.winnow.contracts.run.Run;
import io.winnow.contracts.run.StageRecord;
import io.winnow.models.ModelFile;
import io.winnow.models.exchange.ModelExport;
import io.winnow.models.exchange.ModelImport;
import io.winnow.reweighting.WeightsPicture;
import io.winnow.stage.testing.OpenApiDocument;
import io.winnow.stage.testing.WinnowServers;
import io.winnow.stage.testing.Wire;
import io.winnow.store.artifact.Address;
import io.winnow.store.artifact.Artifact;
import io.winnow.store.artifact.ArtifactStore;
import io.winnow.store.artifact.RunFolder;
import io.winnow.torch.engine.Torch;
import jakarta.inject.Inject;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
@QuarkusTestResource(WinnowServers.class)
class ReweightServiceTest {
  @Inject ArtifactStore store;
  @Inject Torch torch;
  @Inject RequestReferenceStage request;

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
    OpenApiDocument.requireCommitted("reweight");
  }

  @Test
  void asksForAReferenceWhenTheRunNeedsOneAndNamesNone() {
    // given
    Lineage lineage = Lineage.of(TinyRun.putImages(store, 8));

    // when
    wire.send(new DatasetReady(TinyRun.of("asks", 1, ""), lineage));

    // then
    ReferenceRequested asked = wire.await(ReferenceRequested.class, "asks");
    assertThat(asked.lineage()).isEqualTo(lineage);
    assertThat(new RunFolder(store.objects(), "asks").stages()).isEmpty();
    Run uniform = TinyRun.of("asks-not", 1, "\"method\": \"uniform\"");
    assertThat(request.ready(new DatasetReady(uniform, lineage))).isFalse();
  }

  @Test
  void asksForAReferenceThatOnlyTheSelectionNeeds() {
    // given
    ArtifactRef dataset = TinyRun.putImages(store, 8);
    Run run = TinyRun.selecting(TinyRun.of("scored", 9, "\"method\": \"uniform\""), "interval");

    // when
    wire.send(new DatasetReady(run, Lineage.of(dataset)));
    wire.send(
        new CoresetSelected(
            run, Lineage.of(dataset).with(LineageKey.CORESET, TinyRun.putCoreset(store, dataset))));

    // then it is trained, and the weights do without it
    wire.await(ReferenceRequested.class, run.id());
    WeightsDerived derived = wire.await(WeightsDerived.class, run.id());
    assertThat(derived.lineage().get(LineageKey.REFERENCE)).isNull();
    assertThat(weights(store.open(derived.lineage().get(LineageKey.WEIGHTS))).weights())
        .containsExactly(1, 1);
  }

  @Test
  void weightsFollowTheReferenceWhenItComesLast() {
    // given: a coreset, but no reference yet
    Run run = TinyRun.of("late-reference", 2, "");
    ArtifactRef dataset = TinyRun.putImages(store, 8);
    Lineage lineage =
        Lineage.of(dataset).with(LineageKey.CORESET, TinyRun.putCoreset(store, dataset));
    wire.send(new CoresetSelected(run, lineage));
    RunFolder folder = new RunFolder(store.objects(), run.id());
    await().until(() -> folder.pending("coreset-selected", CoresetSelected.class).isPresent());

    // when
    ArtifactRef reference =
        TinyRun.putReference(store, torch, run, dataset, ReferenceAddress.of(run, dataset));
    wire.send(new ReferenceTrained(run, Lineage.of(dataset).with(LineageKey.REFERENCE, reference)));

    // then
    WeightsDerived derived = wire.await(WeightsDerived.class, run.id());
    assertThat(derived.lineage())
        .isEqualTo(
            lineage
                .with(LineageKey.REFERENCE, reference)
                .with(LineageKey.WEIGHTS, derived.lineage().get(LineageKey.WEIGHTS)));
    Artifact artifact = store.open(derived.lineage().get(LineageKey.WEIGHTS));
    assertThat(artifact.ref().address()).isEqualTo("weights/" + artifact.ref().digest());
    assertThat(artifact.cost().images()).isEqualTo(8 * 8);
    ClassWeights.Trained weights = (ClassWeights.Trained) weights(artifact);
    assertThat(weights.classes()).containsExactlyElementsOf(TinyRun.CLASSES);
    assertThat(weights.coreset()).isEqualTo(lineage.require(LineageKey.CORESET).digest());
    assertThat(weights.reference()).isEqualTo(reference.digest());
    assertThat(weights.updates()).isEqualTo(8);
    assertThat(Arrays.stream(weights.weights()).average().orElseThrow())
        .isCloseTo(1, within(1e-12));
    assertThat(artifact.entry("trajectory.safetensors").object().rows()).isEqualTo(8);
    assertThat(artifact.entry(WeightsPicture.NAME).object().size()).isPositive();
  }

  @Test
  void weightsFollowTheCoresetWhenTheReferenceIsThere() {
    // given
    Run run = TinyRun.of("early-reference", 3, "");
    ArtifactRef dataset = TinyRun.putImages(store, 8);
    ArtifactRef reference =
        TinyRun.putReference(store, torch, run, dataset, ReferenceAddress.of(run, dataset));
    Lineage lineage =
        Lineage.of(dataset).with(LineageKey.CORESET, TinyRun.putCoreset(store, dataset));

    // when: the reference alone starts nothing
    wire.send(new ReferenceTrained(run, Lineage.of(dataset).with(LineageKey.REFERENCE, reference)));
    wire.send(new CoresetSelected(run, lineage));

    // then
    WeightsDerived derived = wire.await(WeightsDerived.class, run.id());
    assertThat(derived.lineage().get(LineageKey.REFERENCE)).isEqualTo(reference);
    assertThat(derived.lineage().get(LineageKey.CORESET))
        .isEqualTo(lineage.get(LineageKey.CORESET));
  }

  @Test
  void aNamedReferenceIsUsedWithoutAskingForOne() {
    // given
    ArtifactRef dataset = TinyRun.putImages(store, 8);
    ArtifactRef reference =
        TinyRun.putReference(
            store,
            torch,
            TinyRun.of("maker", 4, ""),
            dataset,
            Address.of("models", "elsewhere", "1", Map.of(), List.of()));
    Run run = TinyRun.of("named", 4, "\"reference\": \"" + reference.address() + "\"");
    Lineage lineage =
        Lineage.of(dataset).with(LineageKey.CORESET, TinyRun.putCoreset(store, dataset));

    // when
    wire.send(new DatasetReady(run, Lineage.of(dataset)));
    wire.send(new CoresetSelected(run, lineage));

    // then
    WeightsDerived derived = wire.await(WeightsDerived.class, run.id());
    assertThat(derived.lineage().get(LineageKey.REFERENCE)).isEqualTo(reference);
    assertThat(wire.events(ReferenceRequested.class, run.id())).isEmpty();
  }

  @Test
  void uniformWeightsNeedNoReference() {
    // given
    ArtifactRef dataset = TinyRun.putImages(store, 8);
    Run run = TinyRun.of("uniform", 5, "\"method\": \"uniform\"");
    Lineage lineage =
        Lineage.of(dataset).with(LineageKey.CORESET, TinyRun.putCoreset(store, dataset));

    // when
    wire.send(new CoresetSelected(run, lineage));

    // then
    WeightsDerived derived = wire.await(WeightsDerived.class, run.id());
    assertThat(derived.lineage().get(LineageKey.REFERENCE)).isNull();
    ClassWeights weights = weights(store.open(derived.lineage().get(LineageKey.WEIGHTS)));
    assertThat(weights.weights()).containsExactly(1, 1);
    assertThat(weights).isInstanceOf(ClassWeights.Fixed.class);
  }

  @Test
  void inverseFrequencyNeedsNoModelAtAll() {
    // given 27 rows kept: 13 of class 0, 14 of class 1
    ArtifactRef dataset = TinyRun.putImages(store, 8);
    Run run = TinyRun.of("inverse", 10, "\"method\": \"inverse-frequency\"");
    Lineage lineage =
        Lineage.of(dataset).with(LineageKey.CORESET, TinyRun.putCoreset(store, dataset));

    // when
    wire.send(new DatasetReady(run, Lineage.of(dataset)));
    wire.send(new CoresetSelected(run, lineage));

    // then
    WeightsDerived derived = wire.await(WeightsDerived.class, run.id());
    Artifact artifact = store.open(derived.lineage().get(LineageKey.WEIGHTS));
    ClassWeights.FromCoreset weights = (ClassWeights.FromCoreset) weights(artifact);
    assertThat(weights.rows()).containsExactly(13, 14);
    assertThat(weights.weights())
        .containsExactly(new double[] {28 / 27.0, 26 / 27.0}, within(1e-12));
    assertThat(artifact.cost().images()).isZero();
    assertThat(artifact.manifest().entries()).hasSize(1);
    assertThat(derived.lineage().get(LineageKey.REFERENCE)).isNull();
    assertThat(wire.events(ReferenceRequested.class, run.id())).isEmpty();
  }

  @Test
  void groupDroTrainsAProxyWithoutAReference() {
    // given
    ArtifactRef dataset = TinyRun.putImages(store, 8);
    Run run = TinyRun.of("group", 11, "\"method\": \"group-dro\"");
    Lineage lineage =
        Lineage.of(dataset).with(LineageKey.CORESET, TinyRun.putCoreset(store, dataset));

    // when
    wire.send(new DatasetReady(run, Lineage.of(dataset)));
    wire.send(new CoresetSelected(run, lineage));

    // then
    WeightsDerived derived = wire.await(WeightsDerived.class, run.id());
    Artifact artifact = store.open(derived.lineage().get(LineageKey.WEIGHTS));
    ClassWeights.Trained weights = (ClassWeights.Trained) weights(artifact);
    assertThat(weights.updates()).isEqualTo(8);
    assertThat(weights.reference()).isNull();
    assertThat(weights.proxy()).hasSize(64);
    assertThat(derived.lineage().get(LineageKey.REFERENCE)).isNull();
    assertThat(wire.events(ReferenceRequested.class, run.id())).isEmpty();
  }

  @Test
  void aProxyThatDoesNotFitTheImagesFailsTheRunBeforeAnythingIsEncoded() {
    // given attention at a width that no level has, and no reference to be asked for
    Run run = TinyRun.attending(TinyRun.of("misfit-proxy", 12, "\"method\": \"group-dro\""), 5);

    // when
    wire.send(new DatasetReady(run, Lineage.of(TinyRun.putImages(store, 8))));

    // then
    RunFailed failed = wire.await(RunFailed.class, run.id());
    assertThat(failed.stage()).isEqualTo("request-reference");
    assertThat(failed.problem()).contains("model.attention");
  }

  @Test
  void anotherRunsModelIsAReference() {
    // given a run that has trained a model, and one that has not
    ArtifactRef dataset = TinyRun.putImages(store, 8);
    ArtifactRef model =
        TinyRun.putReference(
            store,
            torch,
            TinyRun.of("maker", 13, ""),
            dataset,
            Address.of("models", "of-a-run", "1", Map.of(), List.of()));
    new RunFolder(store.objects(), "earlier")
        .stage(new StageRecord("train", model, false, new StageRecord.Cost(0, 0), Instant.EPOCH));
    Run run = TinyRun.of("after", 13, "\"reference\": \"earlier\"");
    Run lost = TinyRun.of("lost", 13, "\"reference\": \"never\"");
    Lineage lineage =
        Lineage.of(dataset).with(LineageKey.CORESET, TinyRun.putCoreset(store, dataset));

    // when
    wire.send(new DatasetReady(run, Lineage.of(dataset)));
    wire.send(new DatasetReady(lost, Lineage.of(dataset)));
    wire.send(new CoresetSelected(run, lineage));

    // then
    WeightsDerived derived = wire.await(WeightsDerived.class, run.id());
    assertThat(derived.lineage().get(LineageKey.REFERENCE)).isEqualTo(model);
    assertThat(wire.events(ReferenceRequested.class, run.id())).isEmpty();
    RunFailed failed = wire.await(RunFailed.class, lost.id());
    assertThat(failed.problem()).contains("never", "no model");
  }

  @Test
  void anImportedModelIsAReferenceOfTheSameWeights(@TempDir Path folder) {
    // given a model, and the same exported and imported again
    ArtifactRef dataset = TinyRun.putImages(store, 8);
    Artifact model =
        store.open(
            TinyRun.putReference(
                store,
                torch,
                TinyRun.of("maker", 14, ""),
                dataset,
                Address.of("models", "to-export", "1", Map.of(), List.of())));
    Path file = folder.resolve("model.safetensors");
    ModelFile configuration = ModelFile.read(store, model);
    ModelExport.safetensors(
        configuration, ModelFile.weights(store, model, ModelFile.EMA_WEIGHTS), Map.of(), file);
    ArtifactRef imported =
        new ModelImport(file).commit(store, configuration, "theirs", remark -> {}).ref();
    Lineage lineage =
        Lineage.of(dataset).with(LineageKey.CORESET, TinyRun.putCoreset(store, dataset));

    // when a run names the one, and a run the other
    Run own = TinyRun.of("own", 14, "\"reference\": \"" + model.ref().address() + "\"");
    Run theirs = TinyRun.of("theirs", 14, "\"reference\": \"" + imported.address() + "/\"");
    wire.send(new CoresetSelected(own, lineage));
    wire.send(new CoresetSelected(theirs, lineage));

    // then both come to the same weights
    WeightsDerived ofOwn = wire.await(WeightsDerived.class, own.id());
    WeightsDerived ofTheirs = wire.await(WeightsDerived.class, theirs.id());
    assertThat(ofTheirs.lineage().get(LineageKey.REFERENCE))
        .isEqualTo(imported)
        .isNotEqualTo(model.ref());
    assertThat(weights(store.open(ofTheirs.lineage().get(LineageKey.WEIGHTS))).weights())
        .containsExactly(weights(store.open(ofOwn.lineage().get(LineageKey.WEIGHTS))).weights());
  }

  @Test
  void aNamedReferenceThatIsNotThereFailsTheRunBeforeAnythingIsEncoded() {
    // given
    Run run = TinyRun.of("missing", 6, "\"reference\": \"models/none\"");

    // when
    wire.send(new DatasetReady(run, Lineage.of(TinyRun.putImages(store, 8))));

    // then
    RunFailed failed = wire.await(RunFailed.class, run.id());
    assertThat(failed.problem()).contains("models/none");
    assertThat(failed.remedy()).contains("reweight.reference");
  }

  @ParameterizedTest
  @ValueSource(strings = {"size", "schedule"})
  void aNamedReferenceThatDoesNotFitFailsTheRun(String what) {
    // given: a model of 8×8 images with a linear schedule
    ArtifactRef dataset = TinyRun.putImages(store, 8);
    ArtifactRef reference =
        TinyRun.putReference(
            store,
            torch,
            TinyRun.of("maker", 7, ""),
            dataset,
            Address.of("models", "misfit", "1", Map.of(), List.of()));
    boolean size = what.equals("size");
    Run run = TinyRun.of("misfit-" + what, 7, "\"reference\": \"" + reference.address() + "\"");
    if (!size) {
      run = TinyRun.cosine(run);
    }

    // when
    wire.send(new DatasetReady(run, Lineage.of(TinyRun.putImages(store, size ? 12 : 8))));

    // then
    RunFailed failed = wire.await(RunFailed.class, run.id());
    assertThat(failed.problem())
        .contains(reference.address())
        .contains(size ? "1×12×12" : "COSINE");
  }

  @ParameterizedTest
  @ValueSource(strings = {"started", "ready", "live"})
  void isHealthy(String check) {
    given().get("/q/health/" + check).then().statusCode(200).body("status", equalTo("UP"));
  }

  @Test
  void showsItsJobsMetricsAndApi() {
    // given
    ArtifactRef dataset = TinyRun.putImages(store, 8);
    Run run = TinyRun.of("seen", 8, "\"method\": \"uniform\"");
    wire.send(
        new CoresetSelected(
            run, Lineage.of(dataset).with(LineageKey.CORESET, TinyRun.putCoreset(store, dataset))));
    wire.await(WeightsDerived.class, run.id());

    // then
    String id =
        given()
            .queryParam("run", "seen")
            .get("/jobs")
            .then()
            .statusCode(200)
            .body("stage", hasItem("reweight"))
            .extract()
            .path("[0].id");
    given().get("/jobs/" + id).then().statusCode(200).body("run", equalTo("seen"));
    given().get("/jobs/none").then().statusCode(404).body("problem", containsString("none"));
    given().get("/q/metrics").then().statusCode(200).body(containsString("winnow_jobs_running"));
  }

  private ClassWeights weights(Artifact artifact) {
    return ClassWeights.read(store, artifact);
  }
}
