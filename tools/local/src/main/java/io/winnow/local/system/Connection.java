package io.winnow.local.system;

import io.winnow.contracts.InvalidInputException;
import io.winnow.contracts.Json;
import io.winnow.store.object.StoreConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How to reach a running system; the content of the file {@code local.json} in its home.
 *
 * @param pid process id of the launcher; 0 for a remote system
 * @param kafka bootstrap servers
 * @param kafkaSecurity further settings of Kafka clients, such as {@code security.protocol}; null
 *     for none
 * @param store endpoint, bucket and credentials
 * @param services base URL by name of the service
 * @param token API token of the services; null if unknown
 */
public record Connection(
    long pid,
    String kafka,
    Map<String, String> kafkaSecurity,
    StoreConfig store,
    Map<String, String> services,
    String token) {

  /** The environment variable with the base URL of a remote system's selector. */
  public static final String SELECTOR_URL = "WINNOW_SELECTOR_URL";

  private static final String KAFKA_PREFIX = "KAFKA_";
  // KAFKA_SSL_TRUSTSTORE_LOCATION stands for ssl.truststore.location, as in the services
  private static final Pattern KAFKA_SECURITY =
      Pattern.compile(KAFKA_PREFIX + "((?:SECURITY|SASL|SSL)_[A-Z_]+)");

  /** Settings of Kafka clients. */
  public Map<String, Object> kafkaClients() {
    Map<String, Object> settings = new HashMap<>();
    if (kafkaSecurity != null) {
      settings.putAll(kafkaSecurity);
    }
    settings.put("bootstrap.servers", kafka);
    return settings;
  }

  private static Map<String, String> kafkaSecurity(Map<String, String> environment) {
    Map<String, String> settings = new TreeMap<>();
    environment.forEach(
        (name, value) -> {
          Matcher matcher = KAFKA_SECURITY.matcher(name);
          if (matcher.matches()) {
            settings.put(matcher.group(1).toLowerCase(Locale.ROOT).replace('_', '.'), value);
          }
        });
    return settings;
  }

  /** The environment variable with the services' API token. */
  public static final String API_TOKEN = "WINNOW_API_TOKEN";

  /**
   * Base URL of the selector.
   *
   * @throws InvalidInputException the URL is unknown
   */
  public URI selector() {
    String url = services.get(Service.SELECTOR.folder());
    if (url == null) {
      throw new InvalidInputException(
          "the URL of the system's selector is unknown",
          "set " + SELECTOR_URL + " to its base URL, such as http://selector:8080");
    }
    return URI.create(url);
  }

  /**
   * URL of the console for a browser, if the system has one.
   *
   * @param withToken whether it contains the API token, which lets its owner change everything
   */
  public Optional<URI> console(boolean withToken) {
    return Optional.ofNullable(services.get(Service.CONSOLE.folder()))
        .map(url -> URI.create(url + "/" + (withToken && token != null ? "#token=" + token : "")));
  }

  /**
   * Writes {@code local.json}, and for other Kafka clients {@code kafka-client.properties}, both
   * readable only by their owner.
   */
  public void write(Home home) throws IOException {
    StringBuilder properties = new StringBuilder();
    new TreeMap<>(kafkaClients())
        .forEach((name, value) -> properties.append(name + "=" + value + "\n"));
    Home.writePrivate(home.kafkaClientFile(), properties.toString());
    Home.writePrivate(home.connectionFile(), Json.pretty(this) + "\n");
  }

  /**
   * A remote system, from the same environment variables that the services read.
   *
   * @return empty unless both the broker and the store are given
   */
  public static Optional<Connection> of(Map<String, String> environment) {
    String kafka = environment.get("KAFKA_BOOTSTRAP_SERVERS");
    String store = environment.get("WINNOW_STORE_ENDPOINT");
    if (kafka == null || store == null) {
      return Optional.empty();
    }
    return Optional.of(
        new Connection(
            0,
            kafka,
            kafkaSecurity(environment),
            new StoreConfig(
                store,
                environment.get("WINNOW_STORE_ACCESS_KEY"),
                environment.get("WINNOW_STORE_SECRET_KEY"),
                environment.getOrDefault("WINNOW_STORE_BUCKET", Servers.BUCKET),
                environment.get("WINNOW_STORE_REGION"),
                environment.get("WINNOW_STORE_CA")),
            Optional.ofNullable(environment.get(SELECTOR_URL))
                .map(url -> Map.of(Service.SELECTOR.folder(), url))
                .orElse(Map.of()),
            environment.get(API_TOKEN)));
  }

  /** The environment variables from which {@link #of} reads this system, and the services too. */
  public Map<String, String> environment() {
    Map<String, String> environment = new TreeMap<>();
    environment.put("KAFKA_BOOTSTRAP_SERVERS", kafka);
    if (kafkaSecurity != null) {
      kafkaSecurity.forEach(
          (setting, value) ->
              environment.put(
                  KAFKA_PREFIX + setting.toUpperCase(Locale.ROOT).replace('.', '_'), value));
    }
    environment.put("WINNOW_STORE_ENDPOINT", store.endpoint());
    environment.put("WINNOW_STORE_ACCESS_KEY", store.accessKey());
    environment.put("WINNOW_STORE_SECRET_KEY", store.secretKey());
    environment.put("WINNOW_STORE_BUCKET", store.bucket());
    environment.put("WINNOW_STORE_REGION", store.region());
    environment.put(API_TOKEN, token);
    environment.values().removeIf(Objects::isNull);
    return environment;
  }

  /** The system that is running on a home, if there is one. */
  public static Optional<Connection> find(Home home) {
    try {
      if (!Files.exists(home.connectionFile()) || !HomeLock.held(home)) {
        return Optional.empty();
      }
      return Optional.of(
          Json.read(
              Files.readAllBytes(home.connectionFile()),
              Connection.class,
              home.connectionFile().toString()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * The system that is running on a home.
   *
   * @throws InvalidInputException none is running
   */
  public static Connection require(Home home) {
    return find(home)
        .orElseThrow(
            () ->
                HomeLock.held(home)
                    ? new InvalidInputException(
                        "the system on " + home.directory() + " is not ready yet",
                        "try again in a few seconds")
                    : new InvalidInputException(
                        "no Winnow system is running on " + home.directory(),
                        "start one with \"winnow up\" in another terminal"));
  }
}
