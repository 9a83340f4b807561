package io.winnow.local.system;

import io.winnow.contracts.InvalidInputException;
import io.winnow.store.local.FileTree;
import io.winnow.store.local.Time;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.LongStream;

/**
 * A running system: Kafka and S3 in this process, and the services, optionally with the console, as
 * child processes, all on free ports of the loopback interface. A home is used by one system at a
 * time. Closing stops everything; artifacts and checkpoints stay in the home for the next start.
 *
 * <p>Thread-safe.
 */
public final class LocalSystem implements AutoCloseable {
  private final SystemOptions options;
  private final HomeLock lock;
  private final Memory memory = Memory.watch(this::pids);
  private final Object closing = new Object();
  // the home's connection file, which only its owner can read, contains it
  private final String token = UUID.randomUUID().toString();
  private volatile Servers servers;
  private volatile ServiceSupervisor services;
  private volatile SystemWatch watch;
  private volatile boolean closed;

  private LocalSystem(SystemOptions options) {
    this.options = options;
    options.home().create();
    options
        .disk()
        .shortage()
        .ifPresent(
            shortage -> {
              throw new InvalidInputException(
                  shortage, "free some space, or give another folder with --home");
            });
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
    Time time = Time.system();
    FileTree.delete(home.scratch());
    servers = Servers.start(home, options.maxReplicas(), this::failKafka);
    services =
        new ServiceSupervisor(
            options, new ServiceLauncher(options, environment()), new HealthProbes(), time);
    watch = new SystemWatch(options, services, time);
    watch.start();
    services.startAll();
    connection().write(home);
  }

  private void fail(String reason) {
    if (services != null) {
      services.fail(reason);
    }
  }

  /** A full disk is what usually stops Kafka, which does not say so. */
  private void failKafka(String reason) {
    fail(options.disk().stopReason().orElse(reason));
  }

  /** Variables of every service. */
  private Map<String, String> environment() {
    Map<String, String> environment = new TreeMap<>(connection(Map.of()).environment());
    environment.put(
        "WINNOW_STORE_ENDPOINT", options.storeRoute().apply(servers.store().endpoint()));
    environment.put("WINNOW_TOPICS_CREATE", "false");
    environment.put("WINNOW_CACHE_DIR", options.home().cache().toString());
    environment.put("WINNOW_STOP_WITH_PARENT", "true");
    environment.put(SystemOptions.SOURCES, options.sourceRoots());
    return environment;
  }

  /** How to reach this system. */
  public Connection connection() {
    return connection(services.urls());
  }

  private Connection connection(Map<String, String> urls) {
    return new Connection(
        ProcessHandle.current().pid(),
        servers.bootstrapServers(),
        servers.kafkaSecurity(),
        servers.store(),
        urls,
        token);
  }

  /**
   * Starts a replica that was killed or stopped, and waits until it is ready.
   *
   * @throws IllegalStateException it is running, or does not become ready
   */
  public void start(Replica replica) throws IOException, InterruptedException {
    services.start(replica);
  }

  /** Kills a replica (SIGKILL); it is not restarted automatically. */
  public void kill(Replica replica) throws InterruptedException {
    services.kill(replica);
  }

  /** Kills a replica (SIGKILL) as if it had crashed: it is restarted automatically. */
  public void crash(Replica replica) {
    services.child(replica).crash();
  }

  /** Stops a replica (SIGTERM) and waits for its exit; it is not restarted automatically. */
  public void stop(Replica replica) throws InterruptedException {
    services.stop(replica);
  }

  /** Pauses a replica (SIGSTOP); its connections stay open. */
  public void pause(Replica replica) throws IOException, InterruptedException {
    services.child(replica).signal("STOP");
  }

  /** Resumes a paused replica (SIGCONT). */
  public void resume(Replica replica) throws IOException, InterruptedException {
    services.child(replica).signal("CONT");
  }

  /** Stops Kafka for the given time and starts it again on the same port. */
  public void restartKafka(Duration outage) throws IOException, InterruptedException {
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
      Optional<ProcessMemory> process = ProcessMemory.of(pid);
      if (process.isEmpty()) {
        return OptionalLong.empty();
      }
      sum += process.get().resident();
    }
    return OptionalLong.of(sum);
  }

  /** Maximum of {@link #memory()} so far, sampled twice per second. */
  public OptionalLong peakMemory() {
    return memory.peak();
  }

  /** Resident memory of one replica in bytes; empty without {@code /proc}. */
  public OptionalLong memory(Replica replica) {
    return ProcessMemory.of(services.child(replica).pid())
        .map(process -> OptionalLong.of(process.resident()))
        .orElse(OptionalLong.empty());
  }

  private LongStream pids() {
    LongStream own = LongStream.of(ProcessHandle.current().pid());
    return services == null ? own : LongStream.concat(own, services.pids());
  }

  /** All replicas of all services. */
  public List<Replica> replicas() {
    return options.replicas();
  }

  /**
   * Why the system has failed, once it has: no service is left, Kafka has stopped, or the disk is
   * full. It should be closed then.
   */
  public Optional<String> failure() {
    return services.failure();
  }

  /** The log file of a replica. */
  public Path log(Replica replica) {
    return options.log(replica);
  }

  /** Stops the services, then the servers, and waits for them. Idempotent; also runs on Ctrl-C. */
  @Override
  public void close() {
    synchronized (closing) {
      if (!closed) {
        closed = true;
        stopAll();
      }
    }
  }

  /** Whether {@link #close} has been called. */
  public boolean closed() {
    return closed;
  }

  private void stopAll() {
    try (lock;
        memory) {
      if (services != null) {
        services.stopAll();
      }
      if (watch != null) {
        watch.close();
      }
      if (servers != null) {
        servers.close();
      }
      Files.deleteIfExists(options.home().connectionFile());
      Files.deleteIfExists(options.home().kafkaClientFile());
      FileTree.delete(options.home().scratch());
    } catch (IOException e) {
      options.notices().accept("cannot delete temporary files: " + e.getMessage());
    }
  }
}
