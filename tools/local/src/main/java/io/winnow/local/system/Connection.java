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
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How to reach a running system; the file {@code local.json} in its home.
 *
 * @param pid process of the launcher, 0 when it is not on this machine
 * @param kafka bootstrap servers
 * @param store endpoint, bucket and credentials
 * @param services base URL a service, by its name
 * @param kafkaSecurity further settings of Kafka's clients, such as {@code security.protocol}; null
 *     for none
 * @param token what services want to see before they change anything; null where it is not known
 */
public record Connection(
    long pid,
    String kafka,
    Map<String, String> kafkaSecurity,
    StoreConfig store,
    Map<String, String> services,
    String token) {

  /** The variable that names the selector of a system elsewhere. */
  public static final String SELECTOR_URL = "WINNOW_SELECTOR_URL";

  // KAFKA_SSL_TRUSTSTORE_LOCATION is ssl.truststore.location, as for the services
  private static final Pattern KAFKA_SECURITY =
      Pattern.compile("KAFKA_((?:SECURITY|SASL|SSL)_[A-Z_]+)");

  /** What Kafka's clients are made with. */
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

  /** The variable that holds the services' token. */
  public static final String API_TOKEN = "WINNOW_API_TOKEN";

  /**
   * Base URL of the selector.
   *
   * @throws InvalidInputException it is not known
   */
  public URI selector() {
    String url = services.get(Service.SELECTOR.folder());
    if (url == null) {
      throw new InvalidInputException(
          "where the system's selector is, is not known",
          "set " + SELECTOR_URL + " to its base URL, such as http://selector:8080");
    }
    return URI.create(url);
  }

  /** Where a browser finds the console, with the token that lets it change things, if one runs. */
  public Optional<URI> console() {
    return Optional.ofNullable(services.get(Service.CONSOLE.folder()))
        .map(url -> URI.create(url + "/" + (token == null ? "" : "#token=" + token)));
  }

  public void write(Home home) throws IOException {
    Home.writePrivate(home.connectionFile(), Json.pretty(this) + "\n");
  }

  /**
   * A system elsewhere, as the environment names it: the variables that the services read too.
   *
   * @return empty unless both broker and store are named
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

  /** The system that runs on this home now, if one does. */
  public static Optional<Connection> find(Home home) {
    try {
      if (!Files.exists(home.connectionFile()) || !HomeLock.held(home)) {
        return Optional.empty();
      }
      return Optional.of(
          Json.parse(
              Files.readAllBytes(home.connectionFile()),
              Connection.class,
              home.connectionFile().toString()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * @throws InvalidInputException when none runs
   */
  public static Connection require(Home home) {
    return find(home)
        .orElseThrow(
            () ->
                HomeLock.held(home)
                    ? new InvalidInputException(
                        "the system on " + home.directory() + " is not ready yet",
                        "try again in some seconds")
                    : new InvalidInputException(
                        "no Winnow system runs on " + home.directory(),
                        "start one with \"winnow up\" in another terminal"));
  }
}
