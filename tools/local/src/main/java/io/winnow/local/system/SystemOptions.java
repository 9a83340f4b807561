package io.winnow.local.system;

import io.winnow.contracts.InvalidInputException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * How a local system is started.
 *
 * @param home where its state lives
 * @param root the folder that holds the built services
 * @param restarts how often a service that dies is started again before the system gives up
 * @param readiness how long a service may take until it serves
 * @param copies how many processes a service has where that is not 1
 * @param pinned whether each encoder process keeps to one core of its own, with one thread (Linux)
 * @param properties settings of a service over its own, by property name
 * @param notices told one line for people whenever something happens to a service
 * @param services those that are started
 * @param storeRoute from the store's endpoint to the one that services are told
 */
public record SystemOptions(
    Home home,
    Path root,
    int restarts,
    Duration readiness,
    Map<Service, Integer> copies,
    boolean pinned,
    Map<Service, Map<String, String>> properties,
    Consumer<String> notices,
    Set<Service> services,
    UnaryOperator<String> storeRoute) {

  public SystemOptions {
    properties = Map.copyOf(properties);
    copies = Map.copyOf(copies);
    int encoders = copies.getOrDefault(Service.ENCODER, 1);
    int cores = Runtime.getRuntime().availableProcessors();
    if (encoders < 1 || pinned && encoders > cores) {
      throw new InvalidInputException(
          encoders + " encoders" + (pinned ? ", each on a core of its own," : "") + " cannot be",
          "give at least 1" + (pinned ? " and at most the " + cores + " cores there are" : ""));
    }
    services = Set.copyOf(services);
  }

  /** All that work for runs, without the console. */
  public SystemOptions(
      Home home,
      Path root,
      int restarts,
      Duration readiness,
      int encoders,
      boolean pinned,
      Map<Service, Map<String, String>> properties,
      Consumer<String> notices) {
    this(
        home,
        root,
        restarts,
        readiness,
        Map.of(Service.ENCODER, encoders),
        pinned,
        properties,
        notices,
        Service.WORKERS,
        UnaryOperator.identity());
  }

  /** One encoder; restarts a service five times, waits two minutes for each, changes no setting. */
  public static SystemOptions of(Home home, Path root, Consumer<String> notices) {
    return new SystemOptions(home, root, 5, Duration.ofMinutes(2), 1, false, Map.of(), notices);
  }

  /** The same with other encoders. */
  public SystemOptions withEncoders(int count, boolean onOneCoreEach) {
    return new SystemOptions(
        home,
        root,
        restarts,
        readiness,
        Map.of(Service.ENCODER, count),
        onOneCoreEach,
        properties,
        notices,
        services,
        storeRoute);
  }

  /** The same settings for each service that works for runs. */
  public static Map<Service, Map<String, String>> everywhere(Map<String, String> properties) {
    return Service.WORKERS.stream()
        .collect(Collectors.toMap(Function.identity(), service -> properties));
  }

  /**
   * The same with the console.
   *
   * @param sources data sets that its form offers
   */
  public SystemOptions withConsole(List<Path> sources) {
    Set<Service> all = EnumSet.of(Service.CONSOLE);
    all.addAll(services);
    Map<Service, Map<String, String>> settings = new EnumMap<>(Service.class);
    settings.putAll(properties);
    settings.put(
        Service.CONSOLE,
        Map.of(
            "winnow.console.sources",
            // a comma parts them
            sources.stream()
                .map(source -> source.toString().replace(",", "\\,"))
                .collect(Collectors.joining(","))));
    return new SystemOptions(
        home, root, restarts, readiness, copies, pinned, settings, notices, all, storeRoute);
  }

  List<Replica> replicas() {
    return services.stream()
        .sorted()
        .flatMap(
            service ->
                IntStream.range(0, copies.getOrDefault(service, 1))
                    .mapToObj(number -> new Replica(service, number)))
        .toList();
  }

  int mostCopies() {
    return copies.values().stream().mapToInt(Integer::intValue).max().orElse(1);
  }

  /** The same with some of the services alone. */
  public SystemOptions only(Service... wanted) {
    return new SystemOptions(
        home,
        root,
        restarts,
        readiness,
        copies,
        pinned,
        properties,
        notices,
        Set.of(wanted),
        storeRoute);
  }

  /** The same with services that reach the store by another way. */
  public SystemOptions withStoreRoute(UnaryOperator<String> route) {
    return new SystemOptions(
        home, root, restarts, readiness, copies, pinned, properties, notices, services, route);
  }

  /** The same with so many processes of every service. */
  public SystemOptions withCopies(int count) {
    Map<Service, Integer> all = new EnumMap<>(Service.class);
    services.forEach(service -> all.put(service, count));
    return new SystemOptions(
        home, root, restarts, readiness, all, pinned, properties, notices, services, storeRoute);
  }
}
