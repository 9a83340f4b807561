package io.winnow.repository;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.introspect.Annotated;
import com.fasterxml.jackson.databind.introspect.JacksonAnnotationIntrospector;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.openshift.api.model.monitoring.v1.PodMonitor;
import io.fabric8.openshift.api.model.monitoring.v1.PrometheusRule;
import io.strimzi.api.kafka.model.topic.KafkaTopic;
import io.strimzi.api.kafka.model.user.KafkaUser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Checks the rendered overlays against the models of their consumers and against the code. */
class KubernetesTest {
  private static final List<String> SERVICES =
      List.of("encoder", "selector", "reweight", "trainer", "console");

  private static final Map<String, Class<?>> MODELS =
      Map.ofEntries(
          Map.entry("apps/v1 Deployment", Deployment.class),
          Map.entry("apps/v1 StatefulSet", StatefulSet.class),
          Map.entry("batch/v1 Job", Job.class),
          Map.entry("kafka.strimzi.io/v1 KafkaTopic", KafkaTopic.class),
          Map.entry("kafka.strimzi.io/v1 KafkaUser", KafkaUser.class),
          Map.entry("keda.sh/v1alpha1 ScaledObject", Keda.ScaledObject.class),
          Map.entry("keda.sh/v1alpha1 TriggerAuthentication", Keda.TriggerAuthentication.class),
          Map.entry("networking.k8s.io/v1 NetworkPolicy", NetworkPolicy.class),
          Map.entry("policy/v1 PodDisruptionBudget", PodDisruptionBudget.class),
          Map.entry("v1 ConfigMap", ConfigMap.class),
          Map.entry("v1 Namespace", Namespace.class),
          Map.entry("v1 Secret", Secret.class),
          Map.entry("v1 Service", Service.class),
          Map.entry("v1 ServiceAccount", ServiceAccount.class));

  private static final ObjectMapper STRICT =
      new ObjectMapper()
          .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          // without this, the models accept unknown fields
          .setAnnotationIntrospector(
              new JacksonAnnotationIntrospector() {
                @Override
                public Boolean hasAnySetter(Annotated annotated) {
                  return false;
                }
              });

  private static Path kubernetes() {
    return Repository.root().resolve("infra/kubernetes");
  }

  private static List<ObjectNode> rendered(String overlay) throws IOException {
    return Kustomize.render(kubernetes().resolve("overlays").resolve(overlay));
  }

  private static Stream<ObjectNode> ofKind(List<ObjectNode> objects, String kind) {
    return objects.stream().filter(object -> object.get("kind").asText().equals(kind));
  }

  static <T> T as(Class<T> model, JsonNode object) {
    try {
      return STRICT.treeToValue(object, model);
    } catch (JsonProcessingException e) {
      throw new AssertionError(object.at("/metadata/name") + ": " + e.getMessage(), e);
    }
  }

  private static Stream<JsonNode> elements(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false);
  }

  private static JsonNode container(List<ObjectNode> objects, String service) {
    JsonNode containers =
        Kustomize.find(objects, "Deployment", service).at("/spec/template/spec/containers");
    assertThat(containers).hasSize(1);
    return containers.get(0);
  }

  @ParameterizedTest
  @ValueSource(strings = {"local", "production", "gpu"})
  void everyObjectFitsTheModelOfItsKind(String overlay) throws Exception {
    // when
    List<ObjectNode> objects = rendered(overlay);

    // then
    for (ObjectNode object : objects) {
      String kind = object.get("apiVersion").asText() + " " + object.get("kind").asText();
      assertThat(MODELS).containsKey(kind);
      assertThat(as(MODELS.get(kind), object)).as(kind).isNotNull();
    }
    // and a misspelled name is rejected
    ObjectNode slip = Kustomize.find(objects, "Deployment", "encoder").deepCopy();
    ((ObjectNode) slip.at("/spec/template/spec")).put("tolerationz", 1);
    assertThatThrownBy(() -> as(Deployment.class, slip)).hasMessageContaining("tolerationz");
  }

  @Test
  void topicsEqualThoseOfTheCode() throws Exception {
    // given
    Map<String, Integer> expected = new TreeMap<>();
    for (EventType type : EventType.all()) {
      expected.put(type.topic(), type.partitions());
      expected.put(type.deadLetterTopic(), 1);
    }

    // when
    Map<String, Integer> actual = new TreeMap<>();
    ofKind(rendered("production"), "KafkaTopic")
        .map(object -> as(KafkaTopic.class, object))
        .forEach(
            topic -> actual.put(topic.getMetadata().getName(), topic.getSpec().getPartitions()));

    // then
    assertThat(actual).isEqualTo(expected);
  }

  @Test
  void aServiceHasThePermissionsThatItsCodeNeedsAndNoOthers() throws Exception {
    List<ObjectNode> objects = rendered("production");
    for (String service : SERVICES.subList(0, 4)) {
      // given
      String module = ServiceSettings.module(service);
      Set<String> expected = new TreeSet<>();
      expected.add(
          "group " + ServiceSettings.property(module, "quarkus.application.name") + ".* [Read]");
      Set<EventType> reads = ServiceSettings.reads(module);
      Set<EventType> writes = ServiceSettings.writes(module);
      for (EventType type : EventType.all()) {
        List<String> operations = new ArrayList<>();
        if (reads.contains(type)) {
          operations.add("Read");
        }
        if (writes.contains(type)) {
          operations.add("Write");
        }
        if (!operations.isEmpty()) {
          operations.add("Describe");
          expected.add("topic " + type.topic() + " " + operations);
        }
        if (reads.contains(type)) {
          expected.add("topic " + type.deadLetterTopic() + " [Write, Describe]");
        }
      }

      // then
      assertThat(rules(objects, "winnow-" + service)).as(service).isEqualTo(expected);
    }
  }

  @Test
  void theConsoleHasThePermissionsThatItsCodeNeedsAndNoOthers() throws Exception {
    // given what it reads (without a consumer group) and what it writes
    String feed =
        Files.readString(
            Repository.root()
                .resolve("console/src/main/java/io/winnow/console/run/EventFeed.java"));
    Set<EventType> writes = ServiceSettings.writesItself("console");
    assertThat(writes).isNotEmpty();
    Set<String> expected = new TreeSet<>();
    for (EventType type : EventType.all()) {
      boolean reads = feed.contains("EventType." + type.constant());
      if (reads || writes.contains(type)) {
        expected.add(
            "topic "
                + type.topic()
                + (reads ? writes.contains(type) ? " [Read, Write, " : " [Read, " : " [Write, ")
                + "Describe]");
      }
    }

    // then
    assertThat(rules(rendered("production"), "winnow-console")).isEqualTo(expected);
  }

  private static Set<String> rules(List<ObjectNode> objects, String user) {
    Set<String> rules = new TreeSet<>();
    for (JsonNode acl : Kustomize.find(objects, "KafkaUser", user).at("/spec/authorization/acls")) {
      boolean prefix = acl.at("/resource/patternType").asText().equals("prefix");
      rules.add(
          acl.at("/resource/type").asText()
              + " "
              + acl.at("/resource/name").asText()
              + (prefix ? "*" : "")
              + " "
              + elements(acl.get("operations")).map(JsonNode::asText).toList());
    }
    return rules;
  }

  @ParameterizedTest
  @ValueSource(strings = {"local", "production", "gpu"})
  void servicesReadEveryVariableThatTheyAreGiven(String overlay) throws Exception {
    List<ObjectNode> objects = rendered(overlay);
    JsonNode settings = Kustomize.find(objects, "ConfigMap", "winnow-settings").get("data");
    for (String service : SERVICES) {
      // given
      Set<String> read = ServiceSettings.variables(ServiceSettings.module(service));
      read.addAll(ServiceSettings.nativeMemory(service).keySet());

      // when
      List<String> given = new ArrayList<>();
      settings.fieldNames().forEachRemaining(given::add);
      elements(container(objects, service).get("env"))
          .forEach(variable -> given.add(variable.get("name").asText()));

      // then
      assertThat(read).as(service).containsAll(given);
      assertThat(given)
          .doesNotHaveDuplicates()
          .contains(
              "KAFKA_BOOTSTRAP_SERVERS",
              "WINNOW_STORE_ENDPOINT",
              "WINNOW_STORE_ACCESS_KEY",
              "WINNOW_STORE_SECRET_KEY",
              "WINNOW_INSTANCE");
    }
  }

  @Test
  void theAllocatorIsConfiguredAsByTheLauncher() throws Exception {
    List<ObjectNode> objects = rendered("production");
    for (String service : SERVICES) {
      // when
      Map<String, String> set = new TreeMap<>();
      elements(container(objects, service).get("env"))
          .filter(one -> one.get("name").asText().matches("(MALLOC|THP)_.*"))
          .forEach(one -> set.put(one.get("name").asText(), one.get("value").asText()));

      // then
      assertThat(set).as(service).isEqualTo(ServiceSettings.nativeMemory(service));
    }
  }

  @Test
  void probesUseTheEndpointsOfTheServices() throws Exception {
    List<ObjectNode> objects = rendered("production");
    String port =
        Kustomize.find(objects, "ConfigMap", "winnow-settings")
            .at("/data/QUARKUS_HTTP_PORT")
            .asText();
    for (String service : SERVICES) {
      JsonNode container = container(objects, service);
      // then probes use the port that the service listens on
      assertThat(container.at("/ports/0/name").asText()).isEqualTo("http");
      assertThat(container.at("/ports/0/containerPort").asText()).isEqualTo(port);
      JsonNode outside = Kustomize.find(objects, "Service", service).get("spec");
      assertThat(outside.at("/ports/0/port").asText()).isEqualTo(port);
      assertThat(outside.at("/ports/0/targetPort").asText()).isEqualTo("http");
      // and the three paths in the README
      String readme = Files.readString(Repository.root().resolve("README.md"));
      assertThat(readme).contains("/q/health/{started,ready,live}");
      Map.of("startupProbe", "started", "readinessProbe", "ready", "livenessProbe", "live")
          .forEach(
              (probe, path) -> {
                JsonNode get = container.at("/" + probe + "/httpGet");
                assertThat(get.get("path").asText()).isEqualTo("/q/health/" + path);
                assertThat(get.get("port").asText()).isEqualTo("http");
              });
    }
  }

  @Test
  void aPodHasLongEnoughToStopItsJob() throws Exception {
    // given
    String settings =
        Files.readString(
            Repository.root()
                .resolve("libs/stage/src/main/java/io/winnow/stage/config/StageSettings.java"));
    Matcher grace =
        Pattern.compile("@WithDefault\\(\"(\\d+)s\"\\)\\s+Duration shutdownGrace")
            .matcher(settings);
    assertThat(grace.find()).isTrue();

    // then
    List<ObjectNode> objects = rendered("production");
    for (String service : SERVICES) {
      assertThat(
              Kustomize.find(objects, "Deployment", service)
                  .at("/spec/template/spec/terminationGracePeriodSeconds")
                  .asInt())
          .isGreaterThanOrEqualTo(Integer.parseInt(grace.group(1)) + 15);
    }
  }

  @Test
  void containersRunUnprivilegedOnAReadOnlyFileSystem() throws Exception {
    // given
    String dockerfile = Files.readString(Repository.root().resolve("infra/docker/Dockerfile"));
    for (String overlay : List.of("local", "production", "gpu")) {
      List<ObjectNode> objects = rendered(overlay);
      for (String service : SERVICES) {
        JsonNode pod = Kustomize.find(objects, "Deployment", service).at("/spec/template/spec");
        JsonNode container = pod.at("/containers/0");

        // then
        assertThat(pod.at("/securityContext/runAsNonRoot").asBoolean()).isTrue();
        assertThat(dockerfile).contains("USER " + pod.at("/securityContext/runAsUser").asText());
        assertThat(container.at("/securityContext/readOnlyRootFilesystem").asBoolean()).isTrue();
        assertThat(container.at("/securityContext/allowPrivilegeEscalation").asBoolean(true))
            .isFalse();
        assertThat(container.at("/securityContext/capabilities/drop/0").asText()).isEqualTo("ALL");
        assertThat(pod.get("automountServiceAccountToken").asBoolean(true)).isFalse();
        // and writable folders are mounted
        List<String> mounts =
            elements(container.get("volumeMounts")).map(m -> m.get("mountPath").asText()).toList();
        assertThat(mounts).contains("/tmp", "/var/cache/winnow");
        assertThat(mounts).anyMatch(mount -> dockerfile.contains("WORKDIR " + mount));
        assertThat(container.at("/resources/limits/memory").isTextual()).isTrue();
      }
    }
  }

  @Test
  void secretsAreReferencesAndKafkaUsersExist() throws Exception {
    List<ObjectNode> objects = rendered("production");
    assertThat(ofKind(objects, "Secret")).isEmpty();
    for (String service : SERVICES) {
      // when
      Map<String, String> expected = new TreeMap<>();
      elements(container(objects, service).get("env"))
          .map(variable -> variable.at("/valueFrom/secretKeyRef"))
          .filter(JsonNode::isObject)
          .forEach(
              ref ->
                  expected.merge(
                      ref.get("name").asText(), ref.get("key").asText(), (a, b) -> a + " " + b));

      // then
      assertThat(expected)
          .isEqualTo(
              Map.of(
                  "winnow-store",
                  "access-key secret-key",
                  "winnow-api",
                  "token",
                  "winnow-" + service,
                  "sasl.jaas.config"));
      assertThat(Kustomize.find(objects, "KafkaUser", "winnow-" + service)).isNotNull();
    }
    JsonNode keda = Kustomize.find(objects, "ConfigMap", "winnow-keda").get("data");
    assertThat(Kustomize.find(objects, "KafkaUser", keda.get("username").asText())).isNotNull();
  }

  @Test
  void scalersUseExistingConsumerGroups() throws Exception {
    List<ObjectNode> objects = rendered("production");
    List<Keda.ScaledObject> scaled =
        ofKind(objects, "ScaledObject").map(object -> as(Keda.ScaledObject.class, object)).toList();
    assertThat(scaled).hasSize(2);
    for (Keda.ScaledObject one : scaled) {
      String service = one.spec().scaleTargetRef().name();
      // a Deployment that KEDA scales sets no number of replicas
      assertThat(Kustomize.find(objects, "Deployment", service).at("/spec").has("replicas"))
          .isFalse();
      int most = 0;
      for (Keda.Trigger trigger : one.spec().triggers()) {
        EventType type = EventType.ofTopic(trigger.metadata().topic()).orElseThrow();
        assertThat(ServiceSettings.reads(ServiceSettings.module(service))).contains(type);
        assertThat(trigger.metadata().consumerGroup())
            .isEqualTo(
                ServiceSettings.property(
                        ServiceSettings.module(service), "quarkus.application.name")
                    + "."
                    + type.channel());
        most = Math.max(most, type.partitions());
      }
      assertThat(one.spec().maxReplicaCount()).isLessThanOrEqualTo(most);
    }
  }

  @Test
  void settingsOfAClusterAreInOneFile(@TempDir Path copy) throws Exception {
    // given a copy with other values in that one file
    try (Stream<Path> files = Files.walk(kubernetes())) {
      for (Path file : files.sorted(Comparator.naturalOrder()).toList()) {
        Path to = copy.resolve(kubernetes().relativize(file).toString());
        if (Files.isDirectory(file)) {
          Files.createDirectories(to);
        } else {
          Files.copy(file, to);
        }
      }
    }
    Path production = copy.resolve("overlays/production");
    Path file = production.resolve("kustomization.yaml");
    Map<String, String> others =
        Map.of(
            "namespace: winnow", "namespace: elsewhere",
            "registry.example.com", "registry.elsewhere",
            "newTag: 0.1.0", "newTag: 9.9.9",
            "kafka-kafka-bootstrap.kafka.svc", "broker.elsewhere",
            "s3.example.com", "s3.elsewhere",
            "- kafka=kafka", "- kafka=other-cluster",
            "kafka-ca=kafka-cluster-ca-cert", "kafka-ca=other-ca");
    String text = Files.readString(file);
    for (Map.Entry<String, String> other : others.entrySet()) {
      assertThat(text).contains(other.getKey());
      text = text.replace(other.getKey(), other.getValue());
    }
    Files.writeString(file, text);

    // when
    List<ObjectNode> objects = Kustomize.render(production);

    // then no old value is left
    assertThat(objects.toString())
        .doesNotContain(
            "example.com",
            "0.1.0",
            "kafka-bootstrap",
            "kafka-cluster-ca-cert",
            "\"strimzi.io/cluster\":\"kafka\"",
            "\"namespace\":\"winnow\"");
    assertThat(objects)
        .allMatch(object -> object.at("/metadata/namespace").asText().equals("elsewhere"));
  }

  @Test
  void prometheusScrapesThePodsAndHasTheAlerts() throws Exception {
    // given
    Path folder = kubernetes().resolve("monitoring");
    JsonNode pods = Kustomize.documents(Files.readString(folder.resolve("pods.yaml"))).get(0);
    JsonNode rules = Kustomize.documents(Files.readString(folder.resolve("rules.yaml"))).get(0);
    assertThat(as(PodMonitor.class, pods)).isNotNull();
    assertThat(as(PrometheusRule.class, rules)).isNotNull();

    // then
    Path alerts = Repository.root().resolve("infra/observability/alerts.yml");
    assertThat(rules.at("/spec/groups"))
        .isEqualTo(Kustomize.documents(Files.readString(alerts)).get(0).get("groups"));
    List<ObjectNode> objects = rendered("production");
    JsonNode selected = pods.at("/spec/selector/matchLabels");
    for (String service : SERVICES) {
      JsonNode labels =
          Kustomize.find(objects, "Deployment", service).at("/spec/template/metadata/labels");
      selected
          .fields()
          .forEachRemaining(
              label -> assertThat(labels.get(label.getKey())).isEqualTo(label.getValue()));
      assertThat(container(objects, service).at("/ports/0/name"))
          .isEqualTo(pods.at("/spec/podMetricsEndpoints/0/port"));
    }
  }

  @Test
  void localServersUseTheImagesOfCompose() throws Exception {
    String compose = Files.readString(Repository.root().resolve("docker-compose.yml"));
    List<ObjectNode> objects = rendered("local");
    for (String server : List.of("kafka", "store")) {
      String image =
          Kustomize.find(objects, "StatefulSet", server)
              .at("/spec/template/spec/containers/0/image")
              .asText();
      assertThat(compose).contains(image);
    }
  }
}
