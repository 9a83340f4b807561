package io.winnow.stage.internal;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Whether a fault of a job has hurt its process, too. After an OutOfMemoryError the job's objects
 * are garbage, so the process can go on, unless the heap is still full or a thread that all jobs
 * need has died of it as well.
 */
final class ProcessDamage {
  private static final double FULL = 0.9;
  // they start with the process and live as long; consumers' other threads come and go
  private static final List<String> NEEDED =
      List.of(
          "kafka-producer-network-thread",
          "kafka-admin-client-thread",
          "smallrye-kafka-consumer-thread",
          "vert.x-eventloop-thread");

  private final Set<String> needed = new TreeSet<>();

  /** Notes the threads that are needed now; call it before a job. */
  synchronized void before() {
    if (needed.isEmpty()) {
      needed.addAll(alive());
    }
  }

  /**
   * Looks for damage after a job has failed.
   *
   * @return why the process has to be replaced; empty if it can go on
   */
  synchronized Optional<String> after(Throwable fault) {
    if (Faults.find(fault, InternalError.class).isPresent()
        || Faults.find(fault, UnknownError.class).isPresent()) {
      return Optional.of("the virtual machine reported an internal error");
    }
    Optional<OutOfMemoryError> memory = Faults.find(fault, OutOfMemoryError.class);
    if (memory.isEmpty()) {
      return Optional.empty();
    }
    if (String.valueOf(memory.get().getMessage()).contains("Metaspace")) {
      return Optional.of("no more classes can be loaded");
    }
    Set<String> dead = new TreeSet<>(needed);
    dead.removeAll(alive());
    return dead.isEmpty() ? fullHeap() : Optional.of("these threads have died: " + dead);
  }

  private static Optional<String> fullHeap() {
    System.gc();
    Runtime runtime = Runtime.getRuntime();
    double used = (double) (runtime.totalMemory() - runtime.freeMemory()) / runtime.maxMemory();
    return used < FULL ? Optional.empty() : Optional.of("the heap is still full");
  }

  private static Set<String> alive() {
    ThreadGroup root = Thread.currentThread().getThreadGroup();
    while (root.getParent() != null) {
      root = root.getParent();
    }
    // threads may start while they are counted
    Thread[] threads = new Thread[2 * root.activeCount() + 64];
    root.enumerate(threads);
    return Arrays.stream(threads)
        .filter(Objects::nonNull)
        .filter(Thread::isAlive)
        .map(Thread::getName)
        .filter(name -> NEEDED.stream().anyMatch(name::startsWith))
        .collect(Collectors.toSet());
  }
}
