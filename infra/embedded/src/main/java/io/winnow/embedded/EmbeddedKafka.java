package io.winnow.embedded;

import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.utils.Exit;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.properties.MetaPropertiesEnsemble;
import org.apache.kafka.metadata.storage.Formatter;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A Kafka broker in this process: KRaft, broker and controller in one, without TLS, loopback only.
 * Its data is in its directory and survives a restart, even after the process was killed. Topics
 * are not created on demand: use {@link #createTopics}.
 */
public final class EmbeddedKafka implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(EmbeddedKafka.class);
  private static final long ADMIN_TIMEOUT_SECONDS = 30;
  private static final long HALTED_STOP_MILLIS = 10_000;

  private final KafkaRaftServer server;
  private final DirectoryLock lock;
  private final int port;
  private final Map<String, String> security;
  private final AtomicBoolean closed = new AtomicBoolean();
  private final AtomicBoolean halted;

  private EmbeddedKafka(
      KafkaRaftServer server,
      DirectoryLock lock,
      int port,
      Map<String, String> security,
      AtomicBoolean halted) {
    this.server = server;
    this.lock = lock;
    this.port = port;
    this.security = security;
    this.halted = halted;
  }

  /** Starts on a free port; see {@link #start(Path, int)}. */
  public static EmbeddedKafka start(Path directory) {
    return start(directory, 0);
  }

  /**
   * Starts the broker and returns when it serves clients. Creates and formats the directory if
   * necessary; one of an earlier start is continued, on the same port or another.
   *
   * @param directory where records and metadata live; used by one broker at a time
   * @param port the clients' port, or 0 for a free one
   * @throws IllegalStateException if the directory or the port is in use, or the broker cannot
   *     start
   */
  public static EmbeddedKafka start(Path directory, int port) {
    return start(directory, port, Map.of());
  }

  /**
   * Starts the broker with additional settings, which override the defaults, such as those of TLS
   * and SASL for the listener {@code PLAINTEXT}.
   */
  public static EmbeddedKafka start(Path directory, int port, Map<String, String> more) {
    return start(directory, port, more, Map.of(), reason -> {});
  }

  /**
   * Starts a broker that serves only clients that log in.
   *
   * @param login that clients and the broker itself use; {@link #security} gives their settings
   * @param fatal receives the reason when the broker can no longer work, for example because its
   *     disk is full; called once, on a thread of the broker. Kafka would end the process without a
   *     word; instead, the broker answers no request from then on, and should be closed
   */
  public static EmbeddedKafka start(
      Path directory, int port, KafkaLogin login, Consumer<String> fatal) {
    return start(directory, port, login.broker(), login.client(), fatal);
  }

  private static EmbeddedKafka start(
      Path directory,
      int port,
      Map<String, String> more,
      Map<String, String> security,
      Consumer<String> fatal) {
    DirectoryLock lock = DirectoryLock.acquire(directory);
    KafkaRaftServer server = null;
    try {
      List<Integer> free = Ports.free(2);
      int brokerPort = port == 0 ? free.get(0) : port;
      Ports.requireFree(brokerPort);
      Path logDirectory = directory.resolve("log").toAbsolutePath();
      if (!Files.exists(logDirectory.resolve(MetaPropertiesEnsemble.META_PROPERTIES_NAME))) {
        format(logDirectory);
      }
      server =
          new KafkaRaftServer(
              new KafkaConfig(settings(logDirectory, brokerPort, free.get(1), more)), Time.SYSTEM);
      server.startup();
      LOG.info("Kafka serves {}:{} from {}", Ports.LOOPBACK, brokerPort, directory);
      return new EmbeddedKafka(server, lock, brokerPort, security, reportHalts(directory, fatal));
    } catch (Exception e) {
      try (lock) {
        if (server != null) {
          server.shutdown();
        }
      } catch (RuntimeException onShutdown) {
        e.addSuppressed(onShutdown);
      }
      if (e instanceof IllegalStateException clear) {
        throw clear;
      }
      throw new IllegalStateException(
          "Kafka cannot start in " + directory + ": " + e.getMessage(), e);
    }
  }

  /**
   * Reports when Kafka wants to end the process, instead of ending it. Kafka has one such procedure
   * per process: that of the broker that was started last.
   *
   * @return whether it wanted to
   */
  private static AtomicBoolean reportHalts(Path directory, Consumer<String> fatal) {
    AtomicBoolean halted = new AtomicBoolean();
    Exit.Procedure report =
        (status, message) -> {
          if (halted.compareAndSet(false, true)) {
            fatal.accept(
                "Kafka cannot work on "
                    + directory
                    + " any more"
                    + (message == null ? "" : ": " + message));
          }
          // Kafka's code does not expect that the call returns
          LockSupport.park();
          throw new IllegalStateException("Kafka has stopped");
        };
    Exit.setHaltProcedure(report);
    Exit.setExitProcedure(report);
    return halted;
  }

  private static Map<String, String> settings(
      Path logDirectory, int brokerPort, int controllerPort, Map<String, String> more) {
    Map<String, String> settings =
        new HashMap<>(KafkaSettings.of(logDirectory, brokerPort, controllerPort));
    settings.putAll(more);
    return settings;
  }

  /** Host and port, for the clients' {@code bootstrap.servers}. */
  public String bootstrapServers() {
    return Ports.LOOPBACK + ":" + port;
  }

  /** Settings with which clients log in; empty if they need not. */
  public Map<String, String> security() {
    return security;
  }

  /** The clients' port; pass it to the next start to keep the address. */
  public int port() {
    return port;
  }

  /**
   * Creates topics, or adds partitions to existing ones that have fewer. An existing topic keeps
   * its records and partitions.
   *
   * @param partitions topic name to number of partitions, each at least 1
   * @throws IllegalStateException if the broker rejects a name or a number; the message names it
   */
  public void createTopics(Map<String, Integer> partitions) {
    Map<String, Object> settings = new HashMap<>(security);
    settings.put(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers());
    try (Admin admin = Admin.create(settings)) {
      List<NewTopic> wanted =
          partitions.entrySet().stream()
              .map(e -> new NewTopic(e.getKey(), e.getValue(), (short) 1))
              .toList();
      Map<String, Integer> existing = new HashMap<>();
      Map<String, KafkaFuture<Void>> created = admin.createTopics(wanted).values();
      for (Map.Entry<String, KafkaFuture<Void>> e : created.entrySet()) {
        if (!createdNow(e.getKey(), e.getValue())) {
          existing.put(e.getKey(), partitions.get(e.getKey()));
        }
      }
      grow(admin, existing);
    }
  }

  private static boolean createdNow(String topic, KafkaFuture<Void> future) {
    try {
      await("create topic " + topic, future);
      return true;
    } catch (IllegalStateException e) {
      if (e.getCause() instanceof TopicExistsException) {
        return false;
      }
      throw e;
    }
  }

  private static void grow(Admin admin, Map<String, Integer> wanted) {
    Map<String, TopicDescription> descriptions =
        await("describe topics", admin.describeTopics(wanted.keySet()).allTopicNames());
    Map<String, NewPartitions> larger = new HashMap<>();
    descriptions.forEach(
        (topic, description) -> {
          if (description.partitions().size() < wanted.get(topic)) {
            larger.put(topic, NewPartitions.increaseTo(wanted.get(topic)));
          }
        });
    await("add partitions to " + larger.keySet(), admin.createPartitions(larger).all());
  }

  private static <T> T await(String doing, KafkaFuture<T> future) {
    try {
      return future.get(ADMIN_TIMEOUT_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      throw new IllegalStateException(
          "Kafka cannot " + doing + ": " + e.getCause().getMessage(), e.getCause());
    } catch (TimeoutException e) {
      throw new IllegalStateException(
          "Kafka did not " + doing + " within " + ADMIN_TIMEOUT_SECONDS + " s", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Interrupted while waiting for Kafka to " + doing, e);
    }
  }

  private static void format(Path logDirectory) throws Exception {
    Files.createDirectories(logDirectory);
    new Formatter()
        .setPrintStream(
            new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8))
        .setNodeId(KafkaSettings.NODE_ID)
        .setClusterId(Uuid.randomUuid().toString())
        .addDirectory(logDirectory.toString())
        .setMetadataLogDirectory(logDirectory.toString())
        .setControllerListenerName(KafkaSettings.CONTROLLER_LISTENER)
        .run();
  }

  /**
   * Stops the broker cleanly and frees its port and directory. Idempotent. For a broker that could
   * not work any more it waits some seconds only, since such a broker may never stop.
   */
  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      try (lock) {
        if (halted.get()) {
          stopBriefly();
        } else {
          stop();
        }
      }
    }
  }

  private void stop() {
    server.shutdown();
    server.awaitShutdown();
  }

  private void stopBriefly() {
    Thread stop = new Thread(this::stop, "kafka-stop");
    stop.setDaemon(true);
    stop.start();
    try {
      stop.join(HALTED_STOP_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
