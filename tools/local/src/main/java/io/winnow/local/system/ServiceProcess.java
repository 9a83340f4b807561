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
 * One start of one service as a child JVM. Its standard input is a pipe from this process: when
 * this process dies, however it dies, the child reads the end of it and leaves.
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
   * @param port of its REST endpoints, on the loopback interface
   * @param core that it keeps to, if any
   * @param environment settings, credentials too: unlike arguments only the owner can see them
   * @param properties further settings, by property name
   * @param scratch its temporary folder
   * @param log where its output is appended
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

  /** Where its REST endpoints are. */
  URI base() {
    return base;
  }

  /**
   * Waits until it serves.
   *
   * @throws IllegalStateException when it dies first or takes longer, with its log's last words
   */
  void awaitReady(HttpClient http, Duration patience) throws InterruptedException {
    long deadline = System.nanoTime() + patience.toNanos();
    HttpRequest request =
        HttpRequest.newBuilder(base.resolve("/q/health/ready"))
            .timeout(Duration.ofSeconds(5))
            .build();
    while (!ready(http, request)) {
      if (!process.isAlive()) {
        throw new IllegalStateException(
            replica.name()
                + " stopped at start with exit code "
                + process.exitValue()
                + lastWords());
      }
      if (System.nanoTime() > deadline) {
        throw new IllegalStateException(
            replica.name() + " was not ready after " + patience.toSeconds() + " s" + lastWords());
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

  private String lastWords() {
    try {
      // the last line that is no place in a stack trace says most
      return Files.readAllLines(log).stream()
          .filter(line -> !line.isBlank() && !Character.isWhitespace(line.charAt(0)))
          .reduce((earlier, later) -> later)
          .map(last -> "; " + log + " ends with: " + last)
          .orElse("; " + log + " is empty");
    } catch (IOException e) {
      return "; see " + log;
    }
  }

  /** Asks it to leave (SIGTERM: a running job keeps a checkpoint first); does not wait. */
  void terminate() {
    // by its handle: Process.destroy also closes the pipe, which says that the launcher is gone
    process.toHandle().destroy();
  }

  /** Waits for it to leave; kills it after {@code patience}. */
  void awaitExit(Duration patience) throws InterruptedException {
    if (!process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS)) {
      kill();
    }
  }

  /**
   * Sends it a signal.
   *
   * @param name without SIG
   */
  void signal(String name) throws IOException, InterruptedException {
    int code =
        new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start().waitFor();
    if (code != 0) {
      throw new IOException("kill -" + name + " ended with " + code);
    }
  }

  /** Ends it at once (SIGKILL). */
  void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }
}
