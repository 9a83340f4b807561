package io.winnow.chaos;

import io.winnow.local.system.LocalSystem;
import io.winnow.local.system.Replica;
import io.winnow.store.local.Time;
import java.time.Duration;
import java.util.OptionalLong;

/**
 * Kills a replica (SIGKILL) whenever its memory exceeds a limit, as the operating system does with
 * a container. The system takes it for a crash.
 */
final class MemoryLimit implements AutoCloseable {
  private static final Duration INTERVAL = Duration.ofMillis(50);

  private final LocalSystem system;
  private final Replica replica;
  private final long bytes;
  private final Time.Repetition watch;

  /**
   * Watches until it is closed.
   *
   * @param bytes greatest resident memory
   */
  MemoryLimit(LocalSystem system, Replica replica, long bytes) {
    this.system = system;
    this.replica = replica;
    this.bytes = bytes;
    this.watch = Time.system().every(INTERVAL, "memory-limit", this::check);
  }

  private void check() {
    OptionalLong memory = system.memory(replica);
    if (memory.isPresent() && memory.getAsLong() > bytes) {
      system.crash(replica);
    }
  }

  @Override
  public void close() {
    watch.close();
  }
}
