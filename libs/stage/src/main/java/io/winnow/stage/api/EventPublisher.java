package io.winnow.stage.api;

import io.winnow.contracts.event.Event;
import java.util.function.Consumer;

/** Publishes events to Kafka, each on the topic of its type and keyed by its run. */
public interface EventPublisher {

  /**
   * Returns when the broker has acknowledged the record. Waits while Kafka is unavailable.
   * Blocking: do not call it on an event loop.
   *
   * @throws StopException the process was told to stop while Kafka was unavailable
   * @throws IllegalStateException Kafka rejects this record for good
   */
  default void publish(Event event) {
    publish(event, fault -> {});
  }

  /**
   * Publishes an event and reports each failed attempt.
   *
   * @param waiting called with the fault of each attempt that failed because Kafka is unavailable
   * @throws StopException the process was told to stop while Kafka was unavailable
   * @throws IllegalStateException Kafka rejects this record for good
   */
  void publish(Event event, Consumer<Throwable> waiting);

  /**
   * Hands an event over without waiting. It may be lost while Kafka is unavailable.
   *
   * @param settled called once the record was sent or lost
   */
  void offer(Event event, Runnable settled);
}
