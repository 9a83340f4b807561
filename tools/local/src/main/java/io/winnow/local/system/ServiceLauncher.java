package io.winnow.local.system;

import io.winnow.embedded.Ports;
import java.io.IOException;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/** Starts replicas as child JVMs; each keeps its port. Thread-safe. */
final class ServiceLauncher implements Child.Launcher {
  private final SystemOptions options;
  private final Map<String, String> environment;
  private final Map<Replica, Integer> ports = new ConcurrentHashMap<>();

  /**
   * @param environment variables of every child
   */
  ServiceLauncher(SystemOptions options, Map<String, String> environment) {
    this.options = options;
    this.environment = Map.copyOf(environment);
  }

  @Override
  public Child launch(Replica replica) throws IOException {
    ServiceLog log = new ServiceLog(options.log(replica));
    if (!ports.containsKey(replica)) {
      log.begin();
    }
    int port = ports.computeIfAbsent(replica, any -> Ports.free());
    Service service = replica.service();
    boolean pinned = options.pinned() && service == Service.ENCODER;
    Map<String, String> properties =
        new TreeMap<>(options.properties().getOrDefault(service, Map.of()));
    if (pinned) {
      properties.put("winnow.engine.threads", "1");
    }
    Map<String, String> variables = new TreeMap<>(environment);
    variables.put("WINNOW_INSTANCE", replica.instance());
    variables.put("QUARKUS_HTTP_HOST", "127.0.0.1");
    variables.put("QUARKUS_HTTP_PORT", Integer.toString(port));
    return ServiceProcess.start(
        replica,
        service.jar(options.root()),
        port,
        pinned ? OptionalInt.of(replica.number()) : OptionalInt.empty(),
        variables,
        properties,
        options.home().scratch().resolve(replica.name()),
        log);
  }
}
