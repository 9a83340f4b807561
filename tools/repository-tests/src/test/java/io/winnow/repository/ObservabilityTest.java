package io.winnow.repository;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.Yaml;

/** Alerts and dashboard. ExperimentIT checks on a running system that their metrics exist. */
class ObservabilityTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private final Path root = Repository.root();

  @Test
  void everyAlertLinksToTheRunbook() throws Exception {
    // given
    String runbook = Files.readString(root.resolve("docs/runbook.md"));
    Set<String> sections = new TreeSet<>();
    runbook
        .lines()
        .filter(line -> line.startsWith("## "))
        .forEach(
            line -> sections.add(line.substring(3).toLowerCase(Locale.ROOT).replace(' ', '-')));

    // then
    List<JsonNode> rules = PrometheusQueries.rules();
    assertThat(rules).hasSizeGreaterThan(5);
    for (JsonNode rule : rules) {
      String name = rule.path("alert").asText();
      String url = rule.at("/annotations/runbook_url").asText();
      assertThat(url).as(name).startsWith("docs/runbook.md#");
      assertThat(sections).as(name).contains(url.substring(url.indexOf('#') + 1));
      assertThat(rule.at("/annotations/summary").asText()).as(name).isNotEmpty();
      assertThat(rule.at("/labels/severity").asText()).as(name).matches("info|warning|critical");
      assertThat(rule.path("expr").asText()).as(name).isNotEmpty();
    }
  }

  @Test
  void theDashboardQueriesTheProvisionedDataSource() throws Exception {
    // given
    JsonNode source =
        JSON.valueToTree(
            new Yaml()
                .load(
                    Files.readString(
                        root.resolve(
                            "infra/observability/grafana/provisioning/datasources/prometheus.yml"))));

    // then
    String uid = source.at("/datasources/0/uid").asText();
    JsonNode panels = PrometheusQueries.dashboard().path("panels");
    assertThat(panels).isNotEmpty();
    Set<Integer> ids = new TreeSet<>();
    for (JsonNode panel : panels) {
      assertThat(panel.at("/datasource/uid").asText()).isEqualTo(uid);
      assertThat(ids.add(panel.path("id").asInt())).isTrue();
    }
  }

  @Test
  void prometheusScrapesEveryService() throws Exception {
    JsonNode config =
        JSON.valueToTree(
            new Yaml().load(Files.readString(root.resolve("infra/observability/prometheus.yml"))));
    List<String> scraped = new ArrayList<>();
    config
        .at("/scrape_configs/0/static_configs/0/targets")
        .forEach(target -> scraped.add(target.asText().replace(":8080", "")));
    config
        .at("/scrape_configs/0/dns_sd_configs/0/names")
        .forEach(name -> scraped.add(name.asText()));
    // then: every service of Compose that is built here, those on a GPU included
    JsonNode compose =
        JSON.valueToTree(new Yaml().load(Files.readString(root.resolve("docker-compose.yml"))));
    List<String> built = new ArrayList<>();
    compose
        .at("/services")
        .fields()
        .forEachRemaining(
            service -> {
              if (service.getValue().has("build")) {
                built.add(service.getKey());
              }
            });
    assertThat(built).contains("encoder", "trainer-gpu");
    assertThat(scraped).containsExactlyInAnyOrderElementsOf(built);
    assertThat(config.at("/scrape_configs/0/metrics_path").asText()).isEqualTo("/q/metrics");
  }
}
