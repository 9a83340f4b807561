package io.winnow.integration;

import io.winnow.local.client.RunClient;
import io.winnow.local.system.LocalSystem;
import io.winnow.store.object.MinioObjectStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * A system of all services with the console, shared by the tests whose runs do not disturb one
 * another, because starting one costs more than most runs. It is started when the first test asks
 * for it and stopped after the last. Tests that kill workers or compare two stores start their own.
 *
 * <p>Not thread-safe: test classes run one after the other.
 */
final class SharedSystem implements AutoCloseable {
  private final Path home;
  private final TraceCollector traces;
  private LocalSystem system;
  private MinioObjectStore store;
  private RunClient client;

  private SharedSystem() throws IOException, InterruptedException {
    home = Files.createTempDirectory("winnow-shared-system");
    traces = new TraceCollector();
    start();
  }

  private static SharedSystem started() {
    try {
      return new SharedSystem();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private void start() throws IOException, InterruptedException {
    system =
        LocalSystem.start(
            TestRuns.options(home, 1, traces.settings())
                .withConsole(List.of(TestRuns.root().resolve("tools/local/sample/fashion-mnist"))));
    store = new MinioObjectStore(system.connection().store());
    client = new RunClient(system.connection().kafkaClients(), store);
  }

  private void stop() {
    try (LocalSystem closing = system;
        MinioObjectStore alsoClosing = store) {
      client.close();
    }
  }

  /** Stops the system and starts it again on the same data. Ports, clients and stores change. */
  void restart() throws IOException, InterruptedException {
    stop();
    start();
  }

  LocalSystem system() {
    return system;
  }

  MinioObjectStore store() {
    return store;
  }

  RunClient client() {
    return client;
  }

  /** Receives the traces of all services. */
  TraceCollector traces() {
    return traces;
  }

  @Override
  public void close() throws IOException {
    stop();
    traces.close();
    try (Stream<Path> files = Files.walk(home)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  /** Injects the shared system into test methods and lifecycle methods. */
  static final class Extension implements ParameterResolver {
    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
      return parameter.getParameter().getType() == SharedSystem.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
      // the root store closes it after the last test class
      return context
          .getRoot()
          .getStore(Namespace.create(SharedSystem.class))
          .computeIfAbsent(SharedSystem.class, type -> started(), SharedSystem.class);
    }
  }
}
