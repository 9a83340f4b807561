package io.winnow.torch.engine;

import com.sun.jna.NativeLibrary;
import com.sun.jna.Platform;

/**
 * Variables that the native libraries read when they are loaded, so they must be set before; what
 * is set from outside stays. Nothing is set on Windows, whose C library has no setenv.
 */
final class NativeEnvironment {
  private NativeEnvironment() {}

  /**
   * How the engine's threads wait for each other. OpenMP lets them spin for long, which on a
   * machine that runs several services at once makes each step many times slower; but a thread that
   * sleeps at once is woken late, many hundred times a step. So they spin for some microseconds,
   * then sleep.
   */
  static void sleepSoon() {
    set("OMP_WAIT_POLICY", "PASSIVE");
    set("GOMP_SPINCOUNT", "10000");
  }

  /**
   * Whether CUDA may round the factors of float32 products to 10 bits of mantissa (TF32).
   *
   * @param allowed false forbids it to cuDNN's convolutions too, which else have it
   */
  static void tf32(boolean allowed) {
    if (allowed) {
      set("TORCH_ALLOW_TF32_CUBLAS_OVERRIDE", "1");
    } else {
      set("NVIDIA_TF32_OVERRIDE", "0");
    }
  }

  private static void set(String variable, String value) {
    if (!Platform.isWindows()) {
      NativeLibrary.getProcess().getFunction("setenv").invokeInt(new Object[] {variable, value, 0});
    }
  }
}
