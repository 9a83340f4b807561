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
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalSystemTest {
  @TempDir Path folder;

  private final List<String> notices = new CopyOnWriteArrayList<>();
  private Home home;
  private Path root;

  @BeforeEach
  void install() throws Exception {
    home = new Home(folder.resolve("home"));
    root = folder.resolve("root");
    FakeService.install(root);
  }

  private SystemOptions options(int restarts, Map<Service, Map<String, String>> properties) {
    return new SystemOptions(
        home, root, restarts, Duration.ofSeconds(20), 1, false, properties, notices::add);
  }

  @Test
  void tellsServicesAndOthersWhereEverythingIs() throws Exception {
    // given a setting for one service
    SystemOptions options = options(1, Map.of(Service.TRAINER, Map.of("fake.setting", "slow")));

    // when the system starts
    try (LocalSystem system = LocalSystem.start(options)) {
      // then each service knows broker, store, its own name and its settings
      Connection connection = Connection.require(home);
      assertThat(connection).isEqualTo(system.connection());
      assertThat(connection.console()).isEmpty();
      String common = connection.kafka() + " " + connection.store().endpoint() + " ";
      assertThat(settings(connection, "trainer-service"))
          .isEqualTo(common + "trainer-service-0 slow");
      assertThat(settings(connection, "encoder-service"))
          .isEqualTo(common + "encoder-service-0 null");

      // and every topic is there, and the bucket answers
      try (Admin admin = Admin.create(Map.of("bootstrap.servers", connection.kafka()))) {
        Set<String> topics = admin.listTopics().names().get();
        for (EventType type : EventType.values()) {
          assertThat(topics).contains(type.topic(), type.deadLetterTopic());
        }
      }
      try (MinioObjectStore store = new MinioObjectStore(connection.store())) {
        store.ping();
        store.put("kept", new byte[] {1, 2, 3});
      }

      // and only the owner may read the credentials
      for (String secret : List.of("local.json", "s3-secret")) {
        assertThat(
                PosixFilePermissions.toString(
                    Files.getPosixFilePermissions(home.directory().resolve(secret))))
            .isEqualTo("rw-------");
      }
    }

    // then nothing runs any more, and what was stored is there at the next start
    assertThat(Connection.find(home)).isEmpty();
    try (StoreAccess access = StoreAccess.open(home)) {
      assertThat(access.store().find("kept")).hasValue(new byte[] {1, 2, 3});
    }
  }

  @Test
  void refusesASecondSystemOnTheSameHome() throws Exception {
    try (LocalSystem system = LocalSystem.start(options(1, Map.of()))) {
      // when another one is started there
      assertThatThrownBy(() -> LocalSystem.start(options(1, Map.of())))
          // then it is refused by name, and the first goes on
          .isInstanceOf(InvalidInputException.class)
          .hasMessageContaining(home.directory().toString())
          .hasMessageContaining("already runs");
      assertThat(settings(system.connection(), "encoder-service")).contains("encoder-service-0");
      assertThat(Connection.find(home)).isPresent();
    }
  }

  @Test
  void severalEncodersAreSeveralProcessesWithNamesOfTheirOwn() throws Exception {
    // given
    SystemOptions two = options(1, Map.of()).withEncoders(2, false);

    // when
    try (LocalSystem system = LocalSystem.start(two)) {
      // then
      Connection connection = system.connection();
      assertThat(connection.services()).hasSize(5).containsKey("encoder-service-1");
      assertThat(settings(connection, "encoder-service")).contains(" encoder-service-0 ");
      assertThat(settings(connection, "encoder-service-1")).contains(" encoder-service-1 ");
      // and one can go without the other
      system.kill(new Replica(Service.ENCODER, 1));
      assertThat(answers(connection, "encoder-service")).isTrue();
      assertThat(answers(connection, "encoder-service-1")).isFalse();
    }
  }

  @Test
  void copiesOfAllServicesShareTopicsThatHavePartitionsEnough() throws Exception {
    // given
    SystemOptions two = options(1, Map.of()).withCopies(2);

    // when
    try (LocalSystem system = LocalSystem.start(two);
        Admin admin = Admin.create(Map.of("bootstrap.servers", system.connection().kafka()))) {
      // then
      assertThat(system.connection().services())
          .hasSize(8)
          .containsKeys("trainer-service", "trainer-service-1");
      // and what they share has four partitions a copy or more, what is read in order stays one
      assertThat(partitions(admin, EventType.WEIGHTS_DERIVED)).isEqualTo(8);
      assertThat(partitions(admin, EventType.SHARD_ENCODE)).isEqualTo(12);
      assertThat(partitions(admin, EventType.RUN_PROGRESS)).isEqualTo(1);
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

  @Test
  void refusesMorePinnedEncodersThanCores() {
    int cores = Runtime.getRuntime().availableProcessors();
    assertThatThrownBy(() -> options(1, Map.of()).withEncoders(cores + 1, true))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("core");
    assertThatThrownBy(() -> options(1, Map.of()).withEncoders(0, false))
        .isInstanceOf(InvalidInputException.class);
  }

  @Test
  void startsAServiceThatDiesAgainButNotForEver() throws Exception {
    try (LocalSystem system = LocalSystem.start(options(1, Map.of()))) {
      // when a service dies by itself
      crash("encoder-service");

      // then it is said, and the service serves again at the same place
      await(() -> answers(system.connection(), "encoder-service"));
      assertThat(notices)
          .hasSize(1)
          .first()
          .asString()
          .contains("encoder-service stopped with exit code 137", "1 of 1");
      assertThat(system.failure()).isEmpty();

      // when it dies more often than allowed, then the system gives up
      crash("encoder-service");
      await(() -> system.failure().isPresent());
      assertThat(system.failure().orElseThrow())
          .contains(
              "encoder-service",
              "after 1 restarts",
              system.log(Replica.of(Service.ENCODER)).toString());
    }
  }

  @Test
  void theConsoleRunsWhereItIsWantedAndItsEndIsNotTheSystems() throws Exception {
    // given
    SystemOptions options = options(0, Map.of()).withConsole(List.of(Path.of("/data/a,b")));
    assertThat(options.properties().get(Service.CONSOLE))
        .containsEntry("winnow.console.sources", "/data/a\\,b");
    try (LocalSystem system = LocalSystem.start(options)) {
      // then its address has the token where no server sees it
      Connection connection = system.connection();
      assertThat(connection.console())
          .hasValue(
              URI.create(connection.services().get("console") + "/#token=" + connection.token()));
      assertThat(settings(connection, "console")).contains(" console-0 ");

      // when it dies more often than allowed
      crash("console");

      // then it is said, and runs go on
      await(() -> !notices.isEmpty());
      assertThat(notices).first().asString().contains("console stopped", "after 0 restarts");
      assertThat(system.failure()).isEmpty();
      assertThat(answers(connection, "trainer-service")).isTrue();
    }
  }

  @Test
  void leavesAServiceAloneThatWasKilledOnPurposeUntilToldOtherwise() throws Exception {
    try (LocalSystem system = LocalSystem.start(options(5, Map.of()))) {
      // when
      system.kill(Replica.of(Service.SELECTOR));

      // then
      assertThat(answers(system.connection(), "selector-service")).isFalse();
      assertThat(answers(system.connection(), "trainer-service")).isTrue();

      // when
      system.start(Replica.of(Service.SELECTOR));

      // then
      assertThat(answers(system.connection(), "selector-service")).isTrue();
      assertThat(notices).isEmpty();
      assertThatThrownBy(() -> system.start(Replica.of(Service.SELECTOR)))
          .hasMessageContaining("runs already");
    }
  }

  @Test
  void aServiceThatCannotStartEndsTheStartWithItsLastWords() {
    // given
    SystemOptions options = options(0, Map.of(Service.REWEIGHT, Map.of("fake.exit", "3")));

    // when
    assertThatThrownBy(() -> LocalSystem.start(options))
        // then
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("reweight-service stopped at start with exit code 3")
        .hasMessageContaining("this service is broken");
    assertThat(Connection.find(home)).isEmpty();
    assertThat(HomeLock.held(home)).isFalse();
  }

  @Test
  void aServiceThatIsNotBuiltIsNamedBeforeAnythingStarts() throws Exception {
    // given
    Files.delete(Service.TRAINER.jar(root));

    // when
    assertThatThrownBy(() -> LocalSystem.start(options(0, Map.of())))
        // then
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("trainer-service")
        .hasMessageContaining("mvn");
    assertThat(home.directory()).doesNotExist();
  }

  @Test
  void measuresTheMemoryOfAllProcessesWhereTheSystemTellsIt() throws Exception {
    try (LocalSystem system = LocalSystem.start(options(0, Map.of()))) {
      org.junit.jupiter.api.Assumptions.assumeTrue(
          Files.isDirectory(Path.of("/proc/self")), "no /proc on this system");
      await(() -> system.peakMemory().isPresent());
      long one = system.memory(Replica.of(Service.SELECTOR)).orElseThrow();
      await(() -> system.peakMemory().orElseThrow() > 4 * one);
      assertThat(one).isGreaterThan(10 << 20);
    }
  }

  private static void crash(String service) {
    ProcessHandle.current()
        .children()
        .filter(
            child -> child.info().commandLine().map(line -> line.contains(service)).orElse(false))
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
    long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("waited too long").isLessThan(deadline);
      Thread.sleep(50);
    }
  }
}
