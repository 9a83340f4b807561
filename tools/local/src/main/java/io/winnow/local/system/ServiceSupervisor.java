package io.winnow.local.system;

import io.winnow.embedded.Ports;
import java.io.IOException;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.LongStream;

/**
 * Runs the replicas of the services as child JVMs on free ports, and restarts those that die until
 * they have died too often. Thread-safe; an unexpected exit is handled on a thread of the JVM.
 */
final class ServiceSupervisor {
  private static final Duration EXIT_TIMEOUT = Duration.ofSeconds(30);

  private final SystemOptions options;
  private final Map<String, String> environment;
  private final HttpClient http =
      HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();
  private final Map<Replica, ServiceProcess> children = new LinkedHashMap<>();
  private final Map<Replica, Integer> ports = new HashMap<>();
  private final Map<Replica, Integer> restarts = new HashMap<>();
  private final Set<Replica> detached = new HashSet<>();
  private boolean restarting;
  private boolean stopped;
  private String failure;

  /**
   * @param environment variables of every child
   */
  ServiceSupervisor(SystemOptions options, Map<String, String> environment) {
    this.options = options;
    this.environment = Map.copyOf(environment);
  }

  /**
   * Starts all replicas, waits until all are ready, and restarts them from then on.
   *
   * @throws IllegalStateException a service exits or does not become ready in time
   */
  void startAll() throws IOException, InterruptedException {
    synchronized (this) {
      for (Replica replica : options.replicas()) {
        rotate(log(replica));
        ports.put(replica, Ports.free());
        launch(replica);
      }
    }
    for (Replica replica : options.replicas()) {
      child(replica).awaitReady(http, options.readiness());
    }
    synchronized (this) {
      restarting = !stopped;
    }
  }

  /** Base URLs by name of the replica. */
  synchronized Map<String, String> urls() {
    Map<String, String> urls = new TreeMap<>();
    children.forEach((replica, child) -> urls.put(replica.name(), child.base().toString()));
    return urls;
  }

  /** Why the system has failed, once a worker has died too often. */
  synchronized Optional<String> failure() {
    return Optional.ofNullable(failure);
  }

  /** Process ids of all replicas. */
  synchronized LongStream pids() {
    return children.values().stream().mapToLong(child -> child.process().pid());
  }

  synchronized ServiceProcess child(Replica replica) {
    return children.get(replica);
  }

  /** The log file of a replica. */
  Path log(Replica replica) {
    return options.home().logs().resolve(replica.name() + ".log");
  }

  /**
   * Starts a replica that was killed or stopped, and waits until it is ready.
   *
   * @throws IllegalStateException it is running, or does not become ready
   */
  void start(Replica replica) throws IOException, InterruptedException {
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
  void kill(Replica replica) throws InterruptedException {
    detach(replica).kill();
  }

  /** Stops a replica (SIGTERM) and waits for its exit; it is not restarted automatically. */
  void stop(Replica replica) throws InterruptedException {
    ServiceProcess child = detach(replica);
    child.terminate();
    child.awaitExit(EXIT_TIMEOUT);
  }

  /** Excludes a replica from automatic restarts. */
  private synchronized ServiceProcess detach(Replica replica) {
    detached.add(replica);
    return child(replica);
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
    Map<String, String> variables = new TreeMap<>(environment);
    variables.put("WINNOW_INSTANCE", replica.instance());
    variables.put("QUARKUS_HTTP_HOST", "127.0.0.1");
    variables.put("QUARKUS_HTTP_PORT", Integer.toString(port));
    ServiceProcess child =
        ServiceProcess.start(
            replica,
            service.jar(options.root()),
            port,
            pinned ? OptionalInt.of(replica.number()) : OptionalInt.empty(),
            variables,
            properties,
            options.home().scratch().resolve(replica.name()),
            log(replica));
    children.put(replica, child);
    child.process().onExit().thenRun(() -> exited(child));
  }

  private synchronized void exited(ServiceProcess child) {
    Replica replica = child.replica();
    if (!restarting || children.get(replica) != child || detached.contains(replica)) {
      return;
    }
    int before = restarts.getOrDefault(replica, 0);
    String exit = replica.name() + " stopped with exit code " + child.process().exitValue();
    if (before >= options.restarts()) {
      String end = exit + " after " + before + " restarts; see " + log(replica);
      options.notices().accept(end);
      // runs do not need the console
      failure = Service.WORKERS.contains(replica.service()) ? end : failure;
      return;
    }
    restarts.put(replica, before + 1);
    options
        .notices()
        .accept(exit + "; restarting it (" + (before + 1) + " of " + options.restarts() + ")");
    try {
      launch(replica);
    } catch (IOException e) {
      failure = replica.name() + " cannot be restarted: " + e.getMessage();
      options.notices().accept(failure);
    }
  }

  /** Stops all replicas and waits for them; kills those that take too long. */
  void stopAll() {
    Map<Replica, ServiceProcess> running;
    synchronized (this) {
      stopped = true;
      restarting = false;
      running = Map.copyOf(children);
    }
    running.values().forEach(ServiceProcess::terminate);
    try {
      for (ServiceProcess child : running.values()) {
        child.awaitExit(EXIT_TIMEOUT);
      }
    } catch (InterruptedException e) {
      running.values().forEach(child -> child.process().destroyForcibly());
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
