package io.winnow.repository;

import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Every dependency is documented, is licensed for use here, and is used. */
class DependenciesTest {
  private static final Pattern ROW =
      Pattern.compile("(?m)^\\| `([^`]+:[^`]+)` \\|\\s*([^|]*?)\\s*\\|");

  /** Licences under which a library may be used and shipped with Winnow. */
  private static final Set<String> LICENCES =
      Set.of(
          "Apache-2.0",
          "MIT",
          "BSD-3-Clause",
          "Apache-2.0 or LGPL-2.1",
          "EPL-2.0 or GPL-2.0 with Classpath Exception");

  /** The package prefixes of each library; a module that declares it must import one of them. */
  private static final Map<String, List<String>> PACKAGES =
      Map.ofEntries(
          entry("ai.djl:api", List.of("ai.djl")),
          entry("ai.djl.pytorch:pytorch-engine", List.of("ai.djl.pytorch")),
          entry("blue.strategic.parquet:parquet-floor", List.of("org.apache.parquet")),
          entry(
              "com.fasterxml.jackson.core:jackson-databind",
              List.of("com.fasterxml.jackson.databind")),
          entry(
              "com.fasterxml.jackson.datatype:jackson-datatype-jsr310",
              List.of("com.fasterxml.jackson.datatype.jsr310")),
          entry("com.github.freva:ascii-table", List.of("com.github.freva.asciitable")),
          entry("com.squareup.okhttp3:okhttp-jvm", List.of("okhttp3")),
          entry("info.picocli:picocli", List.of("picocli")),
          entry("io.minio:minio", List.of("io.minio")),
          entry("io.quarkus:quarkus-arc", List.of("jakarta.enterprise", "jakarta.inject")),
          entry(
              "io.quarkus:quarkus-messaging-kafka",
              List.of("org.eclipse.microprofile.reactive.messaging")),
          entry("io.quarkus:quarkus-micrometer-registry-prometheus", List.of("io.micrometer.core")),
          entry("io.quarkus:quarkus-opentelemetry", List.of("io.opentelemetry")),
          entry("io.quarkus:quarkus-rest-jackson", List.of("jakarta.ws.rs")),
          entry("io.quarkus:quarkus-security", List.of("io.quarkus.security")),
          entry("io.quarkus:quarkus-smallrye-health", List.of("org.eclipse.microprofile.health")),
          entry("io.quarkus:quarkus-smallrye-openapi", List.of("org.eclipse.microprofile.openapi")),
          entry("io.quarkus.qute:qute-core", List.of("io.quarkus.qute")),
          entry("net.java.dev.jna:jna", List.of("com.sun.jna")),
          entry("org.apache.commons:commons-compress", List.of("org.apache.commons.compress")),
          entry("org.apache.commons:commons-text", List.of("org.apache.commons.text")),
          entry(
              "org.apache.kafka:kafka-clients",
              List.of("org.apache.kafka.clients", "org.apache.kafka.common")),
          entry("org.apache.kafka:kafka-metadata", List.of("org.apache.kafka.metadata")),
          entry(
              "org.apache.kafka:kafka-server", List.of("org.apache.kafka.server", "kafka.server")),
          entry("org.apache.kafka:kafka_2.13", List.of("kafka.server")),
          entry("org.gaul:s3proxy", List.of("org.gaul.s3proxy")),
          entry("org.jboss.logmanager:jboss-logmanager", List.of("org.jboss.logmanager")),
          entry("org.knowm.xchart:xchart", List.of("org.knowm.xchart")),
          entry("org.slf4j:slf4j-api", List.of("org.slf4j")));

  /** Libraries that no source imports, each with the reason why it is needed at compile scope. */
  private static final Map<String, String> NOT_IMPORTED =
      Map.of(
          "com.twelvemonkeys.imageio:imageio-jpeg",
          "registers itself with javax.imageio",
          "io.winnow:winnow-engine",
          "a bean, which Quarkus finds by its index",
          "io.quarkus:quarkus-logging-json",
          "a Quarkus extension, enabled by quarkus.log.console.json",
          "io.quarkus:quarkus-web-dependency-locator",
          "a Quarkus extension, serves WebJars without their versions",
          "org.webjars.npm:lit-html",
          "JavaScript, imported by the console's pages",
          "org.webjars.npm:uplot",
          "JavaScript, imported by the console's pages");

  @Test
  void theDocumentedListEqualsThePoms() throws Exception {
    // given
    Set<String> declared = new TreeSet<>();
    for (Poms.Module module : Poms.modules()) {
      for (Poms.Dependency dependency : module.dependencies()) {
        if (!dependency.test() && !dependency.own()) {
          declared.add(dependency.id());
        }
      }
    }

    // when
    List<String> listed = new ArrayList<>();
    Matcher row = ROW.matcher(Repository.read("docs/dependencies.md"));
    while (row.find()) {
      listed.add(row.group(1));
    }

    // then each once
    assertThat(listed).containsExactlyInAnyOrderElementsOf(declared);
  }

  @Test
  void licencesAllowTheUse() throws Exception {
    Matcher row = ROW.matcher(Repository.read("docs/dependencies.md"));
    int rows = 0;
    while (row.find()) {
      rows++;
      assertThat(LICENCES).as(row.group(1)).contains(row.group(2));
    }
    assertThat(rows).isGreaterThan(20);
    assertThat(Repository.read("LICENSE")).contains("Apache License", "Version 2.0, January 2004");
  }

  @Test
  void everyDeclaredDependencyIsUsed() throws Exception {
    // given
    Map<String, Set<String>> packages = new HashMap<>();
    for (Poms.Module module : Poms.modules()) {
      packages.put(module.artifact(), Imports.packages(module.sources()));
    }

    // then
    List<String> unused = new ArrayList<>();
    for (Poms.Module module : Poms.modules()) {
      Set<String> imported = Imports.imported(module.sources());
      for (Poms.Dependency dependency : module.dependencies()) {
        if (!dependency.scope().equals("compile") || NOT_IMPORTED.containsKey(dependency.id())) {
          continue;
        }
        boolean used;
        if (dependency.own()) {
          used = imported.stream().anyMatch(packages.get(dependency.artifact())::contains);
        } else {
          assertThat(PACKAGES)
              .as("add the packages of " + dependency.id() + " to this test")
              .containsKey(dependency.id());
          used =
              PACKAGES.get(dependency.id()).stream()
                  .anyMatch(
                      prefix ->
                          imported.stream()
                              .anyMatch(
                                  name -> name.equals(prefix) || name.startsWith(prefix + ".")));
        }
        if (!used) {
          unused.add(module.artifact() + " declares " + dependency.id());
        }
      }
    }
    assertThat(unused).as("declared dependencies that no source imports").isEmpty();
  }
}
