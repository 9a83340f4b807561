package io.winnow.embedded;

import static io.winnow.embedded.TestClients.read;
import static io.winnow.embedded.TestClients.send;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.utils.Exit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedKafkaTest {
  @TempDir Path home;

  @Test
  void recordsOffsetsAndPartitionsOutliveARestartAtTheSameAddress() throws Exception {
    // given a broker with records, of which a group has read the first two
    Path directory = home.resolve("kafka");
    int port;
    try (EmbeddedKafka kafka = EmbeddedKafka.start(directory)) {
      port = kafka.port();
      kafka.createTopics(Map.of("runs", 3, "shards", 5));
      send(kafka, "runs", "a", "1");
      send(kafka, "runs", "a", "2");
      assertThat(read(kafka, "runs", "group", 2)).containsExactly("1", "2");
      send(kafka, "runs", "a", "3");
    }

    // when it starts again on the same directory and port
    try (EmbeddedKafka kafka = EmbeddedKafka.start(directory, port)) {
      // then address, topics, partitions and records are as before, and the group goes on
      assertThat(kafka.bootstrapServers()).isEqualTo("127.0.0.1:" + port);
      assertThat(partitions(kafka))
          .containsExactlyInAnyOrderEntriesOf(Map.of("runs", 3, "shards", 5));
      send(kafka, "runs", "a", "4");
      assertThat(read(kafka, "runs", "group", 2)).containsExactly("3", "4");
      assertThat(read(kafka, "runs", "another group", 4)).containsExactly("1", "2", "3", "4");
    }
  }

  @Test
  void creatingTopicsAgainKeepsWhatTheyHoldAndOnlyEverGrowsThem() throws Exception {
    try (EmbeddedKafka kafka = EmbeddedKafka.start(home)) {
      // given topics, one with a record
      kafka.createTopics(Map.of("kept", 2, "grown", 2, "asked-for-less", 3));
      send(kafka, "kept", "a", "1");

      // when they are created again, one larger, one smaller, beside a new one
      Map<String, Integer> again = Map.of("kept", 2, "grown", 4, "asked-for-less", 1, "new", 1);
      kafka.createTopics(again);
      kafka.createTopics(again);

      // then nothing is lost, and only the larger one has changed
      assertThat(partitions(kafka))
          .containsExactlyInAnyOrderEntriesOf(
              Map.of("kept", 2, "grown", 4, "asked-for-less", 3, "new", 1));
      assertThat(read(kafka, "kept", "group", 1)).containsExactly("1");
    }
  }

  @Test
  void aTopicIsNeverCreatedByUse() throws Exception {
    try (EmbeddedKafka kafka = EmbeddedKafka.start(home);
        Admin admin = Admin.create(TestClients.kafka(kafka.bootstrapServers()))) {
      // when a client asks for a topic that nobody created
      assertThatThrownBy(
              () -> admin.describeTopics(List.of("typo")).allTopicNames().get(10, TimeUnit.SECONDS))
          // then the broker does not know it
          .hasCauseInstanceOf(UnknownTopicOrPartitionException.class);
      assertThat(partitions(kafka)).isEmpty();

      // and one that cannot be created is named
      assertThatThrownBy(() -> kafka.createTopics(Map.of("not a name", 1)))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("create topic not a name");
    }
  }

  @Test
  void aDirectoryOrPortInUseIsOneClearErrorAndHarmsNobody() throws Exception {
    try (EmbeddedKafka kafka = EmbeddedKafka.start(home.resolve("one"))) {
      kafka.createTopics(Map.of("runs", 1));

      // when a second broker wants the same directory, then it is refused by name
      assertThatThrownBy(() -> EmbeddedKafka.start(home.resolve("one")))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining(home.resolve("one").toString())
          .hasMessageContaining("in use");

      // when it wants the same port, then the same
      assertThatThrownBy(() -> EmbeddedKafka.start(home.resolve("two"), kafka.port()))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("Port " + kafka.port())
          .hasMessageContaining("in use");

      // and the first broker goes on, and the refused directory is free
      send(kafka, "runs", "a", "1");
      assertThat(read(kafka, "runs", "group", 1)).containsExactly("1");
      DirectoryLock.acquire(home.resolve("two")).close();
    }
  }

  @Test
  void aBrokerWithALoginServesOnlyClientsThatLogIn() throws Exception {
    // given a folder in which a broker without a login has worked
    try (EmbeddedKafka open = EmbeddedKafka.start(home)) {
      open.createTopics(Map.of("runs", 1));
    }
    KafkaLogin login = new KafkaLogin("winnow", "0123456789abcdef");
    try (EmbeddedKafka kafka = EmbeddedKafka.start(home, 0, login, reason -> {})) {
      // when a client logs in, then it is served
      try (Admin admin = admin(kafka, kafka.security())) {
        assertThat(admin.listTopics().names().get(30, TimeUnit.SECONDS)).containsExactly("runs");
      }

      // when it has another password, then it is refused
      Map<String, String> wrong = new KafkaLogin("winnow", "0123456789abcdee").client();
      try (Admin admin = admin(kafka, wrong)) {
        assertThatThrownBy(() -> admin.listTopics().names().get(30, TimeUnit.SECONDS))
            .hasCauseInstanceOf(SaslAuthenticationException.class);
      }

      // when it has none, then it gets no answer
      try (Admin admin = admin(kafka, Map.of())) {
        assertThatThrownBy(() -> admin.listTopics().names().get(30, TimeUnit.SECONDS))
            .hasCauseInstanceOf(TimeoutException.class);
      }
    }

    // and no listener, that of the controller neither, is open to others
    assertThat(login.broker().get("listener.security.protocol.map").split(","))
        .hasSize(2)
        .allMatch(listener -> listener.endsWith(":SASL_PLAINTEXT"));
  }

  private static Admin admin(EmbeddedKafka kafka, Map<String, String> security) {
    Map<String, Object> settings = new HashMap<>(security);
    settings.put("bootstrap.servers", kafka.bootstrapServers());
    settings.put("default.api.timeout.ms", 2_000);
    settings.put("request.timeout.ms", 1_000);
    return Admin.create(settings);
  }

  @Test
  void aBrokerThatCannotWorkAnyMoreIsReportedInsteadOfEndingTheProcess() {
    // given
    List<String> reasons = new CopyOnWriteArrayList<>();
    KafkaLogin login = new KafkaLogin("winnow", "0123456789abcdef");
    EmbeddedKafka kafka = EmbeddedKafka.start(home, 0, login, reasons::add);

    // when Kafka ends the process, as it does if it cannot write to its disk
    Thread ofKafka = new Thread(() -> Exit.halt(1, "all log dirs have failed"));
    ofKafka.setDaemon(true);
    ofKafka.start();

    // then the process goes on, and knows why
    await(() -> !reasons.isEmpty());
    assertThat(reasons).singleElement().asString().contains(home.toString(), "all log dirs");
    // and closing does not wait for the broker
    kafka.close();
    DirectoryLock.acquire(home).close();
  }

  private static void await(BooleanSupplier condition) {
    while (!condition.getAsBoolean()) {
      Thread.onSpinWait();
    }
  }

  @Test
  void listensOnLoopbackOnlyAndFreesItsPortWhenClosed() throws Exception {
    EmbeddedKafka kafka = EmbeddedKafka.start(home);
    int port = kafka.port();
    try (kafka;
        // given the same port on another address of the loopback network, free only if the broker
        // has not bound all interfaces
        ServerSocket other = new ServerSocket(port, 1, InetAddress.getByName("127.0.0.2"))) {
      assertThat(other.isBound()).isTrue();
    }
    kafka.close();

    // then the port can be bound again
    Ports.requireFree(port);
  }

  private static Map<String, Integer> partitions(EmbeddedKafka kafka) throws Exception {
    try (Admin admin = Admin.create(TestClients.kafka(kafka.bootstrapServers()))) {
      Map<String, Integer> partitions = new HashMap<>();
      admin
          .describeTopics(admin.listTopics().names().get(30, TimeUnit.SECONDS))
          .allTopicNames()
          .get(30, TimeUnit.SECONDS)
          .forEach((name, description) -> partitions.put(name, description.partitions().size()));
      return partitions;
    }
  }
}
