package io.winnow.trainer.sample;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasKey;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.restassured.response.ValidatableResponse;
import io.winnow.contracts.event.WeightsDerived;
import io.winnow.contracts.run.Run;
import io.winnow.contracts.run.StageRecord;
import io.winnow.models.ModelFile;
import io.winnow.models.architecture.DenoiserConfig;
import io.winnow.models.denoiser.Conditioning.ClassLabels;
import io.winnow.models.denoiser.ExampleSpec;
import io.winnow.models.sample.Denoiser;
import io.winnow.models.sample.SamplingPlan;
import io.winnow.models.train.NoiseSchedule;
import io.winnow.models.unet.Unet;
import io.winnow.stage.testing.FakeJobContext;
import io.winnow.stage.testing.WinnowServers;
import io.winnow.store.artifact.Address;
import io.winnow.store.artifact.Artifact;
import io.winnow.store.artifact.ArtifactDraft;
import io.winnow.store.artifact.ArtifactStore;
import io.winnow.store.tensor.Tensor;
import io.winnow.torch.engine.Torch;
import io.winnow.torch.kernel.ParameterTable;
import io.winnow.trainer.TinyRun;
import io.winnow.trainer.train.TrainStage;
import jakarta.inject.Inject;
import jakarta.inject.Provider;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Images on demand from the running service. */
@QuarkusTest
@QuarkusTestResource(WinnowServers.class)
class SamplesResourceTest {
  private static final ModelFile MODEL =
      new ModelFile(
          new DenoiserConfig(
              new Unet(1, 8, List.of(1, 2), 1, List.of(4), 2, 4, 0),
              ExampleSpec.pixels(1, 8, 8),
              new ClassLabels(2)),
          NoiseSchedule.linear(),
          List.of("above", "below"));
  private static final StageRecord.Cost FREE = new StageRecord.Cost(0, 0);

  @Inject ArtifactStore store;
  @Inject Provider<Torch> torch;
  @Inject SamplingWorker worker;
  @Inject TrainStage train;

  private String id;

  @BeforeEach
  void model() {
    ArtifactDraft draft =
        store.draft(Address.of("models", "drawn at random", "1", Map.of(), List.of()));
    MODEL.put(draft);
    draft.putTensors(ModelFile.EMA_WEIGHTS, weights(1), null, null);
    draft.putTensors(ModelFile.LAST_WEIGHTS, weights(2), null, null);
    id = draft.commit(FREE).ref().digest();
  }

  private static Map<String, Tensor> weights(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    Map<String, Tensor> weights = new LinkedHashMap<>();
    for (ParameterTable.Parameter p : MODEL.model().parameters().parameters()) {
      float[] values = new float[p.size()];
      for (int i = 0; i < values.length; i++) {
        values[i] = (float) (random.nextDouble() - 0.5);
      }
      weights.put(
          p.name(), Tensor.of(values, p.shape().stream().mapToLong(Integer::longValue).toArray()));
    }
    return weights;
  }

  private ValidatableResponse ask(String json) {
    return given()
        .auth()
        .oauth2(WinnowServers.TOKEN)
        .contentType(ContentType.JSON)
        .body(json)
        .when()
        .post("/models/" + id + "/samples")
        .then();
  }

  private byte[] draw(String json) {
    return ask(json).statusCode(200).contentType("image/png").extract().asByteArray();
  }

  @Test
  void drawsWhatTheModelDraws() throws Exception {
    // given
    SamplingPlan plan = SamplingPlan.ddim(3, 1.5, 4, SamplingPlan.seed(9));
    byte[] expected;
    try (Denoiser denoiser = MODEL.denoiser(torch.get(), weights(1))) {
      expected = denoiser.sample(plan, new int[] {1, 1, 1, 1});
    }

    // when
    byte[] png =
        draw("{\"class\": \"below\", \"n\": 4, \"steps\": 3, \"guidance\": 1.5, \"seed\": 9}");

    // then it is a square of four
    BufferedImage picture = ImageIO.read(new ByteArrayInputStream(png));
    assertThat(picture.getWidth()).isEqualTo(22).isEqualTo(picture.getHeight());
    for (int i = 0; i < 4; i++) {
      for (int pixel = 0; pixel < 64; pixel++) {
        int x = 2 + i % 2 * 10 + pixel % 8;
        int y = 2 + i / 2 * 10 + pixel / 8;
        assertThat(picture.getRaster().getSample(x, y, 0))
            .isEqualTo(expected[i * 64 + pixel] & 0xFF);
      }
    }
  }

  @Test
  void theSameRequestGivesTheSameBytesAndAnotherSeedDoesNot() {
    // given
    byte[] first = draw("{\"n\": 2, \"steps\": 2, \"seed\": 3}");

    // then
    assertThat(draw("{\"n\": 2, \"steps\": 2, \"seed\": 3}")).isEqualTo(first);
    assertThat(draw("{\"n\": 2, \"steps\": 2, \"seed\": 4}")).isNotEqualTo(first);
    assertThat(draw("{\"n\": 2, \"steps\": 2, \"seed\": 3, \"weights\": \"raw\"}"))
        .isNotEqualTo(first);
  }

  @Test
  void noBodyIsEightOfEachClass() throws Exception {
    // when
    byte[] png =
        given()
            .auth()
            .oauth2(WinnowServers.TOKEN)
            .contentType(ContentType.JSON)
            .when()
            .post("/models/" + id + "/samples")
            .then()
            .statusCode(200)
            .extract()
            .asByteArray();

    // then
    BufferedImage picture = ImageIO.read(new ByteArrayInputStream(png));
    assertThat(picture.getWidth()).as("8 columns").isEqualTo(82);
    assertThat(picture.getHeight()).as("2 classes").isEqualTo(22);
    assertThat(png).isEqualTo(draw("{}"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"class\": \"beneath\"}|no class \"beneath\"|above, below",
        "{\"n\": 0}|\"n\" is 0|give 1 to 1024",
        "{\"n\": 1025}|\"n\" is 1025|give 1 to 1024",
        "{\"steps\": 2000}|\"steps\" is 2000|at most 1000",
        "{\"stpes\": 2}|unknown field \"stpes\"|did you mean \"steps\"?",
        "{\"steps\": |not valid JSON|fix the syntax",
      })
  void badInputIs400WithProblemAndRemedy(String json, String problem, String remedy) {
    ask(json)
        .statusCode(400)
        .contentType(ContentType.JSON)
        .body("problem", containsString(problem))
        .body("remedy", containsString(remedy));
  }

  @Test
  void whoeverSendsNoTokenDrawsNothing() {
    given()
        .contentType(ContentType.JSON)
        .when()
        .post("/models/" + id + "/samples")
        .then()
        .statusCode(401);
  }

  @Test
  void whatIsNoModelIs404() {
    // given a surrogate, which lies beside the models
    String surrogate =
        TinyRun.small(store, "models", "surrogate", Map.of("a", "surrogate")).digest();

    for (String other : List.of("0".repeat(64), "nothing", "..%2f..%2fruns", surrogate)) {
      given()
          .auth()
          .oauth2(WinnowServers.TOKEN)
          .contentType(ContentType.JSON)
          .when()
          .post("/models/" + other + "/samples")
          .then()
          .statusCode(404)
          .body("problem", containsString("there is no diffusion model"));
    }
  }

  @Test
  void moreRequestsThanMayWaitAreSentAway() throws Exception {
    // given one that is drawn and as many as may wait
    CountDownLatch go = new CountDownLatch(1);
    List<CompletableFuture<Boolean>> others = new ArrayList<>();
    CountDownLatch drawing = new CountDownLatch(1);
    for (int i = 0; i <= SamplingWorker.WAITING; i++) {
      others.add(
          worker.submit(
              () -> {
                drawing.countDown();
                return await(go);
              }));
      assertThat(drawing.await(60, TimeUnit.SECONDS)).isTrue();
    }

    // when one more comes, then it is told to come again
    ask("{\"n\": 1, \"steps\": 1}")
        .statusCode(503)
        .header("Retry-After", equalTo("5"))
        .body("remedy", containsString("try again"));

    // when they are done, then it is drawn
    go.countDown();
    for (CompletableFuture<Boolean> other : others) {
      assertThat(other.get(60, TimeUnit.SECONDS)).isTrue();
    }
    draw("{\"n\": 1, \"steps\": 1}");
  }

  private static boolean await(CountDownLatch latch) {
    try {
      return latch.await(60, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      return false;
    }
  }

  @Test
  void drawingBesideATrainingChangesNoBitOfEither() {
    // given a training and a picture without each other
    Run run = TinyRun.run("beside");
    WeightsDerived derived = new WeightsDerived(run, TinyRun.upToWeights(store));
    String request = "{\"n\": 4, \"steps\": 10, \"sampler\": \"ddim\", \"eta\": 1}";
    Map<String, String> alone = train(derived, "alone");
    byte[] picture = draw(request);

    // when pictures are drawn for as long as it trains again
    CompletableFuture<Map<String, String>> training =
        CompletableFuture.supplyAsync(() -> train(derived, "beside"));
    do {
      assertThat(draw(request)).isEqualTo(picture);
    } while (!training.isDone());

    // then
    assertThat(training.join()).isEqualTo(alone).containsKey("model.safetensors");
  }

  private Map<String, String> train(WeightsDerived derived, String name) {
    FakeJobContext work =
        FakeJobContext.making(
            store, store.draft(Address.of("elsewhere", name, "1", Map.of(), List.of())));
    train.run(derived, work);
    Artifact artifact = work.draft().commit(FREE);
    Map<String, String> contents = new TreeMap<>();
    artifact.manifest().entries().forEach(e -> contents.put(e.name(), e.object().sha256()));
    return contents;
  }

  @Test
  void theApiSaysWhatMayBeAsked() {
    given()
        .accept(ContentType.JSON)
        .when()
        .get("/q/openapi")
        .then()
        .statusCode(200)
        .body("paths.'/models/{id}/samples'.post.responses", hasKey("503"))
        .body("components.schemas.SampleRequest.properties", hasKey("class"))
        .body("components.schemas.SampleRequest.properties", hasKey("guidance"));
  }
}
