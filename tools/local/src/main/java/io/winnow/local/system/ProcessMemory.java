package io.winnow.local.system;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;

/**
 * Resident memory of a process, as reported by Linux.
 *
 * @param resident bytes now
 * @param peak maximum number of bytes since the process started
 */
public record ProcessMemory(long resident, long peak) {
  private static final Path PROC = Path.of("/proc");

  /** Empty if the process has ended or the operating system has no {@code /proc}. */
  public static Optional<ProcessMemory> of(long pid) {
    try {
      Path status = PROC.resolve(Long.toString(pid)).resolve("status");
      List<String> lines = Files.readAllLines(status, StandardCharsets.ISO_8859_1);
      return Optional.of(new ProcessMemory(bytes(lines, "VmRSS:"), bytes(lines, "VmHWM:")));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** Memory of this process; empty if the operating system has no {@code /proc}. */
  public static Optional<ProcessMemory> own() {
    return of(ProcessHandle.current().pid());
  }

  /** Total open files and sockets; empty if a process has ended or there is no {@code /proc}. */
  static OptionalLong handles(long... pids) {
    long sum = 0;
    for (long pid : pids) {
      try (Stream<Path> open = Files.list(PROC.resolve(Long.toString(pid)).resolve("fd"))) {
        sum += open.count();
      } catch (IOException e) {
        return OptionalLong.empty();
      }
    }
    return OptionalLong.of(sum);
  }

  private static long bytes(List<String> lines, String name) {
    return lines.stream()
        .filter(line -> line.startsWith(name))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1024)
        .findFirst()
        .orElse(0);
  }
}
