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
}
