package io.winnow.local.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.winnow.contracts.InvalidInputException;
import io.winnow.contracts.event.EventType;
import io.winnow.store.object.MinioObjectStore;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** Tests with a system share it: starting Kafka, S3 and the child JVMs takes most of the time. */
class LocalSystemTest {
  @TempDir static Path folder;

  private static Path root;

  @BeforeAll
  static void install() throws Exception {
    root = folder.resolve("root");
    FakeService.install(root);
  }

  private static SystemOptions options(String home, List<String> notices) {
    return SystemOptions.of(new Home(folder.resolve(home)), root, notices::add)
        .withReadiness(Duration.ofSeconds(20));
  }

  @Nested
  class WithOneReplicaOfEachService {
    private static final List<String> NOTICES = new CopyOnWriteArrayList<>();
    private static SystemOptions options;
    private static LocalSystem system;

    @BeforeAll
    static void start() throws Exception {
      options =
          options("one", NOTICES)
              .withProperties(Map.of(Service.TRAINER, Map.of("fake.setting", "slow")));
      system = LocalSystem.start(options);
    }

    @AfterAll
    static void stop() {
      system.close();
    }

    @Test
    void passesAllAddressesToServicesAndClients() throws Exception {
      // given a system with a setting for one service

      // when another process looks for it
      Connection connection = Connection.require(options.home());

      // then it finds this system, and each service has broker, store, its name and its settings
      assertThat(connection).isEqualTo(system.connection());
      assertThat(connection.console(true)).isEmpty();
      String common =
          connection.kafka()
              + " "
              + connection.kafkaSecurity().get("sasl.jaas.config").hashCode()
              + " "
              + connection.store().endpoint()
              + " ";
      assertThat(settings(connection, "trainer-service"))
          .isEqualTo(common + "trainer-service-0 slow");
      assertThat(settings(connection, "encoder-service"))
          .isEqualTo(common + "encoder-service-0 null");

      // and every topic exists, and the bucket answers
      try (Admin admin = Admin.create(connection.kafkaClients())) {
        Set<String> topics = admin.listTopics().names().get();
        for (EventType type : EventType.values()) {
          assertThat(topics).contains(type.topic(), type.deadLetterTopic());
        }
      }
      try (MinioObjectStore store = new MinioObjectStore(connection.store())) {
        store.ping();
      }

      // and only the owner may read the credentials
      for (String secret :
          List.of("local.json", "s3-secret", "kafka-secret", "kafka-client.properties")) {
        assertThat(
                PosixFilePermissions.toString(
                    Files.getPosixFilePermissions(options.home().directory().resolve(secret))))
            .isEqualTo("rw-------");
      }
    }

    @Test
    void refusesASecondSystemOnTheSameHome() throws Exception {
      // when another one is started there
      assertThatThrownBy(() -> LocalSystem.start(options))
          // then it is refused by name, and the first keeps running
          .isInstanceOf(InvalidInputException.class)
          .hasMessageContaining(options.home().directory().toString())
          .hasMessageContaining("already running");
      assertThat(settings(system.connection(), "encoder-service")).contains("encoder-service-0");
      assertThat(Connection.find(options.home())).isPresent();
    }

    @Test
    void doesNotRestartAServiceThatWasKilledOnPurpose() throws Exception {
      // when
      system.kill(Replica.of(Service.SELECTOR));

      // then
      assertThat(answers(system.connection(), "selector-service")).isFalse();
      assertThat(answers(system.connection(), "trainer-service")).isTrue();

      // when
      system.start(Replica.of(Service.SELECTOR));

      // then
      assertThat(answers(system.connection(), "selector-service")).isTrue();
      assertThat(NOTICES).isEmpty();
      assertThatThrownBy(() -> system.start(Replica.of(Service.SELECTOR)))
          .hasMessageContaining("already running");
    }

    @Test
    void measuresTheMemoryOfAllProcesses() throws Exception {
      Assumptions.assumeTrue(
          Files.isDirectory(Path.of("/proc/self")), "no /proc on this operating system");

      // when the peak has been sampled
      await(() -> system.peakMemory().isPresent());

      // then it is that of more processes than one
      long one = system.memory(Replica.of(Service.SELECTOR)).orElseThrow();
      await(() -> system.peakMemory().orElseThrow() > 4 * one);
      assertThat(one).isGreaterThan(10 << 20);
    }
  }

  @Nested
  @TestMethodOrder(MethodOrderer.OrderAnnotation.class)
  class WithTwoReplicasOfEachService {
    private static Home home;
    private static LocalSystem system;

    @BeforeAll
    static void start() throws Exception {
      SystemOptions options = options("two", new CopyOnWriteArrayList<>()).withReplicas(2);
      home = options.home();
      system = LocalSystem.start(options);
    }

    @AfterAll
    static void stop() {
      system.close();
    }

    @Test
    @Order(1)
    void sharedTopicsHaveEnoughPartitionsForAllReplicas() throws Exception {
      // then
      assertThat(system.connection().services())
          .hasSize(8)
          .containsKeys("trainer-service", "trainer-service-1");
      // and shared topics have at least four partitions per replica, ordered ones have one
      try (Admin admin = Admin.create(system.connection().kafkaClients())) {
        assertThat(partitions(admin, EventType.WEIGHTS_DERIVED)).isEqualTo(8);
        assertThat(partitions(admin, EventType.SHARD_ENCODE)).isEqualTo(12);
        assertThat(partitions(admin, EventType.RUN_PROGRESS)).isEqualTo(1);
      }
    }

    @Test
    @Order(2)
    void replicasAreProcessesWithNamesOfTheirOwn() throws Exception {
      // given
      Connection connection = system.connection();
      assertThat(settings(connection, "encoder-service")).contains(" encoder-service-0 ");
      assertThat(settings(connection, "encoder-service-1")).contains(" encoder-service-1 ");

      // when one is killed
      system.kill(new Replica(Service.ENCODER, 1));

      // then the other keeps running
      assertThat(answers(connection, "encoder-service")).isTrue();
      assertThat(answers(connection, "encoder-service-1")).isFalse();
    }

    @Test
    @Order(3)
    void closingStopsEverythingAndKeepsTheStore() throws Exception {
      // given
      try (MinioObjectStore store = new MinioObjectStore(system.connection().store())) {
        store.put("kept", new byte[] {1, 2, 3});
      }

      // when
      system.close();

      // then no process is left, and the object is there at the next start
      assertThat(Connection.find(home)).isEmpty();
      assertThat(answers(system.connection(), "trainer-service")).isFalse();
      try (StoreAccess access = StoreAccess.open(home)) {
        assertThat(access.store().find("kept")).hasValue(new byte[] {1, 2, 3});
      }
    }

    private static int partitions(Admin admin, EventType type) throws Exception {
      return admin
          .describeTopics(List.of(type.topic()))
          .allTopicNames()
          .get()
          .get(type.topic())
          .partitions()
          .size();
    }
  }

  @Nested
  @TestMethodOrder(MethodOrderer.OrderAnnotation.class)
  class WithOneRestartPerService {
    private static final List<String> NOTICES = new CopyOnWriteArrayList<>();
    private static LocalSystem system;

    @BeforeAll
    static void start() throws Exception {
      SystemOptions options =
          options("restarts", NOTICES).withRestarts(1).withConsole(List.of(Path.of("/data/a,b")));
      assertThat(options.properties().get(Service.CONSOLE))
          .containsEntry("winnow.console.sources", "/data/a\\,b");
      system = LocalSystem.start(options);
    }

    @AfterAll
    static void stop() {
      system.close();
    }

    @Test
    @Order(1)
    void theSystemSurvivesTheEndOfTheConsole() throws Exception {
      // given a console whose address contains the token where no server sees it
      Connection connection = system.connection();
      assertThat(connection.console(false))
          .hasValue(URI.create(connection.services().get("console") + "/"));
      assertThat(connection.console(true))
          .hasValue(
              URI.create(connection.services().get("console") + "/#token=" + connection.token()));
      assertThat(settings(connection, "console")).contains(" console-0 ");

      // when it dies more often than allowed
      crash("console");
      await(() -> answers(connection, "console"));
      crash("console");

      // then this is reported, and the system has not failed
      await(() -> notices("console").size() == 2);
      assertThat(notices("console").get(1)).contains("console stopped", "after 1 restarts");
      assertThat(system.failure()).isEmpty();
      assertThat(answers(connection, "trainer-service")).isTrue();
    }

    @Test
    @Order(2)
    void aServiceThatDiesTooOftenRestsAndTheOthersGoOn() throws Exception {
      // when a service dies
      crash("encoder-service");

      // then this is reported, and the service answers again at the same address
      await(() -> answers(system.connection(), "encoder-service"));
      assertThat(notices("encoder-service"))
          .hasSize(1)
          .first()
          .asString()
          .contains("encoder-service stopped with exit code 137", "1 of at most 1 in 10 minutes");
      assertThat(system.failure()).isEmpty();

      // when it dies more often than allowed
      crash("encoder-service");

      // then this is reported with its log, and the other services go on
      await(() -> notices("encoder-service").size() == 2);
      assertThat(notices("encoder-service").get(1))
          .contains(
              "after 1 restarts",
              system.log(Replica.of(Service.ENCODER)).toString(),
              "started again in 10 minutes");
      assertThat(system.failure()).isEmpty();
      assertThat(answers(system.connection(), "trainer-service")).isTrue();
    }

    private static List<String> notices(String service) {
      return NOTICES.stream().filter(notice -> notice.startsWith(service)).toList();
    }
  }

  @Test
  void encodersAreChecked() {
    SystemOptions options = options("encoders", new CopyOnWriteArrayList<>());
    int cores = Runtime.getRuntime().availableProcessors();
    assertThat(options.withEncoders(2, false).replicas())
        .hasSize(5)
        .contains(new Replica(Service.ENCODER, 1));
    assertThatThrownBy(() -> options.withEncoders(cores + 1, true))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("core");
    assertThatThrownBy(() -> options.withEncoders(0, false))
        .isInstanceOf(InvalidInputException.class);
  }

  @Test
  void aServiceThatCannotStartEndsTheStartAndItsLogIsQuoted() {
    // given
    SystemOptions options =
        options("broken", new CopyOnWriteArrayList<>())
            .withRestarts(0)
            .withProperties(Map.of(Service.REWEIGHT, Map.of("fake.exit", "3")));

    // when
    assertThatThrownBy(() -> LocalSystem.start(options))
        // then
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("reweight-service stopped with exit code 3 during startup")
        .hasMessageContaining("this service is broken");
    assertThat(Connection.find(options.home())).isEmpty();
    assertThat(HomeLock.held(options.home())).isFalse();
  }

  @Test
  void aServiceThatIsNotBuiltIsNamedBeforeAnythingStarts() throws Exception {
    // given
    Path incomplete = folder.resolve("incomplete");
    FakeService.install(incomplete);
    Files.delete(Service.TRAINER.jar(incomplete));
    Home home = new Home(folder.resolve("unused"));

    // when
    assertThatThrownBy(() -> LocalSystem.start(SystemOptions.of(home, incomplete, notice -> {})))
        // then
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("trainer-service")
        .hasMessageContaining("mvn");
    assertThat(home.directory()).doesNotExist();
  }

  /** Kills the child processes of this JVM that run a service. */
  private static void crash(String service) {
    ProcessHandle.current()
        .children()
        .filter(child -> child.info().commandLine().orElse("").contains("/" + service + "/target"))
        .forEach(ProcessHandle::destroyForcibly);
  }

  private static boolean answers(Connection connection, String service) {
    try {
      return !settings(connection, service).isEmpty();
    } catch (Exception e) {
      return false;
    }
  }

  private static String settings(Connection connection, String service) throws Exception {
    return HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(URI.create(connection.services().get(service) + "/settings"))
                .build(),
            HttpResponse.BodyHandlers.ofString())
        .body();
  }

  private static void await(BooleanSupplier condition) throws InterruptedException {
    long deadline = System.nanoTime() + Duration.ofSeconds(60).toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("waited too long").isLessThan(deadline);
      Thread.sleep(50);
    }
  }
}
