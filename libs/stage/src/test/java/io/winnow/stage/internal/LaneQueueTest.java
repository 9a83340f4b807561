package io.winnow.stage.internal;

import static io.winnow.contracts.spec.Priority.HIGH;
import static io.winnow.contracts.spec.Priority.LOW;
import static io.winnow.contracts.spec.Priority.NORMAL;
import static org.assertj.core.api.Assertions.assertThat;

import io.winnow.contracts.spec.Priority;
import io.winnow.stage.internal.LaneQueue.Entry;
import io.winnow.stage.internal.LaneQueue.Position;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** The order of a lane; the clock counts minutes. */
class LaneQueueTest {
  private static final long SLICE = 3;
  private static final long LONGEST = 30;

  private final LaneQueue queue = new LaneQueue(SLICE, LONGEST);

  /** A job of a simulation: needs as many minutes as it costs. */
  private static final class Work {
    private final String name;
    private final Priority priority;
    private final long minutes;
    private long left;
    private Entry entry;

    private Work(String name, Priority priority, long minutes) {
      this.name = name;
      this.priority = priority;
      this.minutes = minutes;
      this.left = minutes;
    }
  }

  /**
   * Runs jobs, each from its arrival on, with a checkpoint every minute.
   *
   * @param until the minute at which to stop
   * @return by name, when a job was done
   */
  private static TreeMap<String, Long> simulate(TreeMap<Long, List<Work>> arrivals, long until) {
    LaneQueue queue = new LaneQueue(SLICE, LONGEST);
    TreeMap<String, Long> done = new TreeMap<>();
    List<Work> waiting = new ArrayList<>();
    Work running = null;
    for (long now = 0; now < until; now++) {
      for (Work work : arrivals.getOrDefault(now, List.of())) {
        work.entry = queue.join(work.name, work.priority, work.minutes, now);
        waiting.add(work);
      }
      if (running != null && running.left == 0) {
        done.put(running.name, now);
        queue.leave(running.entry);
        running = null;
      } else if (running != null && queue.over(now)) {
        queue.leave(running.entry);
        running.entry = queue.join(running.name, running.priority, running.minutes, now);
        waiting.add(running);
        running = null;
      }
      for (Work work : List.copyOf(waiting)) {
        if (running == null && queue.start(work.entry, now)) {
          waiting.remove(work);
          running = work;
        }
      }
      if (running != null) {
        running.left--;
      }
    }
    return done;
  }

  @Test
  void fiveMinutesBehindTwoHoursTakeLessThanTen() {
    // given a training of two hours, and one of five minutes, whenever it comes
    for (long arrival = 0; arrival < 110; arrival++) {
      TreeMap<Long, List<Work>> arrivals = new TreeMap<>();
      arrivals.put(0L, new ArrayList<>(List.of(new Work("long", NORMAL, 120))));
      arrivals
          .computeIfAbsent(arrival, minute -> new ArrayList<>())
          .add(new Work("short", NORMAL, 5));

      // when
      TreeMap<String, Long> done = simulate(arrivals, 200);

      // then the short one is soon done, and the long one loses only its time
      assertThat(done.get("short") - arrival).isLessThanOrEqualTo(SLICE + 5);
      assertThat(done.get("long")).isEqualTo(125);
    }
  }

  @Test
  void anEndlessStreamOfShortJobsDoesNotStarveALongOne() {
    // given short jobs of a higher priority that alone would take all the time
    TreeMap<Long, List<Work>> arrivals = new TreeMap<>();
    arrivals.put(0L, new ArrayList<>(List.of(new Work("long", LOW, 60))));
    for (long minute = 1; minute < 2000; minute += 5) {
      arrivals.put(minute, List.of(new Work("short-" + minute, HIGH, 5)));
    }

    // then the long one gets at least a slice each time that it has waited for the longest wait
    // and for those that had waited as long before it
    assertThat(simulate(arrivals, 2000)).containsKey("long");
  }

  @Test
  void jobsThatAreAlikeTakeTurns() {
    // given two long jobs of one length
    TreeMap<Long, List<Work>> arrivals = new TreeMap<>();
    arrivals.put(0L, List.of(new Work("first", NORMAL, 120), new Work("second", NORMAL, 120)));

    // then both are done, the one that came first, first
    TreeMap<String, Long> done = simulate(arrivals, 300);
    assertThat(done.get("first")).isLessThan(done.get("second"));
    assertThat(done.get("second")).isEqualTo(240);
  }

  @Test
  void priorityGoesBeforeCostAndCostBeforeArrival() {
    // given
    Entry running = queue.join("running", NORMAL, 1, 0);
    assertThat(queue.start(running, 0)).isTrue();
    Entry low = queue.join("low", LOW, 1, 0);
    Entry dear = queue.join("dear", NORMAL, 9, 0);
    Entry alike = queue.join("alike", NORMAL, 9, 0);
    Entry cheap = queue.join("cheap", NORMAL, 2, 0);
    Entry high = queue.join("high", HIGH, 99, 0);

    // then each knows how many are before it
    List<Entry> order = List.of(high, cheap, dear, alike, low);
    for (int i = 0; i < order.size(); i++) {
      assertThat(queue.position(order.get(i), 1)).isEqualTo(new Position(i + 1, "running"));
    }
    // and they start in this order
    assertThat(order).noneMatch(entry -> queue.start(entry, 1));
    queue.leave(running);
    for (Entry next : order) {
      assertThat(queue.position(next, 1)).isEqualTo(new Position(0, null));
      assertThat(order.stream().filter(e -> e != next).noneMatch(e -> queue.start(e, 1))).isTrue();
      assertThat(queue.start(next, 1)).isTrue();
      queue.leave(next);
    }
  }

  @Test
  void aTurnEndsAfterItsSliceIfAJobWaitsThatPrecedes() {
    Entry running = queue.join("running", NORMAL, 10, 0);
    queue.start(running, 0);
    // nobody waits
    assertThat(queue.over(LONGEST)).isFalse();
    // a longer one and one that is alike wait
    Entry longer = queue.join("longer", NORMAL, 11, 0);
    Entry alike = queue.join("alike", NORMAL, 10, 0);
    assertThat(queue.over(LONGEST - 1)).isFalse();
    // a shorter one waits
    Entry shorter = queue.join("shorter", NORMAL, 9, 1);
    assertThat(queue.over(SLICE - 1)).isFalse();
    assertThat(queue.over(SLICE)).isTrue();
    queue.leave(shorter);
    // a longer one of a higher priority waits
    Entry high = queue.join("high", HIGH, 99, 1);
    assertThat(queue.over(SLICE)).isTrue();
    queue.leave(high);
    // a shorter one of a lower priority waits
    queue.join("low", LOW, 1, 1);
    assertThat(queue.over(SLICE)).isFalse();
    // those that have waited for the longest wait precede, in order of arrival
    assertThat(queue.over(LONGEST)).isTrue();
    assertThat(queue.position(longer, LONGEST)).isEqualTo(new Position(1, "running"));
    assertThat(queue.position(alike, LONGEST)).isEqualTo(new Position(2, "running"));
  }

  @Test
  void whoStopsWaitingHoldsNobodyUp() {
    Entry first = queue.join("first", NORMAL, 1, 0);
    Entry second = queue.join("second", NORMAL, 2, 0);
    assertThat(queue.start(second, 0)).isFalse();
    queue.leave(first);
    assertThat(queue.start(second, 0)).isTrue();
  }
}
