package io.winnow.contracts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

import io.winnow.contracts.spec.DatasetSpec;
import io.winnow.contracts.spec.LatentSpec;
import io.winnow.contracts.spec.ModelSpec;
import io.winnow.contracts.spec.ReweightSpec;
import io.winnow.contracts.spec.RunSpec;
import io.winnow.contracts.spec.SelectionSpec;
import io.winnow.contracts.spec.TrainingSpec;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RunSpecTest {

  @Test
  void aDataSetAloneIsAWholeSpec() {
    // Given a spec that names its data set only
    String json = "{\"dataset\": {\"source\": \"/data/fashion mnist/\"}}";

    // When it is parsed
    RunSpec spec = parse(json);

    // Then everything else has its default
    assertThat(spec.dataset().name()).isEqualTo("fashion-mnist");
    assertThat(spec.dataset().format()).isEqualTo(DatasetSpec.AUTO);
    assertThat(spec.surrogate().trained()).isTrue();
    assertThat(spec.selection().criterion()).isEqualTo("gaussian");
    assertThat(spec.selection().ratio()).isEqualTo(0.25);
    assertThat(spec.reweight().method()).isEqualTo("dro");
    assertThat(spec.training().batch()).isEqualTo(64);
    assertThat(spec.seed()).isZero();
    assertThat(spec).isEqualTo(RunSpec.of(DatasetSpec.of("/data/fashion mnist/")));
  }

  @Test
  void aSpecSurvivesTheWire() {
    // Given a spec with values of its own
    RunSpec spec =
        parse(
            "{\"dataset\": {\"source\": \"d\", \"format\": \"cifar10\"}, \"seed\": 7,"
                + " \"selection\": {\"criterion\": \"moderate\", \"scope\": \"global\"},"
                + " \"model\": {\"channels\": 32, \"channelMultipliers\": [1, 2]}}");

    // When it is written and read
    RunSpec again = RunSpec.parse(Json.bytes(spec), "copy");

    // Then nothing changed, and equal specs have equal bytes
    assertThat(again).isEqualTo(spec);
    assertThat(Json.bytes(again)).isEqualTo(Json.bytes(spec));
  }

  @Test
  void aBudgetMayBeACountOrACountForEachClass() {
    // Given specs that say how many rows are kept, and one of an order of its own
    RunSpec count = parse("{\"dataset\": {\"source\": \"d\"}, \"selection\": {\"count\": 30}}");
    RunSpec perClass =
        parse(
            "{\"dataset\": {\"source\": \"d\"},"
                + " \"selection\": {\"perClass\": {\"b\": 2, \"a\": 0}, \"minPerClass\": 1}}");

    // When they are written and read
    RunSpec again = RunSpec.parse(Json.bytes(perClass), "copy");

    // Then no ratio is put beside them
    assertThat(count.selection().ratio()).isNull();
    assertThat(RunSpec.parse(Json.bytes(count), "copy")).isEqualTo(count);
    assertThat(perClass.selection().ratio()).isNull();
    assertThat(perClass.selection().perClass()).containsExactly(entry("a", 0), entry("b", 2));
    assertThat(again).isEqualTo(perClass);
    assertThat(again.selection().minPerClass()).isEqualTo(1);
    assertThat(again.selection().clusters()).isEqualTo(8);
    assertThat(again.selection().memoryMiB()).isEqualTo(1024);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"ratio\": 0.5, \"count\": 3 | twice",
        "\"ratio\": 0.5, \"perClass\": {\"a\": 1} | twice",
        "\"ratio\": 0.5, \"count\": 3, \"perClass\": {\"a\": 1} | three times",
        "\"count\": 0 | selection.count",
        "\"perClass\": {\"a\": -1} | selection.perClass",
        "\"minPerClass\": -1 | selection.minPerClass",
        "\"clusters\": 0 | selection.clusters",
        "\"memoryMiB\": 0 | selection.memoryMiB",
        "\"criterion\": \"interval\", \"lossDraws\": 0 | selection.lossDraws",
        "\"criterion\": \"interval\", \"lossDraws\": 1001 | selection.lossDraws"
      })
  void aBadSelectionNamesItsFieldAndARemedy(String selection, String names) {
    assertThatThrownBy(
            () -> parse("{\"dataset\": {\"source\": \"d\"}, \"selection\": {" + selection + "}}"))
        .isInstanceOfSatisfying(
            InvalidInputException.class,
            e -> {
              assertThat(e.problem()).contains(names);
              assertThat(e.remedy()).isNotBlank();
            });
  }

  @Test
  void countsForEachClassNameClassesOfTheDataSet() {
    // Given
    SelectionSpec selection =
        parse("{\"dataset\": {\"source\": \"d\"}, \"selection\": {\"perClass\": {\"a\": 1}}}")
            .selection();

    // Then
    selection.requireFit(List.of("b", "a"), new int[] {3, 1});
    assertThatThrownBy(() -> selection.requireFit(List.of("b"), new int[] {3}))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage(
            "\"selection.perClass\" names the class \"a\", which the data set does not have (did you mean \"b\"?)");
  }

  @Test
  void aRunOnLatentsSaysItsAutoencoderAndDoesNotMirror() {
    // Given a spec that names an autoencoder only
    String json = "{\"dataset\": {\"source\": \"d\"}, \"latent\": {\"autoencoder\": \"a.pt\"}}";

    // When it is parsed
    RunSpec spec = parse(json);

    // Then all else has its default, and mirroring is off, where on pixels it is on
    assertThat(spec.latent())
        .isEqualTo(
            new LatentSpec(
                LatentSpec.AutoencoderType.TORCHSCRIPT,
                "a.pt",
                null,
                "encode",
                "decode",
                1.0,
                null,
                100,
                TrainingSpec.Precision.FLOAT32));
    assertThat(spec.training().horizontalFlip()).isFalse();
    assertThat(RunSpec.of(DatasetSpec.of("d")).training().horizontalFlip()).isTrue();
    assertThat(RunSpec.parse(Json.bytes(spec), "copy")).isEqualTo(spec);
  }

  @Test
  void anAutoencoderKlHasItsScaleAndChannelsFromItsWeights() {
    // given a spec that names weights only
    String json =
        "{\"dataset\": {\"source\": \"d\"},"
            + " \"latent\": {\"type\": \"autoencoder-kl\", \"weights\": \"vae\"}}";

    // when
    RunSpec spec = parse(json);

    // then
    assertThat(spec.latent())
        .isEqualTo(
            new LatentSpec(
                LatentSpec.AutoencoderType.AUTOENCODER_KL,
                null,
                "vae",
                null,
                null,
                null,
                null,
                100,
                TrainingSpec.Precision.FLOAT32));
    assertThat(spec.latent().source()).isEqualTo("vae");
    assertThat(RunSpec.parse(Json.bytes(spec), "copy")).isEqualTo(spec);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"type\": \"autoencoder-kl\"} | latent.weights",
        "{\"type\": \"autoencoder-kl\", \"weights\": \"w\", \"autoencoder\": \"a\"} | latent.autoencoder",
        "{\"type\": \"autoencoder-kl\", \"weights\": \"w\", \"encoder\": \"encode\"} | latent.encoder",
        "{\"type\": \"autoencoder-kl\", \"weights\": \"w\", \"decoder\": \"decode\"} | latent.decoder",
        "{\"autoencoder\": \"a\", \"weights\": \"w\"} | latent.weights",
        "{\"type\": \"vq\", \"autoencoder\": \"a\"} | latent.type",
        "{} | latent.autoencoder",
        "{\"autoencoder\": \" \"} | latent.autoencoder",
        "{\"autoencoder\": \"a\", \"scalingFactor\": 0} | latent.scalingFactor",
        "{\"autoencoder\": \"a\", \"scalingFactor\": -1} | latent.scalingFactor",
        "{\"autoencoder\": \"a\", \"channels\": 4} | latent.channels",
        "{\"autoencoder\": \"a\", \"batch\": 0} | latent.batch",
        "{\"autoencoder\": \"a\"}, \"training\": {\"horizontalFlip\": true} | training.horizontalFlip"
      })
  void aBadLatentNamesItsFieldAndARemedy(String latent, String names) {
    assertThatThrownBy(
            () -> parse("{\"dataset\": {\"source\": \"d\"}, \"latent\": " + latent + "}"))
        .isInstanceOfSatisfying(
            InvalidInputException.class,
            e -> {
              assertThat(e.problem()).contains(names);
              assertThat(e.remedy()).isNotBlank();
            });
  }

  @Test
  void aCurveTakesAtMostAsManySamplesAsTheModel() {
    // Given specs of few samples and of many, and as many snapshots as there may be
    RunSpec few = parse("{\"dataset\": {\"source\": \"d\"}, \"sampling\": {\"images\": 300}}");
    RunSpec many =
        parse(
            "{\"dataset\": {\"source\": \"d\"}, \"sampling\": {\"images\": 5000},"
                + " \"training\": {\"images\": 10100, \"snapshotImages\": 100}}");

    // Then
    assertThat(few.training().snapshotImages()).isZero();
    assertThat(few.sampling().curveImages()).isEqualTo(300);
    assertThat(many.training().snapshotImages()).isEqualTo(100);
    assertThat(many.sampling().curveImages()).isEqualTo(1000);
  }

  @Test
  void theProxyIsSmallerThanEveryPresetAndTheReferenceIsLikeIt() {
    // Given specs that say nothing, one architecture, and two
    ReweightSpec silent = RunSpec.of(DatasetSpec.of("d")).reweight();
    ReweightSpec one = reweight("\"model\": {\"channels\": 8}");
    ReweightSpec two =
        reweight("\"model\": {\"channels\": 8}, \"referenceModel\": {\"channels\": 24}");

    // Then
    assertThat(silent.model())
        .isEqualTo(new ModelSpec("unet", "ddpm-tiny", Map.of("channels", 16)))
        .isEqualTo(silent.referenceModel());
    assertThat(one.referenceModel()).isEqualTo(one.model());
    assertThat(two.referenceModel().settings()).containsExactly(entry("channels", 24));
    assertThat(silent.eta()).isNull();
    assertThat(silent.averageAfter()).isZero();
  }

  @ParameterizedTest
  @CsvSource({
    "dro, true, true",
    "uniform, false, false",
    "inverse-frequency, false, false",
    "group-dro, true, false",
    "loss-ratio, true, true"
  })
  void aMethodSaysWhatItNeeds(String name, boolean proxy, boolean reference) {
    // When
    ReweightSpec spec = reweight("\"method\": \"" + name + "\"");

    // Then
    assertThat(spec.trainsProxy()).isEqualTo(proxy);
    assertThat(spec.needsReference()).isEqualTo(reference);
    assertThat(spec.method()).isEqualTo(name);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"averageAfter\": 1 | reweight.averageAfter",
        "\"averageAfter\": -0.1 | reweight.averageAfter",
        "\"eta\": -1 | reweight.eta",
        "\"maxWeightRatio\": 0.5 | reweight.maxWeightRatio",
        "\"reference\": \" \" | reweight.reference",
        "\"method\": \"doro\" | group-dro"
      })
  void aBadReweightNamesItsFieldAndARemedy(String reweight, String names) {
    assertThatThrownBy(() -> reweight(reweight))
        .isInstanceOfSatisfying(
            InvalidInputException.class,
            e -> {
              assertThat(e.problem()).contains(names);
              assertThat(e.remedy()).isNotBlank();
            });
  }

  private static ReweightSpec reweight(String json) {
    return parse("{\"dataset\": {\"source\": \"d\"}, \"reweight\": {" + json + "}}").reweight();
  }

  @Test
  void aMisspeltFieldIsNamedWithItsNeighbour() {
    assertThatThrownBy(
            () -> parse("{\"dataset\": {\"source\": \"d\"}, \"selection\": {\"ratoi\": 0.5}}"))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("\"selection.ratoi\"")
        .hasMessageContaining("did you mean \"ratio\"?");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{} | dataset",
        "{\"dataset\": {}} | dataset.source",
        "{\"dataset\": {\"source\": \"d\", \"holdout\": 0.9}} | dataset.holdout",
        "{\"dataset\": {\"source\": \"d\", \"size\": 32}} | \"dataset.size\" is given without",
        "{\"dataset\": {\"source\": \"d\", \"resize\": \"crop\"}} | \"dataset.resize\" is given",
        "{\"dataset\": {\"source\": \"d\", \"size\": 0, \"resize\": \"crop\"}} | dataset.size",
        "{\"dataset\": {\"source\": \"d\", \"onBadImage\": \"ask\"}} | dataset.onBadImage",
        "{\"dataset\": {\"source\": \"d\"}, \"selection\": {\"ratio\": 0}} | selection.ratio",
        "{\"dataset\": {\"source\": \"d\"}, \"selection\": {\"ratio\": 1.5}} | selection.ratio",
        "{\"dataset\": {\"source\": \"d\"}, \"training\": {\"batch\": 0}} | training.batch",
        "{\"dataset\": {\"source\": \"d\"}, \"training\": {\"batch\": 1.5}} | batch",
        "{\"dataset\": {\"source\": \"d\"}, \"training\": {\"snapshotImages\": -1}} | training.snapshotImages",
        "{\"dataset\": {\"source\": \"d\"}, \"training\": {\"images\": 10102, \"snapshotImages\": 100}} | training.snapshotImages",
        "{\"dataset\": {\"source\": \"d\"}, \"sampling\": {\"curveImages\": 1}} | sampling.curveImages",
        "{\"dataset\": {\"source\": \"d\"}, \"sampling\": {\"images\": 9, \"curveImages\": 10}} | sampling.curveImages",
        "{\"dataset\": {\"source\": \"d\"}, \"training\": {\"learningRate\": \"NaN\"}} | learningRate",
        "{\"dataset\": {\"source\": \"d\"}, \"surrogate\": {\"encodeBatch\": 0}} | surrogate.encodeBatch",
        "{\"dataset\": {\"source\": \"d\"}, \"surrogate\": {\"precision\": \"fp8\"}} | surrogate.precision",
        "{\"dataset\": {\"source\": \"d\"}, \"reweight\": {\"smoothing\": -1}} | reweight.smoothing",
        "{\"dataset\": {\"source\": \"d\"}, \"selection\": {\"criterion\": \"best\"}} | criterion",
        "{\"dataset\": {\"source\": \"d\"}, \"model\": {\"type\": \"U Net\"}} | model.type",
        "{\"dataset\": {\"source\": \"d\"}} x | line 1, column",
        "[] | my.json"
      })
  void aBadSpecNamesItsFieldAndARemedy(String json, String names) {
    assertThatThrownBy(() -> parse(json))
        .isInstanceOfSatisfying(
            InvalidInputException.class,
            e -> {
              assertThat(e.problem()).contains(names);
              assertThat(e.remedy()).isNotBlank();
            });
  }

  private static RunSpec parse(String json) {
    return RunSpec.parse(json.getBytes(StandardCharsets.UTF_8), "spec my.json");
  }
}
