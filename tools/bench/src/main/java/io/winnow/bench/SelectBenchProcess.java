package io.winnow.bench;

import io.winnow.contracts.Json;
import io.winnow.local.system.Service;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Runs {@link SelectBench} in a process with the memory settings of the selector service, so that
 * its peak memory can be measured.
 */
public final class SelectBenchProcess {
  private static final int MIN_HEAP_MIB = 512;

  private SelectBenchProcess() {}

  /**
   * The end of the process.
   *
   * @param exitCode 0 on success, 2 for invalid input
   * @param json a {@link SelectBench.Printed} as JSON; empty unless it succeeded
   */
  public record Result(int exitCode, String json) {}

  /** Waits for the process; its error output goes to that of this process. */
  public static Result run(SelectBench.Options options) throws IOException, InterruptedException {
    Path result = Files.createTempFile("winnow-bench", ".json");
    try {
      ProcessBuilder builder =
          new ProcessBuilder(command(options, result))
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .redirectError(ProcessBuilder.Redirect.INHERIT);
      builder.environment().putAll(Service.SELECTOR.nativeMemory());
      int exitCode = builder.start().waitFor();
      return new Result(exitCode, Files.readString(result));
    } finally {
      Files.deleteIfExists(result);
    }
  }

  private static List<String> command(SelectBench.Options options, Path result) {
    long heap = Math.max(MIN_HEAP_MIB, 3L * options.selection().memoryMiB() / 2);
    return List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-Xms48m",
        "-Xmx" + heap + "m",
        "-XX:+UseSerialGC",
        "-Djava.util.logging.manager=org.jboss.logmanager.LogManager",
        "-cp",
        System.getProperty("java.class.path"),
        SelectBench.class.getName(),
        new String(Json.bytes(options), StandardCharsets.UTF_8),
        result.toString());
  }
}
