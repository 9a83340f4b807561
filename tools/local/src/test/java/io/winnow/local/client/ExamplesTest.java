package io.winnow.local.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.winnow.contracts.event.EventCodec;
import io.winnow.contracts.event.EventType;
import io.winnow.contracts.event.RunRequested;
import io.winnow.local.kafka.TopicRecords;
import io.winnow.local.system.Home;
import io.winnow.local.testing.LiveServers;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.yaml.snakeyaml.Yaml;

/** The files in examples/ send run requests that the code can read. */
class ExamplesTest {
  private static final Path EXAMPLES = root().resolve("examples");
  private static final String TOPIC = EventType.RUN_REQUESTED.topic();

  @TempDir Path folder;

  private static Path root() {
    Path folder = Path.of("").toAbsolutePath();
    while (!Files.exists(folder.resolve("docker-compose.yml"))) {
      folder = folder.getParent();
    }
    return folder;
  }

  @Test
  void theLineForTheConsoleProducerIsARequest() throws IOException {
    assertRequest(Files.readString(EXAMPLES.resolve("run-requested.txt")), "my-run-1");
  }

  @Test
  void theJobSendsARequest() throws IOException {
    // given
    Map<?, ?> job = new Yaml().load(Files.readString(EXAMPLES.resolve("job.yaml")));
    Map<?, ?> pod = (Map<?, ?>) at(at(at(job, "spec"), "template"), "spec");
    Map<?, ?> container = (Map<?, ?>) ((List<?>) pod.get("containers")).get(0);
    Map<?, ?> variable = (Map<?, ?>) ((List<?>) container.get("env")).get(1);

    // when its shell has built the line
    String command = (String) ((List<?>) container.get("args")).get(0);
    String format = command.substring(command.indexOf('\'') + 1, command.indexOf("' \"$REQUEST\""));
    String line = format.replace("\\t", "\t").replace("\\n", "\n");

    // then
    assertThat(variable.get("name")).isEqualTo("REQUEST");
    assertRequest(line.formatted(variable.get("value")), "my-run-2");
    assertThat(command).contains("--topic " + TOPIC + " ");
  }

  private static Object at(Object map, String key) {
    return ((Map<?, ?>) map).get(key);
  }

  /** Headers, key and value, separated by tabs as Kafka's console producer reads them. */
  private static void assertRequest(String line, String id) {
    assertThat(line).endsWith("\n");
    String[] parts = line.strip().split("\t");
    assertThat(parts).hasSize(3);
    Map<String, String> headers = new TreeMap<>();
    for (String header : parts[0].split(",")) {
      headers.put(header.split(":", 2)[0], header.split(":", 2)[1]);
    }
    assertThat(headers).containsKeys("ce_specversion", "ce_id", "ce_source", "ce_type");
    assertThat(parts[1]).isEqualTo(id);
    assertThat(decode(headers.get("ce_type"), parts[2]).run().id()).isEqualTo(id);
  }

  private static RunRequested decode(String type, String value) {
    return (RunRequested) EventCodec.decode(type, value.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void theJavaClientSendsARequest() throws Exception {
    // given
    Path spec =
        Files.writeString(folder.resolve("spec.json"), "{\"dataset\": {\"source\": \"x\"}}");
    Home home = new Home(folder.resolve("home"));
    try (LiveServers servers = new LiveServers(home)) {
      // when java runs the source file, as the README says
      Process java =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-cp",
                  System.getProperty("java.class.path"),
                  EXAMPLES.resolve("Submit.java").toString(),
                  home.kafkaClientFile().toString(),
                  "mine",
                  spec.toString())
              .redirectErrorStream(true)
              .redirectOutput(folder.resolve("log").toFile())
              .start();
      assertThat(java.waitFor(2, TimeUnit.MINUTES)).isTrue();
      assertThat(java.exitValue()).as(Files.readString(folder.resolve("log"))).isZero();

      // then
      List<ConsumerRecord<byte[], byte[]>> records =
          TopicRecords.read(servers.connection().kafkaClients(), List.of(TOPIC)).records();
      assertThat(records).hasSize(1);
      ConsumerRecord<byte[], byte[]> record = records.get(0);
      String type =
          new String(record.headers().lastHeader("ce_type").value(), StandardCharsets.UTF_8);
      String value = new String(record.value(), StandardCharsets.UTF_8);
      assertThat(new String(record.key(), StandardCharsets.UTF_8)).isEqualTo("mine");
      assertThat(decode(type, value).run().spec().dataset().source()).isEqualTo("x");
    }
  }
}
