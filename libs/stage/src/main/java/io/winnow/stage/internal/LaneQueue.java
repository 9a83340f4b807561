package io.winnow.stage.internal;

import io.winnow.contracts.spec.Priority;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * The order in which the jobs of one lane take turns. By priority, then the cheapest first, then in
 * order of arrival; but a job that has waited for a given time goes before all others, so that none
 * starves. Times are in nanoseconds of one clock, which callers pass. Not thread-safe.
 */
final class LaneQueue {
  private static final Comparator<Entry> RANK =
      Comparator.comparing((Entry entry) -> entry.priority)
          .reversed()
          .thenComparingDouble(entry -> entry.cost);

  private final long slice;
  private final long longestWait;
  private final List<Entry> waiting = new ArrayList<>();
  private Entry running;
  private long startedAt;

  /** A job, from its arrival to the end of its turn. */
  static final class Entry {
    private final String job;
    private final Priority priority;
    private final double cost;
    private final long since;

    private Entry(String job, Priority priority, double cost, long since) {
      this.job = job;
      this.priority = priority;
      this.cost = cost;
      this.since = since;
    }
  }

  /**
   * What a job waits for.
   *
   * @param before number of jobs before it, including the running one
   * @param holder id of the running job; null if none runs
   */
  record Position(int before, String holder) {}

  /**
   * An empty queue.
   *
   * @param slice the shortest turn of a job that could go on
   * @param longestWait a job that has waited so long goes before all others
   */
  LaneQueue(long slice, long longestWait) {
    this.slice = slice;
    this.longestWait = longestWait;
  }

  /** Adds a job at the end of those that are alike. */
  Entry join(String job, Priority priority, double cost, long now) {
    Entry entry = new Entry(job, priority, cost, now);
    waiting.add(entry);
    return entry;
  }

  /** Starts the turn of a waiting job, if it is next and no job runs. */
  boolean start(Entry entry, long now) {
    if (running != null || order(now).get(0) != entry) {
      return false;
    }
    waiting.remove(entry);
    running = entry;
    startedAt = now;
    return true;
  }

  /** Ends a job's turn or its waiting. */
  void leave(Entry entry) {
    waiting.remove(entry);
    if (running == entry) {
      running = null;
    }
  }

  /** Whether the running job should yield: its slice is over, and a job waits that precedes it. */
  boolean over(long now) {
    return running != null
        && now - startedAt >= slice
        && waiting.stream().anyMatch(w -> overdue(w, now) || RANK.compare(w, running) < 0);
  }

  /** The position of a waiting job. */
  Position position(Entry entry, long now) {
    int before = order(now).indexOf(entry);
    return running == null ? new Position(before, null) : new Position(before + 1, running.job);
  }

  private List<Entry> order(long now) {
    // stable: those that are alike stay in order of arrival
    return waiting.stream()
        .sorted(
            (a, b) -> {
              boolean aOverdue = overdue(a, now);
              boolean bOverdue = overdue(b, now);
              if (aOverdue && bOverdue) {
                return Long.compare(a.since, b.since);
              }
              return aOverdue == bOverdue ? RANK.compare(a, b) : aOverdue ? -1 : 1;
            })
        .toList();
  }

  private boolean overdue(Entry entry, long now) {
    return now - entry.since >= longestWait;
  }
}
