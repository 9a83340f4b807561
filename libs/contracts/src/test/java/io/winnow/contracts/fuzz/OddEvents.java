package io.winnow.contracts.fuzz;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.winnow.contracts.event.Event;
import io.winnow.contracts.event.EventCodec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/** Data of events in which one field is missing or odd. */
public final class OddEvents {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final List<String> ODD =
      List.of(
          "null",
          "0",
          "-1",
          "1e300",
          "true",
          "\"\"",
          "\" \"",
          "\"\\u0000\"",
          "\"\\ud800\"",
          "\"../..\"",
          "\"" + "x".repeat(2_000) + "\"",
          "[]",
          "{}");

  private OddEvents() {}

  /** The event's JSON without each of its fields, and with each of them replaced by odd values. */
  public static List<byte[]> of(Event event) {
    try {
      JsonNode whole = JSON.readTree(EventCodec.encode(event));
      List<byte[]> changes = new ArrayList<>();
      for (String pointer : pointers(whole, "", new ArrayList<>())) {
        String name = pointer.substring(pointer.lastIndexOf('/') + 1);
        String parent = pointer.substring(0, pointer.lastIndexOf('/'));
        JsonNode without = whole.deepCopy();
        ((ObjectNode) without.at(parent)).remove(name);
        changes.add(JSON.writeValueAsBytes(without));
        for (String odd : ODD) {
          JsonNode with = whole.deepCopy();
          ((ObjectNode) with.at(parent)).set(name, JSON.readTree(odd));
          changes.add(JSON.writeValueAsBytes(with));
        }
      }
      return changes;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  // the run's spec has its own tests, and many fields
  private static List<String> pointers(JsonNode node, String at, List<String> found) {
    if (node instanceof ObjectNode object && !at.endsWith("/spec")) {
      object
          .fieldNames()
          .forEachRemaining(
              name -> {
                if (!name.contains("/")) {
                  found.add(at + "/" + name);
                  pointers(object.get(name), at + "/" + name, found);
                }
              });
    } else if (node instanceof ArrayNode array) {
      for (int i = 0; i < array.size(); i++) {
        pointers(array.get(i), at + "/" + i, found);
      }
    }
    return found;
  }
}
