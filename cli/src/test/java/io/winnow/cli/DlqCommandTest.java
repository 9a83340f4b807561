package io.winnow.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.winnow.contracts.Json;
import io.winnow.contracts.event.EventType;
import io.winnow.contracts.event.RunFailed;
import io.winnow.contracts.run.Run;
import io.winnow.contracts.spec.RunSpec;
import io.winnow.local.system.Home;
import io.winnow.local.testing.LiveServers;
import io.winnow.store.artifact.RunFolder;
import io.winnow.store.object.MinioObjectStore;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Dead letters on a real broker; the test plays the services' part. */
class DlqCommandTest {
  private static final String TOPIC = EventType.FEATURES_READY.topic();
  private static final String DLQ = EventType.FEATURES_READY.deadLetterTopic();

  @TempDir static Path folder;
  private static LiveServers servers;
  private static MinioObjectStore store;
  private static Cli cli;

  @BeforeAll
  static void start() throws Exception {
    Path home = folder.resolve("home");
    servers = new LiveServers(new Home(home));
    store = servers.store();
    cli = new Cli(folder, home);
  }

  @AfterAll
  static void stop() {
    store.close();
    servers.close();
  }

  @AfterEach
  void empty() {
    cli.run("dlq", "drop", "--all");
  }

  /** Puts a letter where SmallRye does, with its headers. */
  private void bury(String key, String value) throws Exception {
    bury(key, value, Map.of());
  }

  private void bury(String key, String value, Map<String, String> more) throws Exception {
    try (KafkaProducer<String, String> producer =
        new KafkaProducer<>(
            servers.connection().kafkaClients(), new StringSerializer(), new StringSerializer())) {
      ProducerRecord<String, String> record = new ProducerRecord<>(DLQ, key, value);
      record.headers().add("ce_type", TOPIC.getBytes(StandardCharsets.UTF_8));
      record.headers().add("dead-letter-topic", TOPIC.getBytes(StandardCharsets.UTF_8));
      record.headers().add("dead-letter-reason", "not readable".getBytes(StandardCharsets.UTF_8));
      more.forEach(
          (name, text) -> record.headers().add(name, text.getBytes(StandardCharsets.UTF_8)));
      producer.send(record).get();
    }
  }

  private List<ConsumerRecord<String, byte[]>> records(String topic) {
    try (KafkaConsumer<String, byte[]> consumer =
        new KafkaConsumer<>(
            servers.connection().kafkaClients(),
            new StringDeserializer(),
            new ByteArrayDeserializer())) {
      List<TopicPartition> all =
          consumer.partitionsFor(topic).stream()
              .map(p -> new TopicPartition(p.topic(), p.partition()))
              .toList();
      consumer.assign(all);
      consumer.seekToBeginning(all);
      Map<TopicPartition, Long> ends = consumer.endOffsets(all);
      List<ConsumerRecord<String, byte[]>> records = new ArrayList<>();
      while (all.stream().anyMatch(p -> consumer.position(p) < ends.get(p))) {
        consumer.poll(Duration.ofMillis(200)).forEach(records::add);
      }
      return records;
    }
  }

  private List<JsonNode> letters() {
    assertThat(cli.run("dlq", "list", "--json")).as(cli.err()).isZero();
    JsonNode list =
        Json.parse(cli.out().getBytes(StandardCharsets.UTF_8), JsonNode.class, "letters");
    return StreamSupport.stream(list.spliterator(), false).toList();
  }

  @Test
  void aLetterIsListedAndShownWithItsCause() throws Exception {
    // given
    bury("run-1", "{\"a\":1}");

    // when
    List<JsonNode> letters = letters();
    cli.run("dlq", "show", letters.get(0).get("id").asText());

    // then
    assertThat(letters).hasSize(1);
    assertThat(letters.get(0).get("run").asText()).isEqualTo("run-1");
    assertThat(letters.get(0).get("topic").asText()).isEqualTo(TOPIC);
    assertThat(letters.get(0).get("reason").asText()).isEqualTo("not readable");
    assertThat(cli.out()).contains("dead-letter-reason: not readable").contains("\"a\" : 1");
    cli.run("dlq", "list");
    assertThat(cli.out()).contains("run-1").contains("not readable");
  }

  @Test
  void replayedLettersAreSentUnchangedAndTheOthersRemain() throws Exception {
    // given
    bury("run-1", "one");
    bury("run-2", "two");
    bury(null, "three");
    String second =
        letters().stream()
            .filter(letter -> letter.path("run").asText().equals("run-2"))
            .findFirst()
            .orElseThrow()
            .get("id")
            .asText();

    // when
    assertThat(cli.run("dlq", "replay", second)).as(cli.err()).isZero();

    // then
    ConsumerRecord<String, byte[]> replayed =
        records(TOPIC).stream().filter(r -> "run-2".equals(r.key())).findFirst().orElseThrow();
    assertThat(replayed.value()).asString(StandardCharsets.UTF_8).isEqualTo("two");
    assertThat(replayed.headers().toArray())
        .extracting(header -> header.key())
        .containsExactly("ce_type");
    assertThat(letters())
        .extracting(letter -> letter.path("run").asText("none"))
        .containsExactlyInAnyOrder("run-1", "none");
    assertThat(letters())
        .extracting(letter -> letter.get("reason").asText())
        .containsOnly("not readable");
  }

  @Test
  void aFailedRunResumesFromItsRequest() throws Exception {
    // given
    RunFolder run = new RunFolder(store, "run-3");
    byte[] spec = "{\"dataset\":{\"source\":\"/data/x\"}}".getBytes(StandardCharsets.UTF_8);
    run.request(new Run("run-3", RunSpec.parse(spec, "spec"), Instant.EPOCH));
    run.failed(new RunFailed("run-3", "select", "out of memory", "more", Instant.EPOCH));
    bury("run-3", "{}");

    // when
    assertThat(cli.run("dlq", "replay", "--run", "run-3")).as(cli.err()).isZero();

    // then
    assertThat(cli.out()).contains("resumed run: run-3");
    assertThat(run.failed()).isEmpty();
    assertThat(records(EventType.RUN_REQUESTED.topic())).anyMatch(r -> "run-3".equals(r.key()));
    assertThat(letters()).isEmpty();
  }

  @Test
  void aLetterThatWasCutIsNotSent() throws Exception {
    // given one that is whole, and one that has only the beginning of its record
    bury("whole", "{}", Map.of("winnow-original-bytes", "2"));
    bury("cut", "{\"run\":", Map.of("winnow-original-bytes", "1048210"));

    // when
    int code = cli.run("dlq", "replay", "--all");

    // then nothing is sent
    assertThat(code).isEqualTo(2);
    assertThat(cli.err()).contains("has only the first 7 bytes").contains("winnow dlq drop");
    assertThat(records(TOPIC)).noneMatch(r -> "whole".equals(r.key()) || "cut".equals(r.key()));
    assertThat(letters()).hasSize(2);
    // and the whole one is sent alone, without the header
    String whole =
        letters().stream()
            .filter(letter -> letter.path("run").asText().equals("whole"))
            .findFirst()
            .orElseThrow()
            .get("id")
            .asText();
    assertThat(cli.run("dlq", "replay", whole)).as(cli.err()).isZero();
    assertThat(records(TOPIC))
        .filteredOn(r -> "whole".equals(r.key()))
        .singleElement()
        .satisfies(r -> assertThat(r.headers().toArray()).hasSize(1));
  }

  @Test
  void droppedLettersAreNotSent() throws Exception {
    // given
    bury("run-4", "four");

    // when
    cli.run("dlq", "drop", "--all");

    // then
    assertThat(letters()).isEmpty();
    assertThat(records(TOPIC)).noneMatch(r -> "run-4".equals(r.key()));
  }

  @Test
  void aMissingLetterIsNamed() {
    // when
    int code = cli.run("dlq", "show", DLQ + ":0:77");

    // then
    assertThat(code).isEqualTo(2);
    assertThat(cli.err()).contains(DLQ + ":0:77").contains("winnow dlq list");
    assertThat(cli.run("dlq", "show", "x")).isEqualTo(2);
    assertThat(cli.run("dlq", "replay")).isEqualTo(2);
  }
}
