package io.winnow.stage.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class JobMetricsTest {
  private static final Duration NEVER = Duration.ofDays(1);

  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final StageMetrics figures = new StageMetrics(meters);

  @Test
  void areShownAtOnceThenNotBeforeItIsTimeAndAtTheEnd() {
    // given a job that says something for the first time
    JobMetrics job = new JobMetrics(figures, "train", NEVER);
    job.put("training.loss", 3);
    job.progress(1, 4);
    assertThat(shown()).containsEntry("winnow.training.loss{stage=train}", 3.0);
    assertThat(shown()).containsEntry("winnow.job.done.ratio{stage=train}", 0.25);

    // when it says more too soon
    job.put("training.loss", 2);
    job.progress(2, 4);

    // then that is shown at the end
    assertThat(shown()).containsEntry("winnow.training.loss{stage=train}", 3.0);
    job.show();
    assertThat(shown()).containsEntry("winnow.training.loss{stage=train}", 2.0);
    assertThat(shown()).containsEntry("winnow.job.done.ratio{stage=train}", 0.5);
  }

  @Test
  void ofOneJobTakeThePlaceOfThoseOfTheLast() {
    // given
    JobMetrics first = new JobMetrics(figures, "reweight", NEVER);
    first.put("class.weight", "class", () -> Map.of("cat", 1.5, "dog", 0.5));
    first.show();

    // when
    JobMetrics second = new JobMetrics(figures, "reweight", NEVER);
    second.put("class.weight", "class", () -> Map.of("dog", 0.75, "owl", 1.25));
    second.show();

    // then
    assertThat(shown())
        .isEqualTo(
            Map.of(
                "winnow.class.weight{class=dog,stage=reweight}", 0.75,
                "winnow.class.weight{class=owl,stage=reweight}", 1.25));
  }

  @Test
  void ofAThousandClassesAHundredAreShown() {
    // given
    Map<String, Double> weights = new LinkedHashMap<>();
    for (int c = 0; c < 1_000; c++) {
      weights.put("class " + c, 1.0);
    }

    // when
    figures.show("reweight", "class.weight", "class", weights);

    // then
    assertThat(shown())
        .hasSize(100)
        .containsKey("winnow.class.weight{class=class 99,stage=reweight}");
  }

  private Map<String, Double> shown() {
    Map<String, Double> shown = new TreeMap<>();
    for (Meter meter : meters.getMeters()) {
      StringBuilder name = new StringBuilder(meter.getId().getName());
      String separator = "{";
      for (Tag tag : meter.getId().getTags()) {
        name.append(separator).append(tag.getKey()).append('=').append(tag.getValue());
        separator = ",";
      }
      shown.put(name + "}", meter.measure().iterator().next().getValue());
    }
    return shown;
  }
}
