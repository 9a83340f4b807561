package io.winnow.local.system;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * How often a service may be restarted: at most {@code count} times within {@code window}. Restarts
 * that are longer ago do not count.
 *
 * @param count 0 or more
 */
record RestartLimit(int count, Duration window) {

  /** The restarts of one replica. Not thread-safe. */
  static final class History {
    private final RestartLimit limit;
    private final Deque<Long> times = new ArrayDeque<>();

    History(RestartLimit limit) {
      this.limit = limit;
    }

    /**
     * Counts a restart, unless the limit is reached.
     *
     * @param now in nanoseconds
     * @return whether the replica may be restarted
     */
    boolean add(long now) {
      forget(now);
      if (times.size() >= limit.count()) {
        return false;
      }
      times.addLast(now);
      return true;
    }

    /** The number of restarts within the window. */
    int count(long now) {
      forget(now);
      return times.size();
    }

    private void forget(long now) {
      while (!times.isEmpty() && now - times.peekFirst() >= limit.window().toNanos()) {
        times.removeFirst();
      }
    }
  }

  /** Such as {@code 5 in 10 minutes}. */
  @Override
  public String toString() {
    return count + " in " + window.toMinutes() + " minutes";
  }
}
