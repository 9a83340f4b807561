package io.winnow.stage.run;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.MultiGauge.Row;
import io.micrometer.core.instrument.Tags;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What jobs say of themselves in numbers, as gauges with the tag {@code stage}: those of the
 * stage's last job, until the next one says others.
 */
@ApplicationScoped
public class Figures {
  static final int MOST_ROWS = 100;

  private final MeterRegistry meters;
  private final Map<String, MultiGauge> gauges = new ConcurrentHashMap<>();

  public Figures(MeterRegistry meters) {
    this.meters = meters;
  }

  void show(String stage, String name, double value) {
    gauge(stage, name).register(List.of(Row.of(Tags.empty(), value)), true);
  }

  /**
   * @param values by the value of the tag; of more than a hundred the first
   */
  void show(String stage, String name, String tag, Map<String, Double> values) {
    gauge(stage, name)
        .register(
            values.entrySet().stream()
                .limit(MOST_ROWS)
                .map(row -> Row.of(Tags.of(tag, row.getKey()), row.getValue()))
                .toList(),
            true);
  }

  private MultiGauge gauge(String stage, String name) {
    return gauges.computeIfAbsent(
        stage + " " + name,
        key -> MultiGauge.builder("winnow." + name).tag("stage", stage).register(meters));
  }
}
