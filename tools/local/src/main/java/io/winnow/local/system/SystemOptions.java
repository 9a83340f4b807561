package io.winnow.local.system;

import io.winnow.contracts.InvalidInputException;
import java.nio.file.Files;
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
import java.util.stream.Stream;

/**
 * How a local system is started. {@link #of} gives the defaults; the {@code with} methods return
 * changed copies.
 */
public final class SystemOptions {
  /** The variable of {@code winnow.sources.roots}. */
  static final String SOURCES = "WINNOW_SOURCES_ROOTS";

  private static final RestartLimit DEFAULT_RESTARTS = new RestartLimit(5, Duration.ofMinutes(10));
  private static final Duration DEFAULT_READINESS = Duration.ofMinutes(2);

  private final Home home;
  private final Path root;
  private final Consumer<String> notices;
  private RestartLimit restarts = DEFAULT_RESTARTS;
  private Duration readiness = DEFAULT_READINESS;
  private Map<Service, Integer> replicas = Map.of();
  private boolean pinned;
  private Map<Service, Map<String, String>> properties = Map.of();
  private Set<Service> services = Service.WORKERS;
  private UnaryOperator<String> storeRoute = UnaryOperator.identity();
  private List<Path> sources = List.of();
  private Long minimumFree;

  private SystemOptions(Home home, Path root, Consumer<String> notices) {
    this.home = home;
    this.root = root;
    this.notices = notices;
  }

  /**
   * One replica of each worker service and no console; a service that dies is restarted up to five
   * times in ten minutes, and may take two minutes to become ready.
   *
   * @param home the folder with the system's state
   * @param root the folder that contains the built services
   * @param notices receives one line whenever a service starts or stops unexpectedly, from any
   *     thread
   */
  public static SystemOptions of(Home home, Path root, Consumer<String> notices) {
    return new SystemOptions(home, root, notices);
  }

  private SystemOptions with(Consumer<SystemOptions> change) {
    SystemOptions copy = new SystemOptions(home, root, notices);
    copy.restarts = restarts;
    copy.readiness = readiness;
    copy.replicas = replicas;
    copy.pinned = pinned;
    copy.properties = properties;
    copy.services = services;
    copy.storeRoute = storeRoute;
    copy.sources = sources;
    copy.minimumFree = minimumFree;
    change.accept(copy);
    return copy;
  }

  /** How often each service may be restarted in ten minutes; with 0, its exit ends the system. */
  public SystemOptions withRestarts(int count) {
    return with(options -> options.restarts = new RestartLimit(count, restarts.window()));
  }

  /** How long a service may take to become ready. */
  public SystemOptions withReadiness(Duration timeout) {
    return with(options -> options.readiness = timeout);
  }

  /** System properties of each service. */
  public SystemOptions withProperties(Map<Service, Map<String, String>> values) {
    return with(options -> options.properties = Map.copyOf(values));
  }

  /**
   * Several encoders.
   *
   * @param count at least 1
   * @param pin whether each is pinned to its own core, with one thread (Linux only)
   * @throws InvalidInputException the count is below 1, or above the number of cores with {@code
   *     pin}
   */
  public SystemOptions withEncoders(int count, boolean pin) {
    int cores = Runtime.getRuntime().availableProcessors();
    if (count < 1 || pin && count > cores) {
      throw new InvalidInputException(
          "cannot start " + count + (pin ? " encoders pinned to a core each" : " encoders"),
          "give at least 1" + (pin ? " and at most " + cores + ", the number of cores" : ""));
    }
    return with(
        options -> {
          options.replicas = Map.of(Service.ENCODER, count);
          options.pinned = pin;
        });
  }

  /** The same number of replicas of every service, at least 1. */
  public SystemOptions withReplicas(int count) {
    return with(
        options ->
            options.replicas =
                services.stream().collect(Collectors.toMap(Function.identity(), service -> count)));
  }

  /** Only the given services. */
  public SystemOptions only(Service... only) {
    return with(options -> options.services = Set.of(only));
  }

  /**
   * Adds the console.
   *
   * @param sources data sets that its form offers
   */
  public SystemOptions withConsole(List<Path> sources) {
    // in the setting, a comma separates sources
    String value =
        sources.stream()
            .map(source -> source.toString().replace(",", "\\,"))
            .collect(Collectors.joining(","));
    Set<Service> all = EnumSet.of(Service.CONSOLE);
    all.addAll(services);
    Map<Service, Map<String, String>> settings = new EnumMap<>(Service.class);
    settings.putAll(properties);
    settings.put(Service.CONSOLE, Map.of("winnow.console.sources", value));
    return with(
        options -> {
          options.services = Set.copyOf(all);
          options.properties = Map.copyOf(settings);
        });
  }

  /** Maps the endpoint of the store to the one that services use, for example a proxy. */
  public SystemOptions withStoreRoute(UnaryOperator<String> route) {
    return with(options -> options.storeRoute = route);
  }

  /**
   * Data sets that the encoder may read, besides those below the working folder, the user's home,
   * the system's home and the installation (or, if it is set, the variable {@code
   * WINNOW_SOURCES_ROOTS}).
   *
   * @param files data sets that the user of this process names
   */
  public SystemOptions withSources(List<Path> files) {
    return with(options -> options.sources = List.copyOf(files));
  }

  /**
   * The bytes that must stay free on the home's file system; the system stops if there are fewer.
   */
  public SystemOptions withMinimumFree(long bytes) {
    return with(options -> options.minimumFree = bytes);
  }

  /** The same properties for each worker service. */
  public static Map<Service, Map<String, String>> everywhere(Map<String, String> properties) {
    return Service.WORKERS.stream()
        .collect(Collectors.toMap(Function.identity(), service -> properties));
  }

  Home home() {
    return home;
  }

  Path root() {
    return root;
  }

  Consumer<String> notices() {
    return notices;
  }

  RestartLimit restarts() {
    return restarts;
  }

  Duration readiness() {
    return readiness;
  }

  boolean pinned() {
    return pinned;
  }

  Map<Service, Map<String, String>> properties() {
    return properties;
  }

  Set<Service> services() {
    return services;
  }

  UnaryOperator<String> storeRoute() {
    return storeRoute;
  }

  /** The value of {@code winnow.sources.roots}: folders, separated by commas. */
  String sourceRoots() {
    Stream<String> usual =
        Stream.concat(
                Stream.of(Path.of(""), home.directory(), root), UserFolder.ofProcess().stream())
            .map(Path::toAbsolutePath)
            // a service or a container may work in /, which would allow everything
            .filter(folder -> folder.getNameCount() > 0)
            .map(SystemOptions::setting);
    String set = System.getenv(SOURCES);
    // of a file, such as a zip or a Parquet file, the folder
    Stream<String> named =
        sources.stream()
            .map(source -> Files.isDirectory(source) ? source : source.toAbsolutePath().getParent())
            .map(SystemOptions::setting);
    return Stream.concat(set == null ? usual : Stream.of(set), named)
        .distinct()
        .collect(Collectors.joining(","));
  }

  private static String setting(Path path) {
    return path.toAbsolutePath().toString().replace(",", "\\,");
  }

  /** The free space of the home, which must exist. */
  DiskSpace disk() {
    return minimumFree == null
        ? DiskSpace.of(home.directory())
        : new DiskSpace(home.directory(), minimumFree);
  }

  /** The log file of a replica. */
  Path log(Replica replica) {
    return home.logs().resolve(replica.name() + ".log");
  }

  /** All replicas of all services. */
  List<Replica> replicas() {
    return services.stream()
        .sorted()
        .flatMap(
            service ->
                IntStream.range(0, replicas.getOrDefault(service, 1))
                    .mapToObj(number -> new Replica(service, number)))
        .toList();
  }

  /** The greatest number of replicas of one service. */
  int maxReplicas() {
    return replicas.values().stream().mapToInt(Integer::intValue).max().orElse(1);
  }
}
