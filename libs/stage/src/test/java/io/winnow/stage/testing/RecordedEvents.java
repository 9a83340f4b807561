package io.winnow.stage.testing;

import io.winnow.contracts.event.Event;
import io.winnow.stage.api.EventPublisher;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** Keeps the events that are published, in place of Kafka. */
public final class RecordedEvents implements EventPublisher {
  private static final Duration TIMEOUT = Duration.ofSeconds(30);

  private final List<Event> events = new CopyOnWriteArrayList<>();

  @Override
  public void publish(Event event, Consumer<Throwable> waiting) {
    events.add(event);
  }

  @Override
  public void offer(Event event, Runnable settled) {
    events.add(event);
    settled.run();
  }

  /** A run's events of one type, in order. */
  public <E extends Event> List<E> events(Class<E> type, String runId) {
    return events.stream()
        .filter(type::isInstance)
        .map(type::cast)
        .filter(event -> event.runId().equals(runId))
        .toList();
  }

  /** Waits for a run's first event of a type; fails after half a minute. */
  public <E extends Event> E await(Class<E> type, String runId) {
    return await(type, runId, event -> true);
  }

  /** Waits for a run's first event of a type that matches; fails after half a minute. */
  public <E extends Event> E await(Class<E> type, String runId, Predicate<E> matches) {
    long deadline = System.nanoTime() + TIMEOUT.toNanos();
    while (true) {
      for (E event : events(type, runId)) {
        if (matches.test(event)) {
          return event;
        }
      }
      if (System.nanoTime() > deadline) {
        throw new AssertionError("No such " + type.getSimpleName() + " in " + events);
      }
      try {
        Thread.sleep(5);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException(e);
      }
    }
  }
}
