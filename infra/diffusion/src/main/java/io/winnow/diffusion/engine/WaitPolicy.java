package io.winnow.diffusion.engine;

import com.sun.jna.NativeLibrary;
import com.sun.jna.Platform;

/**
 * How the engine's threads wait for each other. OpenMP lets them spin, which on a machine that runs
 * several services at once makes each step many times slower; sleeping costs next to nothing.
 */
final class WaitPolicy {
  private static final String VARIABLE = "OMP_WAIT_POLICY";

  private WaitPolicy() {}

  /**
   * Sets the variable that OpenMP reads when it is loaded, so this must come first; a value from
   * outside stays.
   */
  static void sleepUnlessToldOtherwise() {
    if (Platform.isWindows()) {
      return; // its OpenMP sleeps after 200 ms by itself, and its C library has no setenv
    }
    NativeLibrary.getProcess()
        .getFunction("setenv")
        .invokeInt(new Object[] {VARIABLE, "PASSIVE", 0});
  }
}
