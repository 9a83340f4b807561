package io.winnow.stage.config;

import io.micrometer.core.instrument.config.MeterFilter;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.util.Set;

/** Keeps only the Kafka client metrics that dashboards and alerts use. */
class KafkaMeters {
  private static final Set<String> KEPT =
      Set.of(
          "kafka.consumer.fetch.manager.records.lag.max",
          "kafka.consumer.fetch.manager.records.consumed.total",
          "kafka.consumer.coordinator.rebalance.total",
          "kafka.consumer.coordinator.assigned.partitions",
          "kafka.producer.record.send.total",
          "kafka.producer.record.error.total");

  @Produces
  @Singleton
  MeterFilter few() {
    return MeterFilter.deny(
        id -> id.getName().startsWith("kafka.") && !KEPT.contains(id.getName()));
  }
}
