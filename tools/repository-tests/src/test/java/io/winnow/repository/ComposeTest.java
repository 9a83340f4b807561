package io.winnow.repository;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.Yaml;

class ComposeTest {
  private static final List<String> SERVICES =
      List.of("encoder", "selector", "reweight", "trainer", "console");

  private final Path root = Repository.root();
  private final JsonNode compose = compose();

  private JsonNode compose() {
    try {
      // SnakeYAML itself, because Jackson's YAML reader does not support merge keys
      Object tree = new Yaml().load(Files.readString(root.resolve("docker-compose.yml")));
      return new ObjectMapper().valueToTree(tree);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void servicesReadEveryVariableThatTheyAreGiven() throws Exception {
    for (String service : SERVICES) {
      Set<String> read = ServiceSettings.variables(ServiceSettings.module(service));
      read.addAll(ServiceSettings.nativeMemory(service).keySet());
      List<String> given = names(compose.at("/services/" + service + "/environment"));
      assertThat(given).as(service).contains("WINNOW_STORE_ENDPOINT", "KAFKA_BOOTSTRAP_SERVERS");
      assertThat(read).as("variables that " + service + " reads").containsAll(given);
      // and a misspelled name is not among them
      assertThat(read).doesNotContain("WINNOW_STORE_ENDPIONT", "WINNOW_STORE");
    }
  }

  @Test
  void gpuVariantsDifferOnlyInTheirDevice() throws Exception {
    for (String service : List.of("encoder", "trainer")) {
      // given
      JsonNode gpu = compose.at("/services/" + service + "-gpu");
      assertThat(gpu.at("/profiles/0").asText()).isEqualTo("gpu");
      assertThat(gpu.path("build")).isEqualTo(compose.at("/services/" + service + "/build"));
      assertThat(gpu.at("/deploy/resources/reservations/devices/0/driver").asText())
          .isEqualTo("nvidia");

      // when
      Map<String, String> more = new TreeMap<>();
      gpu.path("environment")
          .fields()
          .forEachRemaining(
              variable -> {
                JsonNode same =
                    compose.at("/services/" + service + "/environment/" + variable.getKey());
                if (!same.equals(variable.getValue())) {
                  more.put(variable.getKey(), variable.getValue().asText());
                }
              });

      // then (the last two are read by DJL's ai.djl.pytorch.jni.LibUtils, not by the service)
      assertThat(more)
          .containsOnlyKeys(
              "WINNOW_INSTANCE", "WINNOW_ENGINE_DEVICE", "PYTORCH_LIBRARY_PATH", "PYTORCH_FLAVOR");
      assertThat(ServiceSettings.variables(ServiceSettings.module(service)))
          .contains("WINNOW_ENGINE_DEVICE", "WINNOW_INSTANCE");
      assertThat(gpu.path("volumes").toString())
          .contains(more.get("PYTORCH_LIBRARY_PATH").replaceAll("/lib$", "") + ":ro");
    }
  }

  @Test
  void theAllocatorIsConfiguredAsByTheLauncher() throws Exception {
    for (String service : SERVICES) {
      // when
      Map<String, String> given = new TreeMap<>();
      compose
          .at("/services/" + service + "/environment")
          .fields()
          .forEachRemaining(field -> given.put(field.getKey(), field.getValue().asText()));
      given.keySet().removeIf(name -> !name.startsWith("MALLOC_") && !name.startsWith("THP_"));

      // then
      assertThat(given).as(service).isEqualTo(ServiceSettings.nativeMemory(service));
    }
  }

  @Test
  void theLauncherSetsOnlyVariablesThatTheServicesRead() throws Exception {
    // given the names in the launcher's code
    Path system = root.resolve("tools/local/src/main/java/io/winnow/local/system");
    String launcher =
        Files.readString(system.resolve("LocalSystem.java"))
            + Files.readString(system.resolve("ServiceLauncher.java"))
            + Files.readString(system.resolve("Connection.java"))
                .split("Map<String, String> environment\\(\\)", 2)[1]
                .split("\n  }\n", 2)[0];
    Set<String> given = new TreeSet<>();
    Matcher name = Pattern.compile("\"((?:WINNOW|KAFKA|QUARKUS)_[A-Z_]+)\"").matcher(launcher);
    while (name.find()) {
      given.add(name.group(1));
    }

    // then
    assertThat(given).hasSize(12);
    for (String service : SERVICES) {
      assertThat(ServiceSettings.variables(ServiceSettings.module(service)))
          .as(service)
          .containsAll(given);
    }
  }

  @Test
  void containersStartOnceTheirDependenciesAreHealthy() {
    for (String service : SERVICES) {
      JsonNode depends = compose.at("/services/" + service + "/depends_on");
      assertThat(depends.at("/kafka/condition").asText()).isEqualTo("service_healthy");
      assertThat(depends.at("/bucket/condition").asText())
          .isEqualTo("service_completed_successfully");
      assertThat(compose.at("/services/" + service + "/build/args/SERVICE").asText())
          .isEqualTo(ServiceSettings.module(service));
    }
    assertThat(compose.at("/services/bucket/depends_on/store/condition").asText())
        .isEqualTo("service_healthy");
    assertThat(compose.at("/services/kafka/healthcheck/test").isArray()).isTrue();
    assertThat(compose.at("/services/store/healthcheck/test").isArray()).isTrue();
  }

  @Test
  void imagesArePinnedAndTheBrokerMatchesTheClient() throws Exception {
    Matcher version =
        Pattern.compile("<kafka.version>(.+?)</kafka.version>")
            .matcher(Files.readString(root.resolve("pom.xml")));
    assertThat(version.find()).isTrue();
    assertThat(compose.at("/services/kafka/image").asText())
        .isEqualTo("apache/kafka:" + version.group(1));
    assertThat(compose.at("/services/store/image").asText()).matches(".+:RELEASE\\..+Z");
  }

  @Test
  void memoryLimitsAreSetAndEqualThoseOfKubernetes() throws Exception {
    compose
        .at("/services")
        .fields()
        .forEachRemaining(
            service -> {
              if (!service.getKey().equals("bucket")) {
                assertThat(service.getValue().path("mem_limit").asText())
                    .as(service.getKey())
                    .matches("\\d+g");
              }
            });
    for (String service : SERVICES) {
      String base = Files.readString(root.resolve("infra/kubernetes/base/" + service + ".yaml"));
      String limit = compose.at("/services/" + service + "/mem_limit").asText();
      assertThat(base).contains("limits:\n              memory: " + limit.replace("g", "Gi"));
    }
  }

  @Test
  void kafkasHeapLeavesRoomWithinItsMemoryLimit() {
    JsonNode kafka = compose.at("/services/kafka");
    Matcher heap =
        Pattern.compile("-Xmx(\\d+)m").matcher(kafka.at("/environment/KAFKA_HEAP_OPTS").asText());
    assertThat(heap.find()).isTrue();
    int limit = 1024 * Integer.parseInt(kafka.path("mem_limit").asText().replace("g", ""));
    assertThat(2 * Integer.parseInt(heap.group(1))).isLessThanOrEqualTo(limit);
    // and its health check, every few seconds, starts no JVM of Kafka's tools
    assertThat(kafka.at("/healthcheck/test").toString()).doesNotContain(".sh");
  }

  @Test
  void portsArePublishedOnLoopbackOnly() {
    compose
        .at("/services")
        .forEach(
            service ->
                service
                    .path("ports")
                    .forEach(p -> assertThat(p.asText()).startsWith("127.0.0.1:")));
  }

  @Test
  void referencedFilesExist() {
    for (String service : SERVICES) {
      JsonNode build = compose.at("/services/" + service + "/build");
      assertThat(
              root.resolve(build.path("context").asText())
                  .resolve(build.path("dockerfile").asText()))
          .isRegularFile();
    }
    assertThat(root.resolve("tools/local/sample/fashion-mnist/train-images-idx3-ubyte.gz"))
        .isRegularFile();
    for (String service : List.of("prometheus", "grafana")) {
      for (JsonNode volume : compose.at("/services/" + service + "/volumes")) {
        String source = volume.asText().split(":")[0];
        if (source.startsWith("./")) {
          assertThat(root.resolve(source)).exists();
        }
      }
    }
  }

  @Test
  void theExampleEnvironmentListsEveryVariableWithItsDefault() throws Exception {
    // given
    Map<String, String> read = new TreeMap<>();
    Matcher variable =
        Pattern.compile("\\$\\{([A-Z_]+):-([^}]*)}")
            .matcher(Files.readString(root.resolve("docker-compose.yml")));
    while (variable.find()) {
      read.put(variable.group(1), variable.group(2));
    }

    // when
    Map<String, String> given = new TreeMap<>();
    Files.readString(root.resolve(".env.example"))
        .lines()
        .filter(line -> line.contains("=") && !line.startsWith("#"))
        .forEach(line -> given.put(line.split("=", 2)[0], line.split("=", 2)[1]));

    // then
    assertThat(given).isEqualTo(read);
  }

  @Test
  void observabilityIsAProfile() {
    for (String service : List.of("prometheus", "grafana")) {
      assertThat(compose.at("/services/" + service + "/profiles/0").asText())
          .isEqualTo("observability");
      assertThat(compose.at("/services/" + service + "/image").asText()).matches(".+:v?\\d.+");
    }
  }

  private static List<String> names(JsonNode object) {
    List<String> names = new ArrayList<>();
    object.fieldNames().forEachRemaining(names::add);
    return names;
  }
}
