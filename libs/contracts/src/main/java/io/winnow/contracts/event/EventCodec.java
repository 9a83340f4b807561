package io.winnow.contracts.event;

import io.winnow.contracts.InvalidInputException;
import io.winnow.contracts.Json;
import java.util.Arrays;
import java.util.Locale;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/** Turns events into the JSON data of a CloudEvent and back. */
public final class EventCodec {
  private static final String TYPE_HEADER = "ce_type";

  private EventCodec() {}

  public static byte[] encode(Event event) {
    return Json.bytes(event);
  }

  /**
   * Reads a record as every reader does: a CloudEvent in binary mode.
   *
   * @param topic the record's topic, which is the type of the events on it
   * @param header the value of a header by its name, null if the record has none
   * @param data the record's value
   * @throws InvalidInputException the record has no type or another type than its topic, another
   *     version of CloudEvents, data that is not JSON, or is not that type's JSON
   */
  public static Event decode(String topic, UnaryOperator<String> header, byte[] data) {
    String type = header.apply(TYPE_HEADER);
    if (type == null) {
      throw new InvalidInputException(
          "a record without the header " + TYPE_HEADER,
          "send CloudEvents 1.0 in binary mode: attributes as ce_ headers, JSON as the value");
    }
    if (!type.equals(topic)) {
      throw new InvalidInputException(
          "an event of type \"" + type + "\" on the topic " + topic,
          "send each type to the topic of its name");
    }
    String version = header.apply("ce_specversion");
    if (version != null && !version.startsWith("1.")) {
      throw new InvalidInputException(
          "a record of CloudEvents " + version, "send CloudEvents 1.0 in binary mode");
    }
    String content = header.apply("content-type");
    if (content != null && !content.toLowerCase(Locale.ROOT).contains("json")) {
      throw new InvalidInputException(
          "an event with the content type \"" + content + "\"", "send application/json");
    }
    return decode(type, data);
  }

  /**
   * @param type the record's CloudEvents type
   * @param data its JSON
   * @throws InvalidInputException unknown type, or data that is not that type's JSON
   */
  public static Event decode(String type, byte[] data) {
    EventType known =
        EventType.ofTopic(type)
            .orElseThrow(
                () ->
                    new InvalidInputException(
                        "unknown event type \"" + type + "\"",
                        "use one of "
                            + Arrays.stream(EventType.values())
                                .map(EventType::topic)
                                .collect(Collectors.joining(", "))));
    if (data == null || data.length == 0) {
      throw new InvalidInputException(
          "event " + type + " has no data", "send its JSON as the record's value");
    }
    return Json.read(data, known.record(), "event " + type);
  }
}
