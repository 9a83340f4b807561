package io.winnow.stage.jobs;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The records that this process has received, and neither acknowledged nor refused yet. */
public final class Unsettled {
  private final Set<Receipt> receipts = ConcurrentHashMap.newKeySet();

  /** One record, from its receipt on. */
  public final class Receipt {
    private final long nanos = System.nanoTime();

    private Receipt() {}

    /** Kafka has, or will soon have, its acknowledgement. */
    public void settled() {
      receipts.remove(this);
    }
  }

  /** Begins with a record. */
  public Receipt received() {
    Receipt receipt = new Receipt();
    receipts.add(receipt);
    return receipt;
  }

  /** The number of such records. */
  public int count() {
    return receipts.size();
  }

  /** How long ago the oldest of them was received; zero if there are none. */
  public Duration oldest() {
    long now = System.nanoTime();
    return Duration.ofNanos(
        receipts.stream().mapToLong(receipt -> now - receipt.nanos).max().orElse(0));
  }
}
