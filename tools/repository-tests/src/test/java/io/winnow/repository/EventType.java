package io.winnow.repository;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.StreamSupport;

/**
 * An event type as the committed AsyncAPI document describes it. A test in libs/contracts keeps
 * that document equal to the code.
 *
 * @param topic e.g. {@code winnow.run.requested.v1}
 * @param record simple name of the Java record, e.g. {@code RunRequested}
 * @param partitions default number of partitions of the topic
 */
record EventType(String topic, String record, int partitions) {
  private static final String ASYNCAPI =
      "libs/contracts/src/main/resources/io/winnow/contracts/asyncapi.json";

  /** All event types, sorted by topic. */
  static List<EventType> all() throws IOException {
    JsonNode channels = new ObjectMapper().readTree(Repository.read(ASYNCAPI)).required("channels");
    return StreamSupport.stream(channels.spliterator(), false)
        .map(
            channel -> {
              List<Map.Entry<String, JsonNode>> messages =
                  List.copyOf(channel.required("messages").properties());
              if (messages.size() != 1) {
                throw new AssertionError(channel.get("address") + " carries several messages");
              }
              return new EventType(
                  channel.required("address").asText(),
                  messages.get(0).getKey(),
                  channel.requiredAt("/bindings/kafka/partitions").asInt());
            })
        .sorted(Comparator.comparing(EventType::topic))
        .toList();
  }

  static Optional<EventType> ofTopic(String topic) throws IOException {
    return all().stream().filter(type -> type.topic().equals(topic)).findFirst();
  }

  /** The type whose Java constant has this name. */
  static EventType named(String constant) throws IOException {
    return all().stream()
        .filter(type -> type.constant().equals(constant))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no event type " + constant + " in " + ASYNCAPI));
  }

  /** The topic without its prefix and version, e.g. {@code run.requested}. */
  private String subject() {
    return topic.replaceAll("^winnow\\.|\\.v\\d+$", "");
  }

  /** The name of the Java constant, e.g. {@code RUN_REQUESTED}. */
  String constant() {
    return subject().replace('.', '_').toUpperCase(Locale.ROOT);
  }

  /** The name of the channel that carries it in a service, e.g. {@code run-requested}. */
  String channel() {
    return subject().replace('.', '-');
  }

  String deadLetterTopic() {
    return topic + ".dlq";
  }
}
