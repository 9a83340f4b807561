package io.winnow.contracts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.winnow.contracts.event.Event;
import io.winnow.contracts.event.EventCodec;
import io.winnow.contracts.event.EventType;
import io.winnow.contracts.fuzz.OddEvents;
import io.winnow.contracts.run.RunId;
import java.io.IOException;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every field of every event, absent, null or odd: an event, or one kind of error. */
class EventFieldsTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  static Stream<Event> events() {
    return EventCodecTest.events();
  }

  @ParameterizedTest
  @MethodSource("events")
  void aFieldThatIsAbsentOrOddIsReadOrRefused(Event event) {
    String topic = EventType.of(event).topic();
    int refused = 0;
    for (byte[] changed : OddEvents.of(event)) {
      Event read;
      try {
        read = EventCodec.decode(topic, Map.of("ce_type", topic)::get, changed);
      } catch (InvalidInputException e) {
        refused++;
        continue;
      }
      // what is read has all that a reader uses without asking
      assertThat(RunId.require(read.runId())).isEqualTo(read.runId());
      assertThat(read.key()).isNotBlank();
      assertThat(EventCodec.decode(topic, EventCodec.encode(read))).isEqualTo(read);
    }
    assertThat(refused).isPositive();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", " ", "-a", ".", "..", "a/b", "nul\u0000byte", "a b", "ünïcode", "a\n"})
  void anIdThatIsNoNameOfARunIsRefused(String id) {
    assertThatThrownBy(() -> RunId.require(id))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("is not usable");
    String cancel = "{\"runId\": %s, \"at\": \"2026-01-01T00:00:00Z\"}".formatted(quoted(id));
    String topic = EventType.RUN_CANCEL.topic();
    assertThatThrownBy(() -> EventCodec.decode(topic, cancel.getBytes()))
        .isInstanceOf(InvalidInputException.class);
  }

  @Test
  void idsHaveAtMost64Characters() {
    assertThat(RunId.require("a".repeat(64))).hasSize(64);
    assertThatThrownBy(() -> RunId.require("a".repeat(65)))
        .isInstanceOf(InvalidInputException.class);
    assertThatThrownBy(() -> RunId.require(null)).isInstanceOf(InvalidInputException.class);
  }

  @Test
  void aRecordThatIsNoCloudEventOfItsTopicIsRefused() {
    Event event = events().findFirst().orElseThrow();
    String topic = EventType.of(event).topic();
    byte[] data = EventCodec.encode(event);
    assertThat(EventCodec.decode(topic, Map.of("ce_type", topic)::get, data)).isEqualTo(event);

    assertRefused(topic, name -> null, data, "ce_type");
    assertRefused(topic, Map.of("ce_type", "winnow.other.v1")::get, data, "on the topic " + topic);
    assertRefused(
        topic, Map.of("ce_type", topic, "ce_specversion", "0.3")::get, data, "CloudEvents 0.3");
    assertRefused(
        topic, Map.of("ce_type", topic, "content-type", "text/plain")::get, data, "text/plain");
  }

  private static void assertRefused(
      String topic, UnaryOperator<String> headers, byte[] data, String words) {
    assertThatThrownBy(() -> EventCodec.decode(topic, headers, data))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining(words);
  }

  private static String quoted(String text) {
    try {
      return JSON.writeValueAsString(text);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
