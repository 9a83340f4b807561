package io.winnow.chaos;

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
 * Watches a run and injects faults, one after another: the next one comes some seconds after the
 * run was heard of again. Which, where and when is drawn.
 */
final class Monkey implements ProgressDisplay {
  private static final Duration OUTAGE = Duration.ofSeconds(3);
  private static final int LEAST_PAUSE = 500;
  private static final int MOST_PAUSE = 6_000;
  // of ten faults
  private static final int KILLS = 6;
  private static final Fault[] OTHERS = {
    Fault.TERMINATE,
    Fault.PAUSE,
    Fault.KAFKA,
    Fault.STORE,
    Fault.SLOW_STORE,
    Fault.BROKEN_STORE,
    Fault.EVENTS_AGAIN
  };

  private final LocalSystem system;
  private final FaultyLink link;
  private final EventLog log;
  private final Duration lease;
  private final Random random;
  private final Consumer<String> notices;
  private final List<Injury> injuries = new ArrayList<>();
  private Wound open;
  private Instant next;

  /** A fault that is over, and the run was not heard of since. */
  private record Wound(Fault fault, String target, Instant from, Instant over) {}

  /**
   * @param lease how long a service that says nothing keeps its job
   */
  Monkey(
      LocalSystem system,
      FaultyLink link,
      EventLog log,
      Duration lease,
      Random random,
      Consumer<String> notices) {
    this.system = system;
    this.link = link;
    this.log = log;
    this.lease = lease;
    this.random = random;
    this.notices = notices;
    this.next = later();
  }

  private Instant later() {
    return Instant.now().plusMillis(random.nextInt(LEAST_PAUSE, MOST_PAUSE));
  }

  /** All that were injected so far. */
  List<Injury> injuries() {
    return injuries;
  }

  @Override
  public void show(RunState state) {
    if (open != null) {
      state.stages().stream()
          .map(stage -> stage.latest().at())
          .max(Comparator.naturalOrder())
          .filter(heard -> heard.isAfter(open.over()))
          .ifPresent(this::recovered);
    } else if (!Instant.now().isBefore(next)) {
      strike(state.runId());
    }
  }

  private void recovered(Instant heard) {
    Duration recovery = Duration.between(open.from(), heard);
    injuries.add(new Injury(open.fault(), open.target(), recovery));
    notices.accept(
        "  %s%s: heard of again after %.1f s"
            .formatted(
                open.fault(),
                open.target() == null ? "" : " " + open.target(),
                recovery.toMillis() / 1e3));
    open = null;
    next = later();
  }

  private void strike(String runId) {
    Fault fault = random.nextInt(10) < KILLS ? Fault.KILL : OTHERS[random.nextInt(OTHERS.length)];
    List<Replica> replicas = system.replicas();
    Replica replica = replicas.get(random.nextInt(replicas.size()));
    Instant from = Instant.now();
    boolean aimed = true;
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
          aimed = false;
          disturb(fault, runId);
        }
      }
    } catch (IOException e) {
      throw new IllegalStateException("cannot inject " + fault + ": " + e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
    open = new Wound(fault, aimed ? replica.name() : null, from, Instant.now());
  }

  private void disturb(Fault fault, String runId) throws IOException, InterruptedException {
    switch (fault) {
      case KAFKA -> system.restartKafka(OUTAGE);
      case STORE -> system.restartStore(OUTAGE);
      case SLOW_STORE -> inMood(FaultyLink.Mood.SLOW);
      case BROKEN_STORE -> inMood(FaultyLink.Mood.BROKEN);
      default -> log.again(runId, random);
    }
  }

  private void inMood(FaultyLink.Mood mood) throws InterruptedException {
    link.mood(mood);
    try {
      Thread.sleep(OUTAGE.multipliedBy(2).toMillis());
    } finally {
      link.mood(FaultyLink.Mood.CLEAR);
    }
  }

  @Override
  public void end(RunState state) {
    if (open != null) {
      // its end was what was heard of it
      recovered(Instant.now());
    }
  }
}
