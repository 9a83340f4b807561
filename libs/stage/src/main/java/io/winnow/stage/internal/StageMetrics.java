package io.winnow.stage.internal;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.MultiGauge.Row;
import io.micrometer.core.instrument.Tags;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The gauges that jobs set, with the tag {@code stage}. They keep the values of the stage's last
 * job until the next one sets them.
 */
@ApplicationScoped
public class StageMetrics {
  static final int MOST_ROWS = 100;

  private final MeterRegistry meters;
  private final Map<String, MultiGauge> gauges = new ConcurrentHashMap<>();

  public StageMetrics(MeterRegistry meters) {
    this.meters = meters;
  }

  void show(String stage, String name, double value) {
    gauge(stage, name).register(List.of(Row.of(Tags.empty(), value)), true);
  }

  /**
   * Sets the gauges of one name.
   *
   * @param values by the value of the tag; only the first hundred are shown
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
