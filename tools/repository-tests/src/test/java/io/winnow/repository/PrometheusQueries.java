package io.winnow.repository;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.yaml.snakeyaml.Yaml;

/** The Prometheus queries of the dashboard and the alerts. */
public final class PrometheusQueries {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Pattern NAME =
      Pattern.compile("\\b(?:winnow|kafka|jvm|process|http)_[a-z_]+\\b");
  private static final Path FOLDER = Repository.root().resolve("infra/observability");

  private PrometheusQueries() {}

  static JsonNode dashboard() throws IOException {
    return JSON.readTree(Files.readString(FOLDER.resolve("grafana/dashboards/winnow.json")));
  }

  static List<JsonNode> rules() throws IOException {
    JsonNode alerts =
        JSON.valueToTree(new Yaml().load(Files.readString(FOLDER.resolve("alerts.yml"))));
    List<JsonNode> rules = new ArrayList<>();
    alerts.path("groups").forEach(group -> group.path("rules").forEach(rules::add));
    return rules;
  }

  /** The names of all metrics that the queries use. */
  public static Set<String> metrics() throws IOException {
    Set<String> names = new TreeSet<>();
    rules().forEach(rule -> names.addAll(names(rule.path("expr").asText())));
    for (JsonNode panel : dashboard().path("panels")) {
      panel.path("targets").forEach(target -> names.addAll(names(target.path("expr").asText())));
    }
    return names;
  }

  private static Set<String> names(String query) {
    Set<String> names = new TreeSet<>();
    Matcher name = NAME.matcher(query);
    while (name.find()) {
      names.add(name.group());
    }
    return names;
  }

  /** The names of the metrics in a scrape, in the Prometheus text format. */
  public static Set<String> exported(String scrape) {
    return scrape
        .lines()
        .filter(line -> !line.startsWith("#"))
        .map(line -> line.replaceFirst("[{ ].*", ""))
        .collect(Collectors.toCollection(TreeSet::new));
  }
}
