package io.winnow.contracts;

import static org.assertj.core.api.Assertions.assertThat;

import io.winnow.contracts.event.EventType;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * The checked-in AsyncAPI 3 document says what the code does: topics, partitions, records, headers,
 * and which service reads what. Written anew together with the schemas, see {@link SpecSchemaTest}.
 */
class AsyncApiTest {
  private static final Path DOCUMENT =
      Path.of("src/main/resources/io/winnow/contracts/asyncapi.json");
  private static final Path ROOT = Path.of("../..");
  private static final List<String> SERVICES =
      List.of("encoder-service", "selector-service", "reweight-service", "trainer-service");
  private static final Pattern INCOMING =
      Pattern.compile("mp\\.messaging\\.incoming\\.([a-z-]+)\\.connector");
  private static final List<String> REQUIRED =
      List.of("ce_specversion", "ce_id", "ce_source", "ce_type");

  @Test
  void theCheckedInDocumentIsTheCodes() throws IOException {
    // Given the checked-in document

    // When it is made from the code
    String generated = Json.pretty(document()) + "\n";
    if (Boolean.getBoolean("winnow.schemas.write")) {
      Files.writeString(DOCUMENT, generated);
    }

    // Then they are the same
    assertThat(Files.readString(DOCUMENT)).isEqualTo(generated);
  }

  @Test
  void whatItRefersToIsThere() {
    for (EventType type : EventType.values()) {
      assertThat(DOCUMENT.resolveSibling(schema(type))).isRegularFile();
    }
  }

  private static Map<String, Object> document() throws IOException {
    Map<String, Object> channels = new TreeMap<>();
    Map<String, Object> messages = new TreeMap<>();
    for (EventType type : EventType.values()) {
      channels.put(name(type), channel(type));
      messages.put(record(type), message(type));
    }
    return Map.of(
        "asyncapi",
        "3.0.0",
        "info",
        Map.of(
            "title", "Winnow",
            "version", "1",
            "description",
                "CloudEvents 1.0 in binary mode over Kafka. A record that cannot be read or has"
                    + " failed for good goes to <topic>.dlq, with the cause in its headers. Whatever"
                    + " runs watch: run.progress, run.failed, model.evaluated. Who starts a run sends"
                    + " run.requested, who ends it run.cancel."),
        "defaultContentType",
        "application/json",
        "channels",
        channels,
        "operations",
        operations(),
        "components",
        Map.of("messages", messages));
  }

  private static Map<String, Object> channel(EventType type) {
    return Map.of(
        "address", type.topic(),
        "messages", Map.of(record(type), Map.of("$ref", "#/components/messages/" + record(type))),
        "bindings",
            Map.of("kafka", Map.of("topic", type.topic(), "partitions", type.partitions())));
  }

  private static Map<String, Object> message(EventType type) {
    Map<String, Object> headers = new TreeMap<>();
    headers.put("ce_specversion", Map.of("const", "1.0"));
    headers.put("ce_id", Map.of("type", "string"));
    headers.put("ce_source", Map.of("type", "string", "format", "uri-reference"));
    headers.put("ce_type", Map.of("const", type.topic()));
    headers.put("ce_time", Map.of("type", "string", "format", "date-time"));
    return Map.of(
        "name", type.topic(),
        "contentType", "application/json",
        "headers", Map.of("type", "object", "required", REQUIRED, "properties", headers),
        "payload",
            Map.of(
                "schemaFormat",
                "application/schema+json;version=draft-2020-12",
                "schema",
                Map.of("$ref", "./" + schema(type))),
        "bindings",
            Map.of(
                "kafka",
                Map.of(
                    "key",
                    Map.of(
                        "type", "string",
                        "description", "the run's id; of shard.encode with /<shard> behind it"))));
  }

  private static Map<String, Object> operations() throws IOException {
    Map<String, Object> operations = new TreeMap<>();
    for (String service : SERVICES) {
      for (String channel : incoming(service)) {
        EventType type =
            EventType.ofTopic("winnow." + channel.replace('-', '.') + ".v1").orElseThrow();
        operations.put(
            service + ".receive." + name(type),
            Map.of(
                "action",
                "receive",
                "channel",
                Map.of("$ref", "#/channels/" + name(type)),
                "summary",
                service + " acts on " + type.topic()));
      }
    }
    return operations;
  }

  private static List<String> incoming(String service) throws IOException {
    Properties properties = new Properties();
    try (Reader reader =
        Files.newBufferedReader(
            ROOT.resolve(service).resolve("src/main/resources/application.properties"))) {
      properties.load(reader);
    }
    return properties.stringPropertyNames().stream()
        .map(INCOMING::matcher)
        .filter(Matcher::matches)
        .map(matcher -> matcher.group(1))
        .toList();
  }

  // winnow.run.requested.v1 → run.requested
  private static String name(EventType type) {
    return type.topic().replaceFirst("^winnow\\.", "").replaceFirst("\\.v1$", "");
  }

  private static String record(EventType type) {
    return type.record().getSimpleName();
  }

  private static String schema(EventType type) {
    return "schema/" + record(type) + ".schema.json";
  }
}
