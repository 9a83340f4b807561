package io.winnow.stage.internal;

import io.winnow.contracts.event.Event;
import io.winnow.contracts.event.EventType;
import io.winnow.stage.api.Join;
import io.winnow.store.artifact.RunFolder;
import java.util.Optional;
import java.util.function.BiFunction;

/**
 * How a message leads to the event that a stage works on.
 *
 * @param type the type of the message's event
 * @param input finds the stage's event, given the message's; empty if it has not arrived yet. May
 *     be called several times
 */
record Trigger<M extends Event, E extends Event>(
    Class<M> type, BiFunction<RunFolder, M, Optional<E>> input) {

  /** The message carries the stage's event. */
  static <E extends Event> Trigger<E, E> direct(Class<E> type) {
    return new Trigger<>(type, (folder, event) -> Optional.of(event));
  }

  /** The message carries the stage's event, which a signal may need later. */
  static <I extends Event, S extends Event> Trigger<I, I> input(Join<I, S> join) {
    return new Trigger<>(
        join.input(),
        (folder, event) -> {
          if (join.waits().test(event)) {
            folder.pending(name(join), event);
          }
          return Optional.of(event);
        });
  }

  /** The message says that a stage may be ready now whose event arrived earlier. */
  static <I extends Event, S extends Event> Trigger<S, I> signal(Join<I, S> join) {
    return new Trigger<>(
        join.signal(), (folder, event) -> folder.pending(name(join), join.input()));
  }

  // coreset-selected for winnow.coreset.selected.v1
  private static String name(Join<?, ?> join) {
    String topic = EventType.of(join.input()).topic();
    return topic.replaceFirst("^winnow\\.", "").replaceFirst("\\.v\\d+$", "").replace('.', '-');
  }
}
