package io.winnow.torch.engine;

import ai.djl.Device;
import ai.djl.pytorch.jni.LibUtils;
import com.sun.jna.Function;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Platform;
import io.winnow.contracts.InvalidInputException;
import java.nio.file.Path;

/**
 * PyTorch's automatic casting: while it is on in a thread, convolutions and matrix products of
 * float32 tensors are computed in bfloat16, and what needs the range or the digits stays float32.
 * DJL has no call for it, so libtorch's own functions are called.
 */
final class Autocast {
  private static final byte BFLOAT16 = 15;
  // C++'s bool: JNA would make all bits of a Java one
  private static final byte ON = 1;
  private static final byte OFF = 0;

  private final byte device;
  private final Function enable;
  private final Function dtype;
  private final Function clearCache;

  private Autocast(byte device, NativeLibrary torch) {
    this.device = device;
    this.enable = torch.getFunction("_ZN2at8autocast20set_autocast_enabledEN3c1010DeviceTypeEb");
    this.dtype =
        torch.getFunction(
            "_ZN2at8autocast18set_autocast_dtypeEN3c1010DeviceTypeENS1_10ScalarTypeE");
    this.clearCache = torch.getFunction("_ZN2at8autocast11clear_cacheEv");
  }

  /**
   * @throws InvalidInputException this build of libtorch does not show these functions
   */
  static Autocast of(Device device) {
    String file = Platform.isWindows() ? "torch_cpu.dll" : System.mapLibraryName("torch_cpu");
    try {
      // loaded long ago: this only finds it
      NativeLibrary torch =
          NativeLibrary.getInstance(Path.of(LibUtils.getLibtorchPath(), file).toString());
      return new Autocast((byte) (device.isGpu() ? 1 : 0), torch);
    } catch (UnsatisfiedLinkError e) {
      throw new InvalidInputException(
          "this build of libtorch has no automatic casting to bfloat16: " + e.getMessage(),
          "set surrogate.precision to float32",
          e);
    }
  }

  /** Runs an action with casting on in this thread. */
  void run(Runnable action) {
    dtype.invokeVoid(new Object[] {device, BFLOAT16});
    enable.invokeVoid(new Object[] {device, ON});
    try {
      action.run();
    } finally {
      enable.invokeVoid(new Object[] {device, OFF});
      clearCache.invokeVoid(new Object[] {});
    }
  }
}
