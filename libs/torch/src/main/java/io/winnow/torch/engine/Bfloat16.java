package io.winnow.torch.engine;

import ai.djl.Device;
import ai.djl.util.cuda.CudaUtils;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.Stream;

/** Which devices multiply in bfloat16. */
final class Bfloat16 {
  private static final Path CPUINFO = Path.of("/proc/cpuinfo");
  private static final Set<String> FLAGS = Set.of("avx512_bf16", "amx_bf16", "bf16");
  private static final int AMPERE = 80;

  private Bfloat16() {}

  /** True too where the operating system does not tell. */
  static boolean isNative(Device device) {
    if (device.isGpu()) {
      return Integer.parseInt(CudaUtils.getComputeCapability(device.getDeviceId())) >= AMPERE;
    }
    try (Stream<String> lines = Files.lines(CPUINFO)) {
      return saysSo(lines);
    } catch (IOException e) {
      return true;
    }
  }

  /**
   * @param lines of Linux's {@code /proc/cpuinfo}
   */
  static boolean saysSo(Stream<String> lines) {
    return lines
        .filter(line -> line.startsWith("flags") || line.startsWith("Features"))
        .flatMap(line -> Arrays.stream(line.split("\\s+")))
        .anyMatch(FLAGS::contains);
  }
}
