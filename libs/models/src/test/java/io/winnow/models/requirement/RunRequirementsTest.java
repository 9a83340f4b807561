package io.winnow.models.requirement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.winnow.contracts.InvalidInputException;
import io.winnow.contracts.spec.RunSpec;
import io.winnow.datasets.ImageShape;
import io.winnow.models.architecture.Architectures;
import io.winnow.models.architecture.DenoiserConfig;
import io.winnow.models.denoiser.ExampleSpec;
import io.winnow.models.train.BatchFeeder;
import io.winnow.torch.engine.MemoryLimits;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RunRequirementsTest {
  private static final long MIB = 1 << 20;
  private static final ImageShape COLOUR = new ImageShape(3, 32, 32);

  // three classes of 10, 20 and 30 images
  private static final List<String> CLASSES = List.of("ant", "bee", "cat");
  private static final int[] COUNTS = {10, 20, 30};

  private static RunSpec spec(String settings) {
    String json = "{\"dataset\": {\"source\": \"d\"}" + settings + "}";
    return RunSpec.parse(json.getBytes(StandardCharsets.UTF_8), "spec");
  }

  private static void require(String settings, ImageShape images, MemoryLimits limits) {
    RunRequirements.require(spec(settings), CLASSES, COUNTS, images, limits, limits);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        ", \"sampling\": {\"images\": 2} | \"sampling.images\" is 2 for 3 classes",
        ", \"selection\": {\"count\": 61} | \"selection.count\" is 61, but there are 60 rows",
        ", \"selection\": {\"count\": 5, \"minPerClass\": 2} | makes 6",
        ", \"selection\": {\"perClass\": {\"bee\": 21}} | 21 rows of the class \"bee\", which has 20",
        ", \"selection\": {\"perClass\": {\"bees\": 1}} | did you mean \"bee\"?",
        ", \"selection\": {\"perClass\": {\"bee\": 0}} | keeps no row",
        ", \"surrogate\": {\"source\": \"resnet\"} | no surrogate architecture \"resnet\"",
        ", \"model\": {\"channels\": 33} | channels cannot be 33",
        ", \"model\": {\"attentionResolutions\": [9]} | names the width 9",
        ", \"model\": {\"type\": \"dit\", \"hiddenSize\": 30} | hiddenSize cannot be 30",
        ", \"model\": {\"type\": \"dit\", \"patchSize\": 5} | \"model\": a model of type dit",
        ", \"reweight\": {\"model\": {\"type\": \"dit\", \"patchSize\": 5}} | \"reweight.model\": a model",
        ", \"reweight\": {\"referenceModel\": {\"type\": \"dit\", \"patchSize\": 5}} | \"reweight.referenceModel\": a model"
      })
  void whatCannotSucceedIsRefusedBeforeAnythingIsTrained(String settings, String words) {
    assertThatThrownBy(() -> require(settings, COLOUR, MemoryLimits.NONE))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining(words);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "''",
        ", \"selection\": {\"count\": 60}",
        ", \"selection\": {\"perClass\": {\"bee\": 20, \"ant\": 0}}",
        ", \"sampling\": {\"images\": 3}",
        ", \"reweight\": {\"method\": \"uniform\", \"model\": {\"type\": \"dit\", \"patchSize\": 5}}"
      })
  void whatCanSucceedPasses(String settings) {
    assertThatCode(() -> require(settings, COLOUR, MemoryLimits.ofProcess("cpu")))
        .doesNotThrowAnyException();
  }

  @Test
  void imagesThatAModelDoesNotTakeAreRefused() {
    assertThatThrownBy(() -> require("", new ImageShape(3, 32, 48), MemoryLimits.NONE))
        .hasMessageContaining("square");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        // 64×64×3 bytes of 65,536 images, four times: 3,072 MiB; 256 MiB hold 5,461
        ", \"training\": {\"batch\": 65536, \"microBatch\": 1} | \"training.batch\" is 65536 | 3,072 MiB | at most 5461",
        ", \"reweight\": {\"batch\": 65536}, \"training\": {\"microBatch\": 1} | \"reweight.batch\" is 65536 | 3,072 MiB | at most 5461",
        ", \"surrogate\": {\"batch\": 65536} | \"surrogate.batch\" is 65536 | 3,072 MiB | at most 5461",
        ", \"sampling\": {\"batch\": 65536, \"images\": 65536} | \"sampling.batch\" is 65536 | 768 MiB | at most 21845"
      })
  void batchesThatDoNotFitInTheHeapAreRefusedWithTheFigure(
      String settings, String setting, String figure, String most) {
    // Given half of a heap of 512 MiB, and images of 64×64 pixels
    MemoryLimits limits = new MemoryLimits(256 * MIB, Long.MAX_VALUE);

    // When and then
    assertThatThrownBy(() -> require(settings, new ImageShape(3, 64, 64), limits))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining(setting)
        .hasMessageContaining(figure)
        .hasMessageContaining("256 MiB are allowed")
        .hasMessageContaining(most)
        .hasMessageContaining("winnow.engine.batch-mib");
  }

  @Test
  void publishedBatchesOfLargeImagesDoNotFitInASmallHeap() {
    // Given 256 images of 512×512 pixels, four times: 768 MiB
    MemoryLimits limits = new MemoryLimits(256 * MIB, Long.MAX_VALUE);
    ImageShape large = new ImageShape(3, 512, 512);

    // Then
    assertThatThrownBy(() -> require(", \"training\": {\"batch\": 256}", large, limits))
        .hasMessageContaining("768 MiB of the heap");
    assertThatCode(() -> require(", \"training\": {\"batch\": 64}", large, limits))
        .doesNotThrowAnyException();
  }

  @Test
  void aBatchWhoseActivationsDoNotFitIsRefusedAndAMicroBatchHelps() {
    // Given 4 GiB for tensors
    MemoryLimits limits = new MemoryLimits(Long.MAX_VALUE, 4096 * MIB);
    String model = ", \"model\": {\"preset\": \"ddpm-cifar10\"}, \"training\": {\"batch\": 4096";

    // Then what killed a trainer of 4.5 GB is refused
    assertThatThrownBy(() -> require(model + "}", COLOUR, limits))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("\"training.batch\": 4096 images at a time take at least")
        .hasMessageContaining("4,096 MiB are allowed")
        .hasMessageContaining("winnow.engine.memory-mib");
    assertThatCode(() -> require(model + ", \"microBatch\": 16}", COLOUR, limits))
        .doesNotThrowAnyException();
    assertThatThrownBy(() -> require(model + ", \"microBatch\": 4000}", COLOUR, limits))
        .hasMessageContaining("\"training.microBatch\": 4000 images");
  }

  @Test
  void aModelWhoseParametersDoNotFitIsRefused() {
    MemoryLimits limits = new MemoryLimits(Long.MAX_VALUE, 1024 * MIB);
    assertThatThrownBy(
            () ->
                require(
                    ", \"model\": {\"type\": \"dit\", \"preset\": \"dit-xl/2\"}", COLOUR, limits))
        .hasMessageContaining("parameters, gradients, moments and averages alone take 1")
        .hasMessageContaining("choose a smaller model");
  }

  @Test
  void adanNeedsTwoMoreNumbersOfEveryParameter() {
    // Given a model that needs 12.6 GiB with AdamW's five numbers of each and 17.6 GiB with seven
    MemoryLimits limits = new MemoryLimits(Long.MAX_VALUE, 15 * 1024 * MIB);
    String model =
        ", \"model\": {\"type\": \"dit\", \"preset\": \"dit-xl/2\"}, \"training\": {\"batch\": 1";

    // Then
    assertThatCode(() -> require(model + "}", COLOUR, limits)).doesNotThrowAnyException();
    assertThatThrownBy(() -> require(model + ", \"optimiser\": \"adan\"}", COLOUR, limits))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("parameters, gradients, moments and averages alone take 17");
  }

  @ParameterizedTest
  @CsvSource({"ddpm-tiny", "ddpm-small", "ddpm-cifar10", "dit-s/2", "mdtv2-s/2"})
  void everyArchitectureEstimatesWhatATrainingKeeps(String preset) {
    // Given
    ExampleSpec small = ExampleSpec.pixels(3, 32, 32);
    ExampleSpec large = ExampleSpec.pixels(3, 64, 64);
    DenoiserConfig model = DenoiserConfig.of(Architectures.preset(preset), small, 10);

    // Then four times the pixels keep four times as much, which is more than the image
    long kept = model.architecture().activations(small);
    assertThat(kept).isGreaterThan(3 * 32 * 32);
    assertThat(model.architecture().activations(large)).isEqualTo(4 * kept);
  }

  @Test
  void aFeederHoldsAsManyBatchesAsAreReckonedWith() {
    assertThat(BatchFeeder.HELD).isEqualTo(4);
  }

  @Test
  void limitsAreThoseOfTheProcessUnlessSet() {
    MemoryLimits process = MemoryLimits.ofProcess("cpu");
    assertThat(process.heap()).isEqualTo(Runtime.getRuntime().maxMemory() / 2);
    assertThat(process.engine()).isPositive();
    assertThat(process.with(0, 0)).isEqualTo(process);
    assertThat(process.with(3, 5)).isEqualTo(new MemoryLimits(3 * MIB, 5 * MIB));
    assertThat(MemoryLimits.ofProcess("cuda:0").engine()).isEqualTo(Long.MAX_VALUE);
  }
}
