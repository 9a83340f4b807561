package io.winnow.contracts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.winnow.contracts.event.Event;
import io.winnow.contracts.event.EventCodec;
import io.winnow.contracts.event.EventType;
import io.winnow.contracts.fuzz.SampleEvents;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class EventCodecTest {
  static Stream<Event> events() {
    return SampleEvents.all();
  }

  @ParameterizedTest
  @MethodSource("events")
  void anEventSurvivesTheWire(Event event) {
    // Given an event on its topic
    String type = EventType.of(event).topic();

    // When it is written and read
    Event again = EventCodec.decode(type, EventCodec.encode(event));

    // Then it is the same
    assertThat(again).isEqualTo(event);
  }

  @Test
  void everyTypeIsCovered() {
    assertThat(events().map(EventType::of))
        .containsExactlyInAnyOrderElementsOf(Arrays.asList(EventType.values()));
  }

  @Test
  void garbageIsRefusedByName() {
    assertThatThrownBy(() -> EventCodec.decode("winnow.run.failed.v1", new byte[] {1, 2, 3}))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("winnow.run.failed.v1");
  }

  @Test
  void anUnknownTypeIsRefusedWithTheKnownOnes() {
    assertThatThrownBy(() -> EventCodec.decode("winnow.run.failed.v9", new byte[] {'{', '}'}))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("winnow.run.failed.v9")
        .hasMessageContaining("winnow.run.failed.v1");
  }

  @Test
  void anEventWithoutARunIsRefused() {
    assertThatThrownBy(() -> EventCodec.decode("winnow.dataset.ready.v1", "{}".getBytes()))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("names no run");
  }

  @Test
  void shardsOfARunHaveKeysOfTheirOwn() {
    // Given all events of a run

    // When keys are asked for
    // Then only a shard's work order has one of its own; the rest keeps the run's order
    assertThat(events().map(Event::key).distinct()).containsExactlyInAnyOrder("r-1", "r-1/0");
  }
}
