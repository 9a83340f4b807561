package io.winnow.local.system;

import java.io.IOException;
import java.net.URI;
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
final class ServiceProcess implements Child {
  private final Replica replica;
  private final Process process;
  private final URI base;
  private final ServiceLog log;

  private ServiceProcess(Replica replica, Process process, URI base, ServiceLog log) {
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
   * @param log that its output is appended to
   */
  static ServiceProcess start(
      Replica replica,
      Path jar,
      int port,
      OptionalInt core,
      Map<String, String> environment,
      Map<String, String> properties,
      Path scratch,
      ServiceLog log)
      throws IOException {
    List<String> command = new ArrayList<>();
    core.ifPresent(only -> command.addAll(List.of("taskset", "-c", Integer.toString(only))));
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-Xms48m");
    command.add("-Xmx" + replica.service().heapMegabytes() + "m");
    command.add("-XX:+UseSerialGC");
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
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.file().toFile()));
    builder.environment().putAll(replica.service().nativeMemory());
    builder.environment().putAll(environment);
    return new ServiceProcess(
        replica, builder.start(), URI.create("http://127.0.0.1:" + port), log);
  }

  @Override
  public Replica replica() {
    return replica;
  }

  @Override
  public long pid() {
    return process.pid();
  }

  @Override
  public URI base() {
    return base;
  }

  @Override
  public boolean isAlive() {
    return process.isAlive();
  }

  @Override
  public int exitCode() {
    return process.exitValue();
  }

  @Override
  public void onExit(Runnable action) {
    process.onExit().thenRun(action);
  }

  @Override
  public void terminate() {
    // through the handle: Process.destroy would also close the pipe, as if the launcher had died
    process.toHandle().destroy();
  }

  @Override
  public void awaitExit(Duration timeout) throws InterruptedException {
    if (!process.waitFor(timeout.toMillis(), TimeUnit.MILLISECONDS)) {
      kill();
    }
  }

  @Override
  public void crash() {
    process.destroyForcibly();
  }

  @Override
  public void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  @Override
  public void signal(String name) throws IOException, InterruptedException {
    int code =
        new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start().waitFor();
    if (code != 0) {
      throw new IOException("kill -" + name + " ended with " + code);
    }
  }

  @Override
  public String lastLogLine() {
    return log.lastLine();
  }
}
