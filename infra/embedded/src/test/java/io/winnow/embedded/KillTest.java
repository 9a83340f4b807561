package io.winnow.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import io.minio.MinioClient;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KillTest {
  @TempDir Path home;

  @Test
  void whatWasAcknowledgedOutlivesAKilledProcess() throws Exception {
    // given both servers in a process that has had a record and an object acknowledged
    List<Integer> ports = Ports.free(2);
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx384m",
                "-Djava.util.logging.manager=org.jboss.logmanager.LogManager",
                "-cp",
                System.getProperty("java.class.path"),
                KilledServers.class.getName(),
                home.toString(),
                ports.get(0).toString(),
                ports.get(1).toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try (BufferedReader out =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      assertThat(out.lines().filter(KilledServers.READY::equals).findFirst()).isPresent();
      // when it is killed without a word
      process.destroyForcibly();
      assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
    } finally {
      process.destroyForcibly();
    }

    // then both start again at once on the same directories and ports, and hold them still
    try (EmbeddedKafka kafka = EmbeddedKafka.start(home.resolve("kafka"), ports.get(0))) {
      assertThat(TestClients.read(kafka, KilledServers.TOPIC, "group", 1))
          .containsExactly(KilledServers.CONTENT);
    }
    try (EmbeddedS3 s3 =
            EmbeddedS3.start(
                home.resolve("s3"), ports.get(1), TestClients.KEYS, TestClients.BUCKET);
        MinioClient client = TestClients.s3(s3, TestClients.KEYS)) {
      assertThat(TestClients.text(client, KilledServers.KEY)).isEqualTo(KilledServers.CONTENT);
    }
  }
}
