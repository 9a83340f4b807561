package io.winnow.trainer;

import static io.restassured.RestAssured.when;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.matchesPattern;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.winnow.artifacts.ReferenceAddress;
import io.winnow.artifacts.features.Features;
import io.winnow.contracts.ArtifactRef;
import io.winnow.contracts.Lineage;
import io.winnow.contracts.LineageKey;
import io.winnow.contracts.ObjectRef;
import io.winnow.contracts.event.FeaturesReady;
import io.winnow.contracts.event.ModelEvaluated;
import io.winnow.contracts.event.ModelTrained;
import io.winnow.contracts.event.ReferenceRequested;
import io.winnow.contracts.event.ReferenceTrained;
import io.winnow.contracts.event.RunFailed;
import io.winnow.contracts.event.RunProgress;
import io.winnow.contracts.event.SamplesGenerated;
import io.winnow.contracts.event.Subject;
import io.winnow.contracts.event.WeightsDerived;
import io.winnow.contracts.run.ClassQuality;
import io.winnow.contracts.run.CurvePoint;
import io.winnow.contracts.run.Run;
import io.winnow.contracts.run.RunReport;
import io.winnow.contracts.run.StageRecord;
import io.winnow.datasets.Dataset;
import io.winnow.datasets.ImageBatch;
import io.winnow.metrics.FrechetDistance;
import io.winnow.models.ModelFile;
import io.winnow.models.denoiser.ExampleSpec;
import io.winnow.models.unet.Unet;
import io.winnow.stage.api.StopException;
import io.winnow.stage.testing.FakeJobContext;
import io.winnow.stage.testing.OpenApiDocument;
import io.winnow.stage.testing.WinnowServers;
import io.winnow.stage.testing.Wire;
import io.winnow.store.artifact.Address;
import io.winnow.store.artifact.Artifact;
import io.winnow.store.artifact.ArtifactStore;
import io.winnow.store.artifact.Manifest;
import io.winnow.store.artifact.RunFolder;
import io.winnow.store.tensor.SafeTensors;
import io.winnow.torch.algebra.Algebra;
import io.winnow.torch.engine.Torch;
import io.winnow.trainer.sample.SampleStage;
import io.winnow.trainer.train.TrainStage;
import jakarta.inject.Inject;
import jakarta.inject.Provider;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The whole service on real Kafka and S3. */
@QuarkusTest
@QuarkusTestResource(WinnowServers.class)
class TrainerServiceTest {
  @ConfigProperty(name = "kafka.bootstrap.servers")
  String bootstrapServers;

  @Inject ArtifactStore store;
  @Inject Provider<Torch> torch;
  @Inject TrainStage train;
  @Inject SampleStage sample;

  private Wire wire;

  @BeforeEach
  void open() {
    wire = new Wire(bootstrapServers);
  }

  @AfterEach
  void close() {
    wire.close();
  }

  @Test
  void whatItSaysOfItsEndpointsIsCommitted() {
    OpenApiDocument.requireCommitted("trainer");
  }

  @Test
  void fromWeightsToTheReport() throws Exception {
    // given a run up to its class weights
    Run run = TinyRun.run("whole");
    Lineage lineage = TinyRun.upToWeights(store);

    // when the weights are derived
    wire.send(new WeightsDerived(run, lineage));

    // then a model is trained and sampled
    Artifact model =
        store.open(wire.await(ModelTrained.class, "whole").lineage().get(LineageKey.MODEL));
    assertIsAModel(model);
    SamplesGenerated generated = wire.await(SamplesGenerated.class, "whole");
    assertThat(generated.lineage().with(LineageKey.SAMPLES, null))
        .isEqualTo(lineage.with(LineageKey.MODEL, model.ref()));
    assertAreSamples(generated.lineage().get(LineageKey.SAMPLES));

    // when the features of the data set come, and then those of the samples
    wire.send(new FeaturesReady(run, generated.lineage(), Subject.DATASET));
    ArtifactRef features =
        TinyRun.features(store, generated.lineage().get(LineageKey.SAMPLES), "features-samples");
    Lineage all = generated.lineage().with(LineageKey.SAMPLE_FEATURES, features);
    wire.send(new FeaturesReady(run, all, Subject.SAMPLES));

    // then only the latter are judged
    ModelEvaluated evaluated = wire.await(ModelEvaluated.class, "whole");
    assertThat(evaluated.lineage()).isEqualTo(all);
    assertThat(wire.events(ModelEvaluated.class, "whole")).hasSize(1);
    RunReport report = new RunFolder(store.objects(), "whole").report().orElseThrow();
    assertThat(evaluated.report().key()).isEqualTo("runs/whole/report.json");
    assertIsTheReport(report, run, all);
  }

  private void assertIsAModel(Artifact model) {
    ModelFile file = ModelFile.read(store, model);
    assertThat(file.classes()).containsExactly("above", "below");
    assertThat(file.model().example()).isEqualTo(ExampleSpec.pixels(1, 8, 8));
    assertThat(((Unet) file.model().architecture()).channels()).isEqualTo(8);
    var ema = ModelFile.weights(store, model, ModelFile.EMA_WEIGHTS);
    var raw = ModelFile.weights(store, model, ModelFile.LAST_WEIGHTS);
    assertThat(ema.keySet()).isEqualTo(raw.keySet());
    assertThat(SafeTensors.bytes(ema, Map.of())).isNotEqualTo(SafeTensors.bytes(raw, Map.of()));
    ObjectRef losses = model.entry("losses.safetensors").object();
    assertThat(SafeTensors.parse(store.objects().get(losses), "losses").get("loss").floats())
        .hasSize(10);
    assertThat(model.cost().images()).isEqualTo(80);
  }

  private void assertAreSamples(ArtifactRef ref) throws Exception {
    assertThat(ref.address()).startsWith("datasets/samples/");
    Dataset samples = Dataset.open(store, ref);
    assertThat(samples.classes()).containsExactly("above", "below");
    ImageBatch trained = images(samples, "samples");
    ImageBatch untrained = images(samples, "untrained");
    assertThat(trained.labels())
        .isEqualTo(untrained.labels())
        .isEqualTo(IntStream.range(0, 12).map(i -> i % 2).toArray());
    assertThat(trained.images()).isNotEqualTo(untrained.images());
    ObjectRef grid = samples.artifact().entry("grid.png").object();
    BufferedImage picture = ImageIO.read(new ByteArrayInputStream(store.objects().get(grid)));
    assertThat(picture.getWidth()).as("3 columns of 8 pixels, gaps of 2").isEqualTo(32);
    assertThat(picture.getHeight()).as("a row a class").isEqualTo(22);
    // the second cell of the second row is the second image of class 1: image 3
    assertThat(picture.getRaster().getSample(12, 12, 0)).isEqualTo(trained.images()[3 * 64] & 0xFF);
    assertThat(samples.artifact().cost().images()).isEqualTo(2 * 12 * 3);
  }

  private static ImageBatch images(Dataset dataset, String split) {
    ByteArrayOutputStream images = new ByteArrayOutputStream();
    List<Integer> labels = new ArrayList<>();
    for (Manifest.Entry shard : dataset.shards(split)) {
      ImageBatch batch = dataset.read(shard);
      images.writeBytes(batch.images());
      IntStream.of(batch.labels()).forEach(labels::add);
    }
    return new ImageBatch(
        dataset.shape(),
        images.toByteArray(),
        labels.stream().mapToInt(Integer::intValue).toArray());
  }

  private void assertIsTheReport(RunReport report, Run run, Lineage lineage) {
    assertThat(report.run()).isEqualTo(run);
    assertThat(report.lineage()).isEqualTo(lineage);
    assertThat(report.imagesInTrain()).isEqualTo(40);
    assertThat(report.imagesKept()).isEqualTo(20);
    assertThat(report.classes()).containsExactly("above", "below");
    assertThat(report.kept()).containsExactly(10L, 10L);
    assertThat(report.weights()).containsExactly(1.2, 0.8);
    assertThat(report.samples()).isEqualTo(12);
    assertThat(report.heldout()).isEqualTo(20);
    assertThat(report.space())
        .isEqualTo("surrogate " + lineage.require(LineageKey.ENCODER).digest());
    assertThat(report.frechet()).isCloseTo(distance(lineage, "samples"), within(1e-9));
    assertThat(report.frechetUntrained()).isCloseTo(distance(lineage, "untrained"), within(1e-9));
    assertThat(report.stages())
        .extracting(StageRecord::stage)
        .containsExactly("train", "sample", "evaluate");
    assertThat(report.grid().key())
        .isEqualTo(lineage.require(LineageKey.SAMPLES).address() + "/grid.png");
    assertThat(report.topKept().key())
        .isEqualTo(lineage.require(LineageKey.CORESET).address() + "/topKept.png");
    assertThat(report.quality().frechet().value()).isEqualTo(report.frechet());
    assertThat(report.quality().samples()).isEqualTo(12);
    assertThat(report.quality().heldout()).isEqualTo(20);
    assertThat(report.quality().precision().value()).isBetween(0.0, 1.0);
    assertThat(report.quality().memorisation().trained()).isEqualTo(20);
    assertThat(report.quality().perClass())
        .extracting(ClassQuality::name)
        .containsExactly("above", "below");
    CurvePoint end =
        new CurvePoint(80, seconds(lineage), report.quality().frechet(), perClass(report), 12);
    assertThat(report.curve()).containsExactly(end);
    assertThat(report.topPruned()).as("this coreset has none").isNull();
  }

  private double seconds(Lineage lineage) {
    return store.open(lineage.get(LineageKey.MODEL)).cost().seconds();
  }

  private static List<Double> perClass(RunReport report) {
    return report.quality().perClass().stream().map(ClassQuality::frechet).toList();
  }

  // computed independently from the rows
  private double distance(Lineage lineage, String split) {
    double[][] samples =
        moments(Features.open(store, lineage.get(LineageKey.SAMPLE_FEATURES)), split);
    double[][] heldout = moments(Features.open(store, lineage.get(LineageKey.FEATURES)), "heldout");
    return FrechetDistance.between(
        new Algebra(torch.get()), samples[0], samples[1], heldout[0], heldout[1]);
  }

  private static double[][] moments(Features features, String split) {
    float[] x = features.load(split).features();
    int d = features.dimension();
    int n = x.length / d;
    double[] mean = new double[d];
    double[] covariance = new double[d * d];
    for (int i = 0; i < x.length; i++) {
      mean[i % d] += (double) x[i] / n;
    }
    for (int row = 0; row < n; row++) {
      for (int i = 0; i < d; i++) {
        for (int j = 0; j < d; j++) {
          covariance[i * d + j] +=
              (x[row * d + i] - mean[i]) * (x[row * d + j] - mean[j]) / (n - 1);
        }
      }
    }
    return new double[][] {mean, covariance};
  }

  @Test
  void interruptedWorkEndsInTheSameBytes() {
    // given an undisturbed model and its samples
    Run run = TinyRun.run("undisturbed", "\"name\": \"undisturbed\",");
    WeightsDerived derived = new WeightsDerived(run, TinyRun.upToWeights(store));
    FakeJobContext training = FakeJobContext.making(store, store.draft(elsewhere("model")));
    train.run(derived, training);
    Artifact model = training.draft().commit(new StageRecord.Cost(0, 0));
    ModelTrained trained =
        new ModelTrained(run, derived.lineage().with(LineageKey.MODEL, model.ref()));
    FakeJobContext sampling = FakeJobContext.making(store, store.draft(elsewhere("samples")));
    sample.run(trained, sampling);
    Artifact samples = sampling.draft().commit(new StageRecord.Cost(0, 0));

    // when training dies at 40 images and goes on from its checkpoint at 24
    FakeJobContext dies =
        FakeJobContext.making(store, store.draft(elsewhere("model again"))).dyingAt(40);
    assertThatThrownBy(() -> train.run(derived, dies)).isInstanceOf(StopException.class);
    assertThat(dies.lastCheckpoint().position()).isEqualTo(24);
    FakeJobContext goesOn =
        FakeJobContext.making(store, store.draft(elsewhere("model again")))
            .from(dies.lastCheckpoint());
    train.run(derived, goesOn);

    // then weights, raw weights and losses are the same bytes
    assertThat(contents(goesOn.draft().commit(new StageRecord.Cost(0, 0))))
        .isEqualTo(contents(model))
        .containsKeys("model.json", "ema.safetensors", "model.safetensors", "losses.safetensors");

    // when sampling dies in its third shard
    FakeJobContext samplingDies =
        FakeJobContext.making(store, store.draft(elsewhere("samples again"))).dyingAt(14);
    assertThatThrownBy(() -> sample.run(trained, samplingDies)).isInstanceOf(StopException.class);
    FakeJobContext samplingGoesOn =
        FakeJobContext.making(store, store.draft(elsewhere("samples again")));
    sample.run(trained, samplingGoesOn);

    // then the first two are taken as they are and all are the same bytes
    assertThat(samplingGoesOn.progress()).startsWith(10L, 12L, 14L).endsWith(24L);
    assertThat(contents(samplingGoesOn.draft().commit(new StageRecord.Cost(0, 0))))
        .isEqualTo(contents(samples))
        .hasSize(5);
  }

  private static Address elsewhere(String what) {
    return Address.of("elsewhere", what, "1", Map.of(), List.of());
  }

  private static Map<String, String> contents(Artifact artifact) {
    Map<String, String> contents = new TreeMap<>();
    for (Manifest.Entry entry : artifact.manifest().entries()) {
      contents.put(entry.name(), entry.object().sha256());
    }
    return contents;
  }

  @Test
  void trainsAReferenceWhereItIsExpected() {
    // given
    Run run = TinyRun.run("reference");
    Lineage lineage = Lineage.of(TinyRun.dataset(store));

    // when
    wire.send(new ReferenceRequested(run, lineage));

    // then
    ReferenceTrained trained = wire.await(ReferenceTrained.class, "reference");
    ArtifactRef reference = trained.lineage().get(LineageKey.REFERENCE);
    assertThat(reference.address())
        .isEqualTo(ReferenceAddress.of(run, lineage.get(LineageKey.DATASET)).path());
    Artifact artifact = store.open(reference);
    assertThat(ModelFile.read(store, artifact).schedule().timesteps()).isEqualTo(1000);
    assertThat(ModelFile.weights(store, artifact, ModelFile.EMA_WEIGHTS)).isNotEmpty();
    assertThat(artifact.cost().images()).isEqualTo(32);
  }

  @Test
  void equalWorkIsReusedAndSaidSo() {
    // given a trained model
    Lineage lineage = TinyRun.upToWeights(store);
    wire.send(new WeightsDerived(TinyRun.run("first", "\"name\": \"reuse\","), lineage));
    ArtifactRef model = wire.await(ModelTrained.class, "first").lineage().get(LineageKey.MODEL);

    // when another run asks for the same
    wire.send(new WeightsDerived(TinyRun.run("second", "\"name\": \"other\","), lineage));

    // then it gets the same
    assertThat(wire.await(ModelTrained.class, "second").lineage().get(LineageKey.MODEL))
        .isEqualTo(model);
    RunProgress reused =
        wire.await(
            RunProgress.class,
            "second",
            p -> p.stage().equals("train") && p.state() == RunProgress.State.REUSED);
    assertThat(reused.address()).isEqualTo(model.address());
  }

  @Test
  void badInputFailsTheRunAtTheDoor() {
    // given weights for three classes where the data set has two
    Lineage lineage = TinyRun.upToWeights(store);
    ArtifactRef three = TinyRun.weights(store, List.of(1.0, 1.0, 1.0));

    // when
    wire.send(new WeightsDerived(TinyRun.run("three"), lineage.with(LineageKey.WEIGHTS, three)));

    // then
    RunFailed failed = wire.await(RunFailed.class, "three");
    assertThat(failed.stage()).isEqualTo("train");
    assertThat(failed.problem()).contains("weights.json", "2 classes");
    assertThat(failed.remedy()).contains("one positive weight a class");
  }

  @Test
  void answersOverHttp() {
    // given a job that ended
    Lineage lineage = TinyRun.upToWeights(store);
    wire.send(new WeightsDerived(TinyRun.run("shown"), lineage));
    wire.await(SamplesGenerated.class, "shown");

    // then
    for (String probe : List.of("started", "ready", "live")) {
      when().get("/q/health/" + probe).then().statusCode(200).body("status", equalTo("UP"));
    }
    when().get("/q/metrics").then().statusCode(200).body(containsString("winnow_stage_seconds"));
    when()
        .get("/q/metrics")
        .then()
        .body(
            matchesPattern(
                "(?s).*winnow_stage_data_wait\\{stage=\"train\"} (0\\.|\\d\\.\\d+E-).*"));
    when().get("/jobs").then().statusCode(200).body("stage", hasItem("train"));
    String id = when().get("/jobs?run=shown").then().extract().path("[0].id");
    when().get("/jobs/" + id).then().statusCode(200).body("run", equalTo("shown"));
    when().get("/jobs/nothing").then().statusCode(404);
  }
}
