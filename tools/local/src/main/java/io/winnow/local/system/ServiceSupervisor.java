package io.winnow.local.system;

import io.winnow.store.local.Time;
import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.LongStream;

/**
 * Keeps the replicas of the services running. A replica that exits is started again, and one that
 * is not alive for a while is stopped and started again. A replica that has been restarted too
 * often rests for a while, in which the runs that need it wait and the other services go on. The
 * system fails only if no service is left that could work, or if no restarts are allowed.
 *
 * <p>Thread-safe; the exit of a process is handled on any thread.
 */
final class ServiceSupervisor {
  /** Time for a service to exit after SIGTERM; then it is killed. */
  static final Duration EXIT_TIMEOUT = Duration.ofSeconds(30);

  private static final int CONSOLE_SHARE = 8;

  private final SystemOptions options;
  private final Child.Launcher launcher;
  private final Health health;
  private final Time time;
  private final Consumer<String> notices;
  private final ReadyWait wait;
  private final Map<Replica, SupervisedReplica> replicas = new LinkedHashMap<>();
  private boolean starting = true;
  private boolean stopped;
  private String failure;

  ServiceSupervisor(SystemOptions options, Child.Launcher launcher, Health health, Time time) {
    this.options = options;
    this.launcher = launcher;
    this.health = health;
    this.time = time;
    this.notices = options.notices();
    this.wait = new ReadyWait(options.readiness(), health, time, this, this::abortReason);
    options
        .replicas()
        .forEach(
            replica -> replicas.put(replica, new SupervisedReplica(replica, options.restarts())));
  }

  /**
   * Starts all replicas and waits until all workers are ready at the same time. The console gets an
   * eighth of the time for readiness in addition; if it is not ready then, this is reported, and
   * the start goes on.
   *
   * @throws IllegalStateException a worker exits too often or does not become ready in time
   */
  void startAll() throws IOException, InterruptedException {
    synchronized (this) {
      for (SupervisedReplica replica : replicas.values()) {
        launch(replica);
      }
    }
    wait.all(workers());
    synchronized (this) {
      starting = false;
    }
    for (SupervisedReplica replica : replicas.values()) {
      Duration briefly = options.readiness().dividedBy(CONSOLE_SHARE);
      if (!replica.replica().isWorker() && !wait.briefly(replica, briefly)) {
        notices.accept(
            replica.replica().name()
                + " is not ready; runs do not need it. See "
                + options.log(replica.replica()));
      }
    }
  }

  private List<SupervisedReplica> workers() {
    return replicas.values().stream().filter(replica -> replica.replica().isWorker()).toList();
  }

  private synchronized Optional<String> abortReason() {
    return failure().or(() -> stopped ? Optional.of("the system was stopped") : Optional.empty());
  }

  /** Base URLs by name of the replica. */
  synchronized Map<String, String> urls() {
    Map<String, String> urls = new TreeMap<>();
    replicas.forEach((replica, state) -> urls.put(replica.name(), state.child().base().toString()));
    return urls;
  }

  /** Why the system has failed, once it has. */
  synchronized Optional<String> failure() {
    return Optional.ofNullable(failure);
  }

  /** Process ids of all replicas. */
  synchronized LongStream pids() {
    return replicas.values().stream()
        .filter(replica -> replica.child() != null)
        .mapToLong(replica -> replica.child().pid());
  }

  /** The current process of a replica. */
  synchronized Child child(Replica replica) {
    return replicas.get(replica).child();
  }

  /**
   * Starts a replica that was killed or stopped, and waits until it is ready.
   *
   * @throws IllegalStateException it is running, or does not become ready
   */
  void start(Replica replica) throws IOException, InterruptedException {
    SupervisedReplica state = replicas.get(replica);
    synchronized (this) {
      if (state.child().isAlive()) {
        throw new IllegalStateException(replica.name() + " is already running");
      }
      launch(state);
    }
    wait.all(List.of(state));
  }

  /** Kills a replica (SIGKILL); it is not restarted automatically. */
  void kill(Replica replica) throws InterruptedException {
    detach(replica).kill();
  }

  /** Stops a replica (SIGTERM) and waits for its exit; it is not restarted automatically. */
  void stop(Replica replica) throws InterruptedException {
    Child child = detach(replica);
    child.terminate();
    child.awaitExit(EXIT_TIMEOUT);
  }

  private synchronized Child detach(Replica replica) {
    SupervisedReplica state = replicas.get(replica);
    state.detach();
    return state.child();
  }

  private void launch(SupervisedReplica replica) throws IOException {
    Child child = launcher.launch(replica.replica());
    replica.launched(child, time.nanos(), options.readiness());
    child.onExit(() -> exited(replica, child));
  }

  private synchronized void exited(SupervisedReplica replica, Child child) {
    if (stopped || failure != null || replica.child() != child || replica.detached()) {
      return;
    }
    replica.setReady(false);
    String problem =
        replica.replica().name()
            + (replica.fault() == null
                ? " stopped with exit code " + child.exitCode()
                : replica.fault());
    ExitDecision decision =
        ExitDecision.of(
            replica,
            problem,
            options.restarts(),
            starting,
            options.log(replica.replica()),
            time.nanos());
    switch (decision.action()) {
      case RESTART -> restart(replica, decision.line());
      case REST -> rest(replica, decision.line());
      case FAIL -> fail(decision.line());
    }
  }

  private void restart(SupervisedReplica replica, String notice) {
    notices.accept(notice);
    try {
      launch(replica);
    } catch (IOException e) {
      fail(replica.replica().name() + " cannot be restarted: " + e.getMessage());
    }
  }

  private void rest(SupervisedReplica replica, String notice) {
    notices.accept(notice);
    replica.rest(time.nanos() + options.restarts().window().toNanos());
    List<SupervisedReplica> workers = workers();
    if (workers.stream().allMatch(SupervisedReplica::resting)) {
      fail("no service is running; the last one that stopped: " + notice);
    }
  }

  /** The system cannot go on; the first reason counts. */
  synchronized void fail(String reason) {
    if (failure == null) {
      failure = reason;
    }
  }

  /** Restarts replicas that are not alive or have rested. To be called every few seconds. */
  void watch() {
    try {
      for (SupervisedReplica replica : replicas.values()) {
        watch(replica);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void watch(SupervisedReplica replica) throws InterruptedException {
    Child child;
    synchronized (this) {
      if (stopped || failure != null || replica.detached()) {
        return;
      }
      if (replica.rested(time.nanos())) {
        restart(replica, "starting " + replica.replica().name() + " again");
        return;
      }
      child = replica.child();
    }
    if (child == null || !child.isAlive()) {
      return; // it is about to be started, or rests
    }
    Optional<String> fault = health.fault(child);
    synchronized (this) {
      long now = time.nanos();
      if (stopped || replica.child() != child || replica.detached()) {
        return;
      }
      if (fault.isEmpty()) {
        replica.alive(now);
        return;
      }
      if (!replica.silent(now)) {
        return;
      }
      replica.setFault(
          " was not alive for "
              + SupervisedReplica.PATIENCE.toSeconds()
              + " s ("
              + fault.get()
              + ") and was stopped");
    }
    child.terminate();
    child.awaitExit(EXIT_TIMEOUT);
  }

  /** Stops all replicas and waits for them; kills those that take too long. */
  void stopAll() {
    List<Child> running;
    synchronized (this) {
      stopped = true;
      running =
          replicas.values().stream()
              .map(SupervisedReplica::child)
              .filter(child -> child != null)
              .toList();
    }
    running.forEach(Child::terminate);
    try {
      for (Child child : running) {
        child.awaitExit(EXIT_TIMEOUT);
      }
    } catch (InterruptedException e) {
      for (Child child : running) {
        killQuietly(child);
      }
      Thread.currentThread().interrupt();
    }
  }

  private static void killQuietly(Child child) {
    try {
      child.kill();
    } catch (InterruptedException e) {
      // the signal was sent; its exit need not be awaited
      Thread.currentThread().interrupt();
    }
  }
}
