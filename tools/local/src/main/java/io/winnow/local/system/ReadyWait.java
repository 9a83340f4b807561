package io.winnow.local.system;

import io.winnow.store.local.Time;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** Waits until replicas are ready. A replica that is restarted meanwhile has to become so again. */
final class ReadyWait {
  private static final Duration POLL = Duration.ofMillis(100);

  private final Duration limit;
  private final Health health;
  private final Time time;
  private final Object lock;
  private final Supplier<Optional<String>> abortReason;

  /**
   * @param limit how long a process may take to become ready
   * @param lock guards the state of the replicas
   * @param abortReason a reason to stop waiting; called with the lock held
   */
  ReadyWait(
      Duration limit,
      Health health,
      Time time,
      Object lock,
      Supplier<Optional<String>> abortReason) {
    this.limit = limit;
    this.health = health;
    this.time = time;
    this.lock = lock;
    this.abortReason = abortReason;
  }

  /**
   * Waits until all are ready at the same time.
   *
   * @throws IllegalStateException there is a reason to stop waiting, or one takes too long
   */
  void all(List<SupervisedReplica> replicas) throws InterruptedException {
    while (!replicas.stream().allMatch(this::ready)) {
      for (SupervisedReplica replica : replicas) {
        ask(replica);
        requireInTime(replica);
      }
      time.sleep(POLL);
    }
  }

  /**
   * Waits for a replica that is not needed.
   *
   * @param atMost this long
   * @return whether it is ready
   * @throws IllegalStateException there is a reason to stop waiting
   */
  boolean briefly(SupervisedReplica replica, Duration atMost) throws InterruptedException {
    long deadline = time.nanos() + atMost.toNanos();
    while (!ready(replica) && time.nanos() - deadline < 0) {
      ask(replica);
      time.sleep(POLL);
    }
    return ready(replica);
  }

  private boolean ready(SupervisedReplica replica) {
    synchronized (lock) {
      return replica.ready();
    }
  }

  /** Asks a replica whether it is ready, unless it is known to be ready, or rests. */
  private void ask(SupervisedReplica replica) throws InterruptedException {
    Child child;
    synchronized (lock) {
      Optional<String> reason = abortReason.get();
      if (reason.isPresent()) {
        throw new IllegalStateException(reason.get());
      }
      if (replica.ready() || replica.resting()) {
        return;
      }
      child = replica.child();
    }
    boolean ready = health.ready(child);
    synchronized (lock) {
      if (ready && child.isAlive() && replica.child() == child) {
        replica.setReady(true);
        replica.alive(time.nanos());
      }
    }
  }

  private void requireInTime(SupervisedReplica replica) {
    synchronized (lock) {
      if (!replica.ready() && replica.age(time.nanos()).compareTo(limit) > 0) {
        throw new IllegalStateException(
            replica.replica().name()
                + " was not ready after "
                + limit.toSeconds()
                + " s"
                + replica.child().lastLogLine());
      }
    }
  }
}
