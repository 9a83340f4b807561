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
 * Kafka and S3 in this process and the four services, and the console where it is wanted, as its
 * children (of encoders, as many as asked for), all on free ports of the loopback interface. One
 * system a home. Closing stops everything; what was committed, and the checkpoints of what was not,
 * stay in the home for the next start.
 */
public final class LocalSystem implements AutoCloseable {
  private static final Duration EXIT_PATIENCE = Duration.ofSeconds(30);

  private final SystemOptions options;
  private final HomeLock lock;
  private final HttpClient http =
      HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();
  private final Map<Replica, ServiceProcess> children = new LinkedHashMap<>();
  private final Map<Replica, Integer> ports = new HashMap<>();
  private final Map<Replica, Integer> restarts = new HashMap<>();
  private final Memory memory = Memory.watch(this::pids);
  private final Set<Replica> unattended = new HashSet<>();
  private final Object closing = new Object();
  // whoever may read the home's connection file knows it
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
   * Starts everything and returns when all services are ready.
   *
   * @throws io.winnow.contracts.InvalidInputException when a system already runs on this home, or a
   *     service is not built
   * @throws IllegalStateException when a server or a service does not start, naming it
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
      keepPrevious(log(replica));
    }
    synchronized (this) {
      servers = Servers.start(home, options.mostCopies());
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

  /** How others reach this system. */
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

  /** Starts a service that was killed or stopped, and waits until it is ready. */
  public void start(Replica replica) throws IOException, InterruptedException {
    synchronized (this) {
      if (child(replica).process().isAlive()) {
        throw new IllegalStateException(replica.name() + " runs already");
      }
      unattended.remove(replica);
      launch(replica);
    }
    child(replica).awaitReady(http, options.readiness());
  }

  /** Ends a service at once (SIGKILL); it is not started again by itself. */
  public void kill(Replica replica) throws InterruptedException {
    detach(replica).kill();
  }

  /** Asks a service to leave (SIGTERM) and waits; it is not started again by itself. */
  public void stop(Replica replica) throws InterruptedException {
    ServiceProcess child = detach(replica);
    child.terminate();
    child.awaitExit(EXIT_PATIENCE);
  }

  /** Stops a service where it is (SIGSTOP), its connections open. */
  public void pause(Replica replica) throws IOException, InterruptedException {
    child(replica).signal("STOP");
  }

  /** Lets a service go on that was paused. */
  public void resume(Replica replica) throws IOException, InterruptedException {
    child(replica).signal("CONT");
  }

  /** Takes the broker away for a while and brings it back where it was. */
  public void restartKafka(Duration away) throws InterruptedException {
    servers.restartKafka(away);
  }

  /** Takes the store away for a while and brings it back where it was. */
  public void restartStore(Duration away) throws IOException, InterruptedException {
    servers.restartStore(away);
  }

  /** Open files and sockets of launcher and services together now; empty but on Linux. */
  public OptionalLong handles() {
    return ProcessMemory.handles(pids().toArray());
  }

  /** Resident memory of launcher and services together now, bytes; empty but on Linux. */
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

  /** The processes of services. */
  public List<Replica> replicas() {
    return options.replicas();
  }

  /** Why the system cannot go on, when a service died too often. */
  public synchronized Optional<String> failure() {
    return Optional.ofNullable(failure);
  }

  /** Greatest resident memory of launcher and services together so far, bytes; Linux only. */
  public OptionalLong peakMemory() {
    return memory.peak();
  }

  /** Resident memory of one service now, bytes; Linux only. */
  public OptionalLong memory(Replica replica) {
    return ProcessMemory.of(child(replica).process().pid())
        .map(m -> OptionalLong.of(m.resident()))
        .orElse(OptionalLong.empty());
  }

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

  /** A service whose end is not its own doing is no longer looked after. */
  private synchronized ServiceProcess detach(Replica replica) {
    unattended.add(replica);
    return child(replica);
  }

  private synchronized void exited(ServiceProcess child) {
    Replica replica = child.replica();
    int before = restarts.getOrDefault(replica, 0);
    if (!started || closed || children.get(replica) != child || unattended.contains(replica)) {
      return;
    }
    String what = replica.name() + " stopped with exit code " + child.process().exitValue();
    if (before >= options.restarts()) {
      String end = what + " after " + before + " restarts; see " + log(replica);
      options.notices().accept(end);
      // runs do without the console
      failure = Service.WORKERS.contains(replica.service()) ? end : failure;
      return;
    }
    restarts.put(replica, before + 1);
    options
        .notices()
        .accept(what + "; starting it again (" + (before + 1) + " of " + options.restarts() + ")");
    try {
      launch(replica);
    } catch (IOException e) {
      failure = replica.name() + " cannot be started: " + e.getMessage();
      options.notices().accept(failure);
    }
  }

  /** Stops services, then servers, and waits for them. Idempotent; runs on Ctrl-C too. */
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

  /** Whether it is being stopped, or has been. */
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
      options.notices().accept("not everything could be tidied up: " + e.getMessage());
    }
  }

  private void stopChildren() {
    children.values().forEach(ServiceProcess::terminate);
    try {
      for (ServiceProcess child : children.values()) {
        child.awaitExit(EXIT_PATIENCE);
      }
    } catch (InterruptedException e) {
      children.values().forEach(child -> child.process().destroyForcibly());
      Thread.currentThread().interrupt();
    }
  }

  private static void keepPrevious(Path log) throws IOException {
    if (Files.exists(log)) {
      Files.move(
          log,
          log.resolveSibling(log.getFileName() + ".previous"),
          StandardCopyOption.REPLACE_EXISTING);
    }
  }
}
