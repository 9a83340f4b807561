package io.winnow.chaos;

import io.winnow.chaos.FaultyLink.LinkCondition;
import io.winnow.local.client.ProgressDisplay;
import io.winnow.local.client.RunState;
import io.winnow.local.system.LocalSystem;
import io.winnow.local.system.Replica;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;

/**
 * Follows a run and injects faults, one at a time: the next one starts some seconds after the run
 * has recovered from the one before. Fault, service and time are random. For one thread.
 */
final class FaultInjector implements ProgressDisplay {
  private static final Duration OUTAGE = Duration.ofSeconds(3);
  private static final int MIN_PAUSE_MILLIS = 500;
  private static final int MAX_PAUSE_MILLIS = 6_000;
  private static final int KILLS_OF_TEN = 6;
  private static final Fault[] OTHERS = {
    Fault.TERMINATE,
    Fault.PAUSE,
    Fault.KAFKA_OUTAGE,
    Fault.STORE_OUTAGE,
    Fault.STORE_SLOW,
    Fault.STORE_DISCONNECTS,
    Fault.DUPLICATE_EVENTS
  };

  private final LocalSystem system;
  private final FaultyLink link;
  private final EventLog events;
  private final Duration lease;
  private final Random random;
  private final Consumer<String> notices;
  private final List<FaultRecord> faults = new ArrayList<>();
  private OpenFault open;
  private Instant next;

  /** A fault that has ended, but from which the run has not yet recovered. */
  private record OpenFault(Fault fault, String target, Instant start, Instant end) {}

  /**
   * @param lease after this time without a heartbeat, a job is taken over
   * @param notices receives one line per fault
   */
  FaultInjector(
      LocalSystem system,
      FaultyLink link,
      EventLog events,
      Duration lease,
      Random random,
      Consumer<String> notices) {
    this.system = system;
    this.link = link;
    this.events = events;
    this.lease = lease;
    this.random = random;
    this.notices = notices;
    this.next = nextTime();
  }

  private Instant nextTime() {
    return Instant.now().plusMillis(random.nextInt(MIN_PAUSE_MILLIS, MAX_PAUSE_MILLIS));
  }

  /** All faults so far from which the run has recovered. */
  List<FaultRecord> faults() {
    return faults;
  }

  @Override
  public void show(RunState state) {
    if (open != null) {
      state.stages().stream()
          .map(stage -> stage.latest().at())
          .max(Comparator.naturalOrder())
          .filter(progress -> progress.isAfter(open.end()))
          .ifPresent(this::recovered);
    } else if (!Instant.now().isBefore(next)) {
      inject(state.runId());
    }
  }

  private void recovered(Instant progress) {
    Duration recovery = Duration.between(open.start(), progress);
    faults.add(new FaultRecord(open.fault(), open.target(), recovery));
    notices.accept(
        "  %s%s: recovered after %.1f s"
            .formatted(
                open.fault(),
                open.target() == null ? "" : " " + open.target(),
                recovery.toMillis() / 1e3));
    open = null;
    next = nextTime();
  }

  private void inject(String runId) {
    Fault fault =
        random.nextInt(10) < KILLS_OF_TEN ? Fault.KILL : OTHERS[random.nextInt(OTHERS.length)];
    List<Replica> replicas = system.replicas();
    Replica replica = replicas.get(random.nextInt(replicas.size()));
    Instant start = Instant.now();
    boolean targeted = true;
    try {
      switch (fault) {
        case KILL -> {
          system.kill(replica);
          system.start(replica);
        }
        case TERMINATE -> {
          system.stop(replica);
          system.start(replica);
        }
        case PAUSE -> {
          system.pause(replica);
          Thread.sleep(lease.plusSeconds(2).toMillis());
          system.resume(replica);
        }
        default -> {
          targeted = false;
          injectUntargeted(fault, runId);
        }
      }
    } catch (IOException e) {
      throw new IllegalStateException("cannot inject " + fault + ": " + e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
    open = new OpenFault(fault, targeted ? replica.name() : null, start, Instant.now());
  }

  private void injectUntargeted(Fault fault, String runId)
      throws IOException, InterruptedException {
    switch (fault) {
      case KAFKA_OUTAGE -> system.restartKafka(OUTAGE);
      case STORE_OUTAGE -> system.restartStore(OUTAGE);
      case STORE_SLOW -> impair(LinkCondition.SLOW);
      case STORE_DISCONNECTS -> impair(LinkCondition.UNRELIABLE);
      default -> events.replay(runId, random);
    }
  }

  private void impair(LinkCondition condition) throws InterruptedException {
    link.condition(condition);
    try {
      Thread.sleep(OUTAGE.multipliedBy(2).toMillis());
    } finally {
      link.condition(LinkCondition.NORMAL);
    }
  }

  @Override
  public void end(RunState state) {
    if (open != null) {
      // the end of the run counts as progress
      recovered(Instant.now());
    }
  }
}
