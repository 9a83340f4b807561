package io.winnow.models.sample;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.winnow.contracts.InvalidInputException;
import io.winnow.contracts.Json;
import io.winnow.contracts.Seeds;
import io.winnow.models.train.NoiseSchedule;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SampleRequestTest {
  private static final List<String> CLASSES = List.of("cat", "dog", "0");
  private static final NoiseSchedule SCHEDULE = NoiseSchedule.linear();

  private static SampleRequest request(String json) {
    return Json.parse(json.getBytes(StandardCharsets.UTF_8), SampleRequest.class, "the request");
  }

  @Test
  void nothingSaidIsEightOfEachClassByDdim() {
    // when
    SampleRequest request = request("{}");

    // then
    int[] labels = request.labels(CLASSES);
    assertThat(labels).isEqualTo(IntStream.range(0, 24).map(i -> i % 3).toArray());
    assertThat(request.plan(SCHEDULE, labels.length))
        .isEqualTo(SamplingPlan.ddim(20, 1, 24, Seeds.of(0, "sample")));
    assertThat(request).isEqualTo(SampleRequest.defaults());
  }

  @Test
  void ddpmTakesEveryTimestep() {
    assertThat(request("{\"sampler\": \"ddpm\", \"seed\": 4, \"batch\": 7}").plan(SCHEDULE, 500))
        .isEqualTo(SamplingPlan.ddpm(1000, 1, 7, Seeds.of(4, "sample")));
  }

  @Test
  void manyImagesAreDrawnAHundredAtATime() {
    assertThat(request("{\"n\": 300}").plan(SCHEDULE, 900).batch()).isEqualTo(100);
  }

  @ParameterizedTest
  @CsvSource({"cat, 0", "dog, 1", "1, 1", "0, 2", "2, 2"})
  void aClassIsNamedOrElseCounted(String label, int index) {
    // given a class that is called "0" but is the third
    SampleRequest request = request("{\"class\": \"" + label + "\", \"n\": 2}");

    // then
    assertThat(request.labels(CLASSES)).containsExactly(index, index);
  }

  @Test
  void aClassMayBeANumber() {
    assertThat(request("{\"class\": 1}").labels(CLASSES)).hasSize(16).containsOnly(1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"n\": 0}|\"n\" is 0",
        "{\"n\": 1025}|give 1 to 1024",
        "{\"n\": 342}|1026: ask for at most 1024, or name a class",
        "{\"class\": \"cow\"}|the model has no class \"cow\"",
        "{\"class\": 3}|give 0 to 2, or one of: cat, dog, 0",
        "{\"class\": -1}|the model has no class \"-1\"",
        "{\"steps\": 0}|\"steps\" is 0",
        "{\"steps\": 1001}|give at most 1000",
        "{\"sampler\": \"ddpm\", \"steps\": 1001}|give at most 1000",
        "{\"spacing\": \"odd\"}|\"spacing\"",
        "{\"guidancePower\": 0}|\"guidancePower\" is 0.0",
        "{\"guidanceSchedule\": \"cosine\"}|\"guidanceSchedule\"",
        "{\"sampler\": \"ddpm\", \"eta\": 0.5}|\"eta\" is 0.5",
        "{\"sampler\": \"euler\"}|\"sampler\"",
        "{\"eta\": 1.5}|in [0, 1]",
        "{\"eta\": \"NaN\"}|\"eta\" is the text",
        "{\"guidance\": -1}|\"guidance\" is -1.0",
        "{\"batch\": 0}|\"batch\" is 0",
        "{\"wieghts\": \"raw\"}|did you mean \"weights\"?",
        "{\"n\": 1.5}|\"n\"",
        "[]|the request",
      })
  void whatCannotBeDrawnIsOneError(String json, String problem) {
    assertThatThrownBy(
            () -> {
              SampleRequest request = request(json);
              request.plan(SCHEDULE, request.labels(CLASSES).length);
            })
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining(problem);
  }
}
