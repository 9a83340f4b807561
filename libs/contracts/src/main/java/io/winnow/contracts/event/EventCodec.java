package io.winnow.contracts.event;

import io.winnow.contracts.InvalidInputException;
import io.winnow.contracts.Json;
import java.util.Arrays;
import java.util.stream.Collectors;

/** Turns events into the JSON data of a CloudEvent and back. */
public final class EventCodec {
  private EventCodec() {}

  public static byte[] encode(Event event) {
    return Json.bytes(event);
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
