package io.winnow.local.system;

import io.winnow.store.local.Time;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * Processes that exist only in a test, with their health, and time that passes only while somebody
 * sleeps or the test says so. For one thread.
 */
final class FakeChildren implements Child.Launcher, Health, Time {
  private final Map<Replica, Process> current = new HashMap<>();
  private final Map<Replica, Integer> launches = new HashMap<>();
  private final TreeMap<Long, List<Runnable>> events = new TreeMap<>();
  private Consumer<Process> onLaunch = process -> process.ready = true;
  private long now;

  /** One process. It is ready and alive until a test says otherwise. */
  final class Process implements Child {
    private final Replica replica;
    private final List<Runnable> exitActions = new ArrayList<>();
    private Integer exitCode;
    boolean ready;
    String fault;

    /** Whether it exits on SIGTERM. */
    boolean obedient = true;

    private Process(Replica replica) {
      this.replica = replica;
    }

    void exit(int code) {
      if (exitCode == null) {
        exitCode = code;
        List.copyOf(exitActions).forEach(Runnable::run);
      }
    }

    @Override
    public Replica replica() {
      return replica;
    }

    @Override
    public long pid() {
      return 1;
    }

    @Override
    public URI base() {
      return URI.create("http://" + replica.name());
    }

    @Override
    public boolean isAlive() {
      return exitCode == null;
    }

    @Override
    public int exitCode() {
      return exitCode;
    }

    @Override
    public void onExit(Runnable action) {
      exitActions.add(action);
      if (exitCode != null) {
        action.run();
      }
    }

    @Override
    public void terminate() {
      if (obedient) {
        exit(143);
      }
    }

    @Override
    public void awaitExit(Duration timeout) {
      if (exitCode == null) {
        sleep(timeout);
        kill();
      }
    }

    @Override
    public void crash() {
      exit(137);
    }

    @Override
    public void kill() {
      exit(137);
    }

    @Override
    public void signal(String name) throws IOException {
      throw new IOException("no process has signal " + name);
    }

    @Override
    public String lastLogLine() {
      return "; its log ends here";
    }
  }

  /** What happens to each process when it has been started. */
  void onLaunch(Consumer<Process> action) {
    onLaunch = action;
  }

  /** Calls an action when that much time has passed. */
  void after(Duration duration, Runnable action) {
    events.computeIfAbsent(now + duration.toNanos(), at -> new ArrayList<>()).add(action);
  }

  /** The current process of a service. */
  Process of(Service service) {
    return current.get(Replica.of(service));
  }

  /** How many processes a service has had. */
  int launches(Service service) {
    return launches.getOrDefault(Replica.of(service), 0);
  }

  @Override
  public Child launch(Replica replica) {
    Process process = new Process(replica);
    current.put(replica, process);
    launches.merge(replica, 1, Integer::sum);
    onLaunch.accept(process);
    return process;
  }

  @Override
  public boolean ready(Child child) {
    return ((Process) child).ready && child.isAlive();
  }

  @Override
  public Optional<String> fault(Child child) {
    return Optional.ofNullable(((Process) child).fault);
  }

  @Override
  public long nanos() {
    return now;
  }

  @Override
  public void sleep(Duration duration) {
    long until = now + duration.toNanos();
    while (!events.isEmpty() && events.firstKey() <= until) {
      now = Math.max(now, events.firstKey());
      events.pollFirstEntry().getValue().forEach(Runnable::run);
    }
    now = until;
  }

  @Override
  public Repetition every(Duration interval, String name, Runnable task) {
    throw new UnsupportedOperationException("tests call the task");
  }
}
