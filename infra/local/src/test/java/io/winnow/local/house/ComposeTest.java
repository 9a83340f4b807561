package io.winnow.local.house;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.winnow.local.system.Service;
import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.Yaml;

class ComposeTest {
  private static final List<String> SERVICES =
      List.of("encoder", "selector", "reweight", "trainer");

  /** Settings of Quarkus and its Kafka connector that need no mention to be read. */
  private static final Set<String> OF_THE_FRAMEWORK =
      Set.of("kafka.bootstrap.servers", "quarkus.http.host", "quarkus.http.port");

  private final Path root = Repository.root();
  private final JsonNode compose = compose();

  private JsonNode compose() {
    try {
      // SnakeYAML itself: Jackson's YAML reader does not know merge keys
      Object tree = new Yaml().load(Files.readString(root.resolve("docker-compose.yml")));
      return io.winnow.contracts.Json.mapper().valueToTree(tree);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void everyVariableOfAServiceIsOneThatItReads() throws Exception {
    for (String service : SERVICES) {
      Set<String> read = variablesReadBy(service + "-service");
      read.addAll(nativeMemory(service).keySet());
      List<String> given = names(compose.at("/services/" + service + "/environment"));
      assertThat(given).as(service).contains("WINNOW_STORE_ENDPOINT", "KAFKA_BOOTSTRAP_SERVERS");
      assertThat(read).as("variables that " + service + " reads").containsAll(given);
      // and a name with a slip of the pen is not among them
      assertThat(read).doesNotContain("WINNOW_STORE_ENDPIONT", "WINNOW_STORE");
    }
  }

  @Test
  void theCLibraryKeepsMemoryAsUnderTheLauncher() {
    for (String service : SERVICES) {
      // when
      Map<String, String> given = new TreeMap<>();
      compose
          .at("/services/" + service + "/environment")
          .fields()
          .forEachRemaining(field -> given.put(field.getKey(), field.getValue().asText()));
      given.keySet().removeIf(name -> !name.startsWith("MALLOC_") && !name.startsWith("THP_"));

      // then
      assertThat(given).as(service).isEqualTo(nativeMemory(service));
    }
  }

  @Test
  void theLauncherSetsOnlyVariablesThatTheServicesReadToo() throws Exception {
    // given the names in the launcher's code
    String launcher =
        Files.readString(
            root.resolve("infra/local/src/main/java/io/winnow/local/system/LocalSystem.java"));
    List<String> given = new ArrayList<>();
    Matcher name = Pattern.compile("\"((?:WINNOW|KAFKA|QUARKUS)_[A-Z_]+)\"").matcher(launcher);
    while (name.find()) {
      given.add(name.group(1));
    }

    // then
    assertThat(given).hasSize(12);
    for (String service : SERVICES) {
      assertThat(variablesReadBy(service + "-service")).as(service).containsAll(given);
    }
  }

  @Test
  void everythingStartsInOrderOfHealth() {
    for (String service : SERVICES) {
      JsonNode depends = compose.at("/services/" + service + "/depends_on");
      assertThat(depends.at("/kafka/condition").asText()).isEqualTo("service_healthy");
      assertThat(depends.at("/bucket/condition").asText())
          .isEqualTo("service_completed_successfully");
      assertThat(compose.at("/services/" + service + "/build/args/SERVICE").asText())
          .isEqualTo(service + "-service");
    }
    assertThat(compose.at("/services/bucket/depends_on/store/condition").asText())
        .isEqualTo("service_healthy");
    assertThat(compose.at("/services/kafka/healthcheck/test").isArray()).isTrue();
    assertThat(compose.at("/services/store/healthcheck/test").isArray()).isTrue();
  }

  @Test
  void imagesArePinnedTheBrokerToTheClientsVersion() throws Exception {
    Matcher version =
        Pattern.compile("<kafka.version>(.+?)</kafka.version>")
            .matcher(Files.readString(root.resolve("pom.xml")));
    assertThat(version.find()).isTrue();
    assertThat(compose.at("/services/kafka/image").asText())
        .isEqualTo("apache/kafka:" + version.group(1));
    assertThat(compose.at("/services/store/image").asText()).matches(".+:RELEASE\\..+Z");
  }

  @Test
  void nothingListensBeyondThisMachine() {
    compose
        .at("/services")
        .forEach(
            service ->
                service
                    .path("ports")
                    .forEach(p -> assertThat(p.asText()).startsWith("127.0.0.1:")));
  }

  @Test
  void theFilesThatItNamesAreThere() {
    for (String service : SERVICES) {
      JsonNode build = compose.at("/services/" + service + "/build");
      assertThat(
              root.resolve(build.path("context").asText())
                  .resolve(build.path("dockerfile").asText()))
          .isRegularFile();
    }
    assertThat(root.resolve("infra/local/sample/fashion-mnist/train-images-idx3-ubyte.gz"))
        .isRegularFile();
  }

  private static Map<String, String> nativeMemory(String service) {
    return Service.valueOf(service.toUpperCase(Locale.ROOT)).nativeMemory();
  }

  private static List<String> names(JsonNode object) {
    List<String> names = new ArrayList<>();
    object.fieldNames().forEachRemaining(names::add);
    return names;
  }

  /** As MicroProfile Config maps property names to variables. */
  private Set<String> variablesReadBy(String module) throws IOException {
    Set<String> variables = new TreeSet<>();
    settingsOf(module)
        .forEach(
            name -> variables.add(name.replaceAll("[^A-Za-z0-9]", "_").toUpperCase(Locale.ROOT)));
    return variables;
  }

  private Set<String> settingsOf(String module) throws IOException {
    Set<String> settings = new TreeSet<>(OF_THE_FRAMEWORK);
    for (Path folder : List.of(root.resolve("infra/stage"), root.resolve(module))) {
      try (Stream<Path> files = Files.walk(folder.resolve("src/main"))) {
        for (Path file : files.filter(Files::isRegularFile).toList()) {
          String text = Files.readString(file);
          if (file.toString().endsWith(".properties")) {
            settings.addAll(properties(text));
          } else if (file.toString().endsWith(".java")) {
            settings.addAll(injected(text));
            settings.addAll(mapped(text));
          }
        }
      }
    }
    return settings;
  }

  private static Set<String> properties(String text) throws IOException {
    Properties properties = new Properties();
    properties.load(new StringReader(text));
    return properties.stringPropertyNames();
  }

  /** {@code @ConfigProperty(name = "…")}. */
  private static Set<String> injected(String java) {
    Set<String> names = new TreeSet<>();
    Matcher m = Pattern.compile("@ConfigProperty\\(\\s*name\\s*=\\s*\"([^\"]+)\"").matcher(java);
    while (m.find()) {
      names.add(m.group(1));
    }
    return names;
  }

  /** The methods of a {@code @ConfigMapping(prefix = "…")} interface. */
  private static Set<String> mapped(String java) {
    Set<String> names = new TreeSet<>();
    Matcher prefix =
        Pattern.compile("@ConfigMapping\\(\\s*prefix\\s*=\\s*\"([^\"]+)\"").matcher(java);
    if (prefix.find()) {
      Matcher method =
          Pattern.compile("(?m)^\\s+[A-Za-z<>]+ ([a-z][A-Za-z]*)\\(\\);").matcher(java);
      while (method.find()) {
        names.add(
            prefix.group(1)
                + "."
                + method.group(1).replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT));
      }
    }
    return names;
  }
}
