package io.winnow.local.system;

import io.winnow.embedded.Ports;
import io.winnow.store.object.StoreConfig;
import java.io.IOException;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.LongStream;

/**
 * A running system: Kafka and S3 in this process, and the services, optionally with the console, as
 * child processes, all on free ports of the loopback interface. A home is used by one system at a
 * time. Closing stops everything; artifacts and checkpoints stay in the home for the next start.
 *
 * <p>Thread-safe. A child's unexpected exit is handled on a thread of the JVM.
 */
public final class LocalSystem implements AutoCloseable {
  private static final Duration EXIT_TIMEOUT = Duration.ofSeconds(30);

  private final SystemOptions options;
  private final HomeLock lock;
  private final HttpClient http =
      HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();
  private final Map<Replica, ServiceProcess> children = new LinkedHashMap<>();
  private final Map<Replica, Integer> ports = new HashMap<>();
  private final Map<Replica, Integer> restarts = new HashMap<>();
  private final Memory memory = Memory.watch(this::pids);
  private final Set<Replica> detached = new HashSet<>();
  private final Object closing = new Object();
  // the home's connection file, which only its owner can read, contains it
  private final String token = UUID.randomUUID().toString();
  private Servers servers;
  private String failure;
  private boolean started;
  private boolean closed;

  private LocalSystem(SystemOptions options) {
    this.options = options;
    options.home().create();
    this.lock = HomeLock.acquire(options.home());
  }

  /**
   * Starts everything and returns once all services are ready.
   *
   * @throws io.winnow.contracts.InvalidInputException a system is already running on the home, or a
   *     service is not built
   * @throws IllegalStateException a server or a service does not start
   */
  public static LocalSystem start(SystemOptions options) throws IOException, InterruptedException {
    Service.requireBuilt(options.root(), options.services());
    LocalSystem system = new LocalSystem(options);
    Runtime.getRuntime().addShutdownHook(new Thread(system::close, "winnow-exit"));
    try {
      system.startAll();
      return system;
    } catch (IOException | InterruptedException | RuntimeException e) {
      system.close();
      throw e;
    }
  }

  private void startAll() throws IOException, InterruptedException {
    Home home = options.home();
    FileTree.delete(home.scratch());
    for (Replica replica : options.replicas()) {
      rotate(log(replica));
    }
    synchronized (this) {
      servers = Servers.start(home, options.maxReplicas());
      for (Replica replica : options.replicas()) {
        ports.put(replica, Ports.free());
        launch(replica);
      }
    }
    for (Replica replica : options.replicas()) {
      child(replica).awaitReady(http, options.readiness());
    }
    connection().write(home);
    synchronized (this) {
      started = true;
    }
  }

  /** How to reach this system. */
  public synchronized Connection connection() {
    Map<String, String> services = new TreeMap<>();
    children.forEach((replica, child) -> services.put(replica.name(), child.base().toString()));
    return new Connection(
        ProcessHandle.current().pid(),
        servers.bootstrapServers(),
        null,
        servers.store(),
        services,
        token);
  }

  /**
   * Starts a replica that was killed or stopped, and waits until it is ready.
   *
   * @throws IllegalStateException it is running, or does not become ready
   */
  public void start(Replica replica) throws IOException, InterruptedException {
    synchronized (this) {
      if (child(replica).process().isAlive()) {
        throw new IllegalStateException(replica.name() + " is already running");
      }
      detached.remove(replica);
      launch(replica);
    }
    child(replica).awaitReady(http, options.readiness());
  }

  /** Kills a replica (SIGKILL); it is not restarted automatically. */
  public void kill(Replica replica) throws InterruptedException {
    detach(replica).kill();
  }

  /** Stops a replica (SIGTERM) and waits for its exit; it is not restarted automatically. */
  public void stop(Replica replica) throws InterruptedException {
    ServiceProcess child = detach(replica);
    child.terminate();
    child.awaitExit(EXIT_TIMEOUT);
  }

  /** Pauses a replica (SIGSTOP); its connections stay open. */
  public void pause(Replica replica) throws IOException, InterruptedException {
    child(replica).signal("STOP");
  }

  /** Resumes a paused replica (SIGCONT). */
  public void resume(Replica replica) throws IOException, InterruptedException {
    child(replica).signal("CONT");
  }

  /** Stops Kafka for the given time and starts it again on the same port. */
  public void restartKafka(Duration outage) throws InterruptedException {
    servers.restartKafka(outage);
  }

  /** Stops S3 for the given time and starts it again on the same port. */
  public void restartStore(Duration outage) throws IOException, InterruptedException {
    servers.restartStore(outage);
  }

  /** Open files and sockets of the launcher and all services; empty without {@code /proc}. */
  public OptionalLong handles() {
    return ProcessMemory.handles(pids().toArray());
  }

  /** Resident memory of the launcher and all services in bytes; empty without {@code /proc}. */
  public OptionalLong memory() {
    long sum = 0;
    for (long pid : pids().toArray()) {
      Optional<ProcessMemory> one = ProcessMemory.of(pid);
      if (one.isEmpty()) {
        return OptionalLong.empty();
      }
      sum += one.get().resident();
    }
    return OptionalLong.of(sum);
  }

  /** All replicas of all services. */
  public List<Replica> replicas() {
    return options.replicas();
  }

  /** Why the system has failed, once a service has died too often. */
  public synchronized Optional<String> failure() {
    return Optional.ofNullable(failure);
  }

  /** Maximum of {@link #memory()} so far, sampled twice per second. */
  public OptionalLong peakMemory() {
    return memory.peak();
  }

  /** Resident memory of one replica in bytes; empty without {@code /proc}. */
  public OptionalLong memory(Replica replica) {
    return ProcessMemory.of(child(replica).process().pid())
        .map(m -> OptionalLong.of(m.resident()))
        .orElse(OptionalLong.empty());
  }

  /** The log file of a replica. */
  public Path log(Replica replica) {
    return options.home().logs().resolve(replica.name() + ".log");
  }

  private synchronized ServiceProcess child(Replica replica) {
    return children.get(replica);
  }

  private synchronized LongStream pids() {
    return LongStream.concat(
        LongStream.of(ProcessHandle.current().pid()),
        children.values().stream().mapToLong(child -> child.process().pid()));
  }

  private void launch(Replica replica) throws IOException {
    int port = ports.get(replica);
    Service service = replica.service();
    boolean pinned = options.pinned() && service == Service.ENCODER;
    Map<String, String> properties =
        new TreeMap<>(options.properties().getOrDefault(service, Map.of()));
    if (pinned) {
      properties.put("winnow.engine.threads", "1");
    }
    ServiceProcess child =
        ServiceProcess.start(
            replica,
            service.jar(options.root()),
            port,
            pinned ? OptionalInt.of(replica.number()) : OptionalInt.empty(),
            environment(replica, port),
            properties,
            options.home().scratch().resolve(replica.name()),
            log(replica));
    children.put(replica, child);
    child.process().onExit().thenRun(() -> exited(child));
  }

  private Map<String, String> environment(Replica replica, int port) {
    StoreConfig store = servers.store();
    Map<String, String> environment = new TreeMap<>();
    environment.put("KAFKA_BOOTSTRAP_SERVERS", servers.bootstrapServers());
    environment.put("WINNOW_STORE_ENDPOINT", options.storeRoute().apply(store.endpoint()));
    environment.put("WINNOW_STORE_ACCESS_KEY", store.accessKey());
    environment.put("WINNOW_STORE_SECRET_KEY", store.secretKey());
    environment.put("WINNOW_STORE_BUCKET", store.bucket());
    environment.put("WINNOW_STORE_REGION", store.region());
    environment.put(Connection.API_TOKEN, token);
    environment.put("WINNOW_TOPICS_CREATE", "false");
    environment.put("WINNOW_INSTANCE", replica.instance());
    environment.put("WINNOW_CACHE_DIR", options.home().cache().toString());
    environment.put("WINNOW_STOP_WITH_PARENT", "true");
    environment.put("QUARKUS_HTTP_HOST", "127.0.0.1");
    environment.put("QUARKUS_HTTP_PORT", Integer.toString(port));
    return environment;
  }

  /** Excludes a replica from automatic restarts. */
  private synchronized ServiceProcess detach(Replica replica) {
    detached.add(replica);
    return child(replica);
  }

  private synchronized void exited(ServiceProcess child) {
    Replica replica = child.replica();
    int before = restarts.getOrDefault(replica, 0);
    if (!started || closed || children.get(replica) != child || detached.contains(replica)) {
      return;
    }
    String what = replica.name() + " stopped with exit code " + child.process().exitValue();
    if (before >= options.restarts()) {
      String end = what + " after " + before + " restarts; see " + log(replica);
      options.notices().accept(end);
      // runs do not need the console
      failure = Service.WORKERS.contains(replica.service()) ? end : failure;
      return;
    }
    restarts.put(replica, before + 1);
    options
        .notices()
        .accept(what + "; restarting it (" + (before + 1) + " of " + options.restarts() + ")");
    try {
      launch(replica);
    } catch (IOException e) {
      failure = replica.name() + " cannot be restarted: " + e.getMessage();
      options.notices().accept(failure);
    }
  }

  /** Stops the services, then the servers, and waits for them. Idempotent; also runs on Ctrl-C. */
  @Override
  public void close() {
    synchronized (closing) {
      if (!closed()) {
        synchronized (this) {
          closed = true;
        }
        stopAll();
      }
    }
  }

  /** Whether {@link #close} has been called. */
  public synchronized boolean closed() {
    return closed;
  }

  private void stopAll() {
    try (lock;
        memory) {
      stopChildren();
      if (servers != null) {
        servers.close();
      }
      Files.deleteIfExists(options.home().connectionFile());
      FileTree.delete(options.home().scratch());
    } catch (IOException e) {
      options.notices().accept("cannot delete temporary files: " + e.getMessage());
    }
  }

  private void stopChildren() {
    children.values().forEach(ServiceProcess::terminate);
    try {
      for (ServiceProcess child : children.values()) {
        child.awaitExit(EXIT_TIMEOUT);
      }
    } catch (InterruptedException e) {
      children.values().forEach(child -> child.process().destroyForcibly());
      Thread.currentThread().interrupt();
    }
  }

  private static void rotate(Path log) throws IOException {
    if (Files.exists(log)) {
      Files.move(
          log,
          log.resolveSibling(log.getFileName() + ".previous"),
          StandardCopyOption.REPLACE_EXISTING);
    }
  }
}
