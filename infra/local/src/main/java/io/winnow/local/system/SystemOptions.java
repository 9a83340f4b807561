package io.winnow.local.system;

import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/**
 * How a local system is started.
 *
 * @param home where its state lives
 * @param root the folder that holds the built services
 * @param restarts how often a service that dies is started again before the system gives up
 * @param readiness how long a service may take until it serves
 * @param properties settings of a service over its own, by property name
 * @param notices told one line for people whenever something happens to a service
 * @param services those that are started
 */
public record SystemOptions(
    Home home,
    Path root,
    int restarts,
    Duration readiness,
    Map<Service, Map<String, String>> properties,
    Consumer<String> notices,
    Set<Service> services) {

  public SystemOptions {
    properties = Map.copyOf(properties);
    services = Set.copyOf(services);
  }

  /** All services. */
  public SystemOptions(
      Home home,
      Path root,
      int restarts,
      Duration readiness,
      Map<Service, Map<String, String>> properties,
      Consumer<String> notices) {
    this(home, root, restarts, readiness, properties, notices, EnumSet.allOf(Service.class));
  }

  /** Restarts a service five times, waits two minutes for each, changes no setting. */
  public static SystemOptions of(Home home, Path root, Consumer<String> notices) {
    return new SystemOptions(home, root, 5, Duration.ofMinutes(2), Map.of(), notices);
  }

  /** The same with some of the services alone. */
  public SystemOptions only(Service... wanted) {
    return new SystemOptions(home, root, restarts, readiness, properties, notices, Set.of(wanted));
  }
}
