package io.winnow.local.system;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;

/**
 * One child JVM that runs a replica of a service. Its standard input is a pipe from this process:
 * if this process dies for any reason, the child reads the end of the pipe and exits.
 */
final class ServiceProcess {
  private static final Duration POLL = Duration.ofMillis(100);

  private final Replica replica;
  private final Process process;
  private final URI base;
  private final Path log;

  private ServiceProcess(Replica replica, Process process, URI base, Path log) {
    this.replica = replica;
    this.process = process;
    this.base = base;
    this.log = log;
  }

  /**
   * Starts the process; does not wait until it is ready.
   *
   * @param port of its REST endpoints, on the loopback interface
   * @param core that it is pinned to, if any
   * @param environment settings including credentials, which, unlike arguments, only the owner can
   *     see
   * @param properties system properties
   * @param scratch its temporary folder
   * @param log file that its output is appended to
   */
  static ServiceProcess start(
      Replica replica,
      Path jar,
      int port,
      OptionalInt core,
      Map<String, String> environment,
      Map<String, String> properties,
      Path scratch,
      Path log)
      throws IOException {
    List<String> command = new ArrayList<>();
    core.ifPresent(only -> command.addAll(List.of("taskset", "-c", Integer.toString(only))));
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-Xms48m");
    command.add("-Xmx" + replica.service().heapMegabytes() + "m");
    command.add("-XX:+UseSerialGC");
    command.add("-XX:+ExitOnOutOfMemoryError");
    command.add("-Djava.io.tmpdir=" + Files.createDirectories(scratch));
    if (Runtime.version().feature() >= 22) {
      command.add("--enable-native-access=ALL-UNNAMED");
    }
    properties.forEach((name, value) -> command.add("-D" + name + "=" + value));
    command.add("-jar");
    command.add(jar.toString());
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
    builder.environment().putAll(replica.service().nativeMemory());
    builder.environment().putAll(environment);
    return new ServiceProcess(
        replica, builder.start(), URI.create("http://127.0.0.1:" + port), log);
  }

  Replica replica() {
    return replica;
  }

  Process process() {
    return process;
  }

  /** Base URL of its REST endpoints. */
  URI base() {
    return base;
  }

  /**
   * Waits until it is ready.
   *
   * @throws IllegalStateException it exits or takes longer; the message quotes its log
   */
  void awaitReady(HttpClient http, Duration timeout) throws InterruptedException {
    long deadline = System.nanoTime() + timeout.toNanos();
    HttpRequest request =
        HttpRequest.newBuilder(base.resolve("/q/health/ready"))
            .timeout(Duration.ofSeconds(5))
            .build();
    while (!ready(http, request)) {
      if (!process.isAlive()) {
        throw new IllegalStateException(
            replica.name()
                + " exited during startup with exit code "
                + process.exitValue()
                + lastLogLine());
      }
      if (System.nanoTime() > deadline) {
        throw new IllegalStateException(
            replica.name() + " was not ready after " + timeout.toSeconds() + " s" + lastLogLine());
      }
      Thread.sleep(POLL.toMillis());
    }
  }

  private static boolean ready(HttpClient http, HttpRequest request) throws InterruptedException {
    try {
      return http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == 200;
    } catch (IOException e) {
      return false;
    }
  }

  private String lastLogLine() {
    try {
      // the last line that is not a stack frame is the most informative
      return Files.readAllLines(log).stream()
          .filter(line -> !line.isBlank() && !Character.isWhitespace(line.charAt(0)))
          .reduce((earlier, later) -> later)
          .map(last -> "; " + log + " ends with: " + last)
          .orElse("; " + log + " is empty");
    } catch (IOException e) {
      return "; see " + log;
    }
  }

  /** Sends SIGTERM, on which a running job saves a checkpoint; does not wait. */
  void terminate() {
    // through the handle: Process.destroy would also close the pipe, as if the launcher had died
    process.toHandle().destroy();
  }

  /** Waits for it to exit; kills it after {@code timeout}. */
  void awaitExit(Duration timeout) throws InterruptedException {
    if (!process.waitFor(timeout.toMillis(), TimeUnit.MILLISECONDS)) {
      kill();
    }
  }

  /**
   * Sends it a signal.
   *
   * @param name of the signal without SIG
   */
  void signal(String name) throws IOException, InterruptedException {
    int code =
        new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start().waitFor();
    if (code != 0) {
      throw new IOException("kill -" + name + " ended with " + code);
    }
  }

  /** Sends SIGKILL and waits for the exit. */
  void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }
}
