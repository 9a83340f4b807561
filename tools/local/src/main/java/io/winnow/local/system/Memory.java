package io.winnow.local.system;

import java.util.OptionalLong;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import java.util.stream.LongStream;

/** Samples the total resident memory of some processes and keeps the maximum. Thread-safe. */
final class Memory implements AutoCloseable {
  private static final long PERIOD_MILLIS = 500;

  private final Supplier<LongStream> pids;
  private final AtomicLong peak = new AtomicLong();
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread thread = new Thread(task, "winnow-memory");
            thread.setDaemon(true);
            return thread;
          });

  private Memory(Supplier<LongStream> pids) {
    this.pids = pids;
  }

  /** Samples twice per second until closed. */
  static Memory watch(Supplier<LongStream> pids) {
    Memory memory = new Memory(pids);
    memory.timer.scheduleAtFixedRate(memory::sample, 0, PERIOD_MILLIS, TimeUnit.MILLISECONDS);
    return memory;
  }

  private void sample() {
    long sum = pids.get().map(Memory::resident).sum();
    peak.accumulateAndGet(sum, Math::max);
  }

  private static long resident(long pid) {
    return ProcessMemory.of(pid).map(ProcessMemory::resident).orElse(0L);
  }

  /** Maximum in bytes; empty without {@code /proc}. */
  OptionalLong peak() {
    return peak.get() > 0 ? OptionalLong.of(peak.get()) : OptionalLong.empty();
  }

  @Override
  public void close() {
    timer.shutdownNow();
  }
}
