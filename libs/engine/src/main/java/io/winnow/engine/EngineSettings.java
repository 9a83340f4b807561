package io.winnow.engine;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;

/** How the engine computes. */
@ConfigMapping(prefix = "winnow.engine")
public interface EngineSettings {

  /**
   * Threads that an operation may use; 0 means one per core. Results are bit-identical only with
   * the same number of threads.
   */
  @WithDefault("0")
  int threads();

  /** {@code cpu}, or {@code cuda:N} if libtorch has its CUDA natives. */
  @WithDefault("cpu")
  String device();

  /** Whether CUDA may use TF32 for float32. */
  @WithDefault("false")
  boolean tf32();

  /**
   * MiB of the heap that batches of images may take; 0 means half of the heap. A spec whose batches
   * need more is refused.
   */
  @WithDefault("0")
  long batchMib();

  /**
   * MiB that a model and the images that go through it at a time may take; 0 means the memory of
   * the machine or container without the heap, and no limit on another device than the processor.
   */
  @WithDefault("0")
  long memoryMib();
}
