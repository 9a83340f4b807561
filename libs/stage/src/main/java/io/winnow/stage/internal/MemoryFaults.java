package io.winnow.stage.internal;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Recognizes a lack of memory: in the JVM by its type, in libtorch, which throws an exception like
 * any other, by its words.
 */
final class MemoryFaults {
  private static final int DEPTH = 16;
  private static final int MIB_SHIFT = 20;
  private static final int LONGEST = 300;

  // c10/core/impl/alloc_cpu.cpp, c10/cuda/CUDACachingAllocator.cpp, ATen/cuda/CUDABlas.cpp,
  // cudaGetErrorString, and C++'s new
  private static final List<String> NATIVE =
      List.of(
          "not enough memory",
          "out of memory",
          "can't allocate memory",
          "cannot allocate memory",
          "bad_alloc",
          "_status_alloc_failed");

  private MemoryFaults() {}

  /** What was lacking, as one line; empty for any other fault. */
  static Optional<String> reason(Throwable fault) {
    Optional<OutOfMemoryError> error = Faults.find(fault, OutOfMemoryError.class);
    if (error.isPresent()) {
      return Optional.of(ofJvm(String.valueOf(error.get().getMessage())));
    }
    Throwable cause = fault;
    for (int i = 0; cause != null && i < DEPTH; i++, cause = cause.getCause()) {
      Optional<String> line = ofNative(cause);
      if (line.isPresent()) {
        return line;
      }
    }
    return Optional.empty();
  }

  private static String ofJvm(String message) {
    return message.contains("heap space") || message.contains("GC overhead")
        ? message + ", at most " + (Runtime.getRuntime().maxMemory() >> MIB_SHIFT) + " MiB"
        : message;
  }

  // libtorch appends a stack trace of its own
  private static Optional<String> ofNative(Throwable fault) {
    return String.valueOf(fault.getMessage())
        .lines()
        .filter(MemoryFaults::lacks)
        .map(String::strip)
        .map(line -> line.length() <= LONGEST ? line : line.substring(0, LONGEST) + "…")
        .findFirst();
  }

  private static boolean lacks(String line) {
    String lower = line.toLowerCase(Locale.ROOT);
    return NATIVE.stream().anyMatch(lower::contains);
  }
}
