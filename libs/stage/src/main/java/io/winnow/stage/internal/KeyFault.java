package io.winnow.stage.internal;

import io.winnow.contracts.InvalidInputException;
import io.winnow.contracts.Shown;
import io.winnow.store.object.ObjectStore;
import io.winnow.store.object.StoreUnavailableException;
import java.time.Duration;
import java.util.Optional;

/**
 * Notices that one object is what the store cannot serve, while the store as a whole answers. To
 * repeat such a request for ever would block all other jobs.
 */
final class KeyFault {
  // a fault may come again by chance in an action that works for minutes
  private static final int FEWEST = 5;

  private final ObjectStore objects;
  private final long limitNanos;
  private String key;
  private long firstNanos;
  private long lastNanos;
  private int times;

  /**
   * @param limit how long the fault of one object may last
   */
  KeyFault(ObjectStore objects, Duration limit) {
    this.objects = objects;
    this.limitNanos = limit.toNanos();
  }

  /**
   * Takes note of a transient fault.
   *
   * @param nanos the time at which it happened
   * @throws InvalidInputException the store has answered requests for this object with errors for
   *     too long, and answers other requests
   */
  void note(Throwable fault, long nanos) {
    String faulty =
        Faults.find(fault, StoreUnavailableException.class)
            .flatMap(StoreUnavailableException::key)
            .orElse(null);
    if (faulty == null || !faulty.equals(key) || nanos - lastNanos > limitNanos) {
      key = faulty;
      firstNanos = nanos;
      times = 0;
    }
    lastNanos = nanos;
    times++;
    if (key != null && times >= FEWEST && nanos - firstNanos >= limitNanos && answers()) {
      throw new InvalidInputException(
          "the store has answered every request for \""
              + Shown.of(key)
              + "\" with an internal error for "
              + Duration.ofNanos(nanos - firstNanos).toSeconds()
              + " s, while it answers others: "
              + Optional.ofNullable(fault.getMessage()).orElse("no reason given"),
          "find the error in the store's log; submit the run again once it is mended",
          fault);
    }
  }

  private boolean answers() {
    try {
      objects.ping();
      return true;
    } catch (StoreUnavailableException | InvalidInputException e) {
      key = null;
      return false;
    }
  }
}
