package io.winnow.repository;

import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerConfig;

/** The settings and topics that a service uses, read from its sources. */
final class ServiceSettings {
  private static final Pattern INCOMING =
      Pattern.compile("mp\\.messaging\\.incoming\\.([a-z-]+)\\.connector");

  private ServiceSettings() {}

  /** The folder of a service, or of the console. */
  static String module(String service) {
    return service.equals("console") ? "console" : service + "-service";
  }

  /**
   * The environment variables that set its settings, by the name mapping of MicroProfile Config.
   *
   * @param module such as {@code encoder-service}
   */
  static Set<String> variables(String module) throws IOException {
    return settings(module).stream()
        .map(name -> name.replaceAll("[^A-Za-z0-9]", "_").toUpperCase(Locale.ROOT))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** The events that it consumes. */
  static Set<EventType> reads(String module) throws IOException {
    Set<EventType> types = new LinkedHashSet<>(Set.of(EventType.named("RUN_CANCEL")));
    for (String name : properties(Files.readString(ownProperties(module)))) {
      Matcher channel = INCOMING.matcher(name);
      if (channel.matches()) {
        types.add(
            EventType.ofTopic("winnow." + channel.group(1).replace('-', '.') + ".v1")
                .orElseThrow());
      }
    }
    return types;
  }

  /** The events that it produces, itself or through the stage runner. */
  static Set<EventType> writes(String module) throws IOException {
    return constructed(sources(module));
  }

  private static Set<EventType> constructed(List<Path> files) throws IOException {
    StringBuilder java = new StringBuilder();
    for (Path file : files) {
      if (file.toString().endsWith(".java")) {
        java.append(Files.readString(file));
      }
    }
    return EventType.all().stream()
        .filter(type -> java.indexOf("new " + type.record() + "(") >= 0)
        .collect(Collectors.toCollection(LinkedHashSet::new));
  }

  /** The value of one of its own properties. */
  static String property(String module, String name) throws IOException {
    return load(Files.readString(ownProperties(module))).getProperty(name);
  }

  /**
   * The variables by which the launcher configures the C library's allocator for a service: those
   * of {@code Service.nativeMemory()} in tools/local, read from its source.
   */
  static Map<String, String> nativeMemory(String service) throws IOException {
    String java = Repository.read("tools/local/src/main/java/io/winnow/local/system/Service.java");
    Matcher method =
        Pattern.compile(
                "nativeMemory\\(\\) \\{\\s+return this == (\\w+)\\s+\\? Map\\.of\\(([^)]*)\\)")
            .matcher(java);
    if (!method.find()) {
      throw new AssertionError("Service.nativeMemory() no longer has the form that is parsed here");
    }
    Map<String, String> variables = new TreeMap<>();
    if (method.group(1).equalsIgnoreCase(service)) {
      Matcher pair = Pattern.compile("\"([^\"]+)\",\\s*\"([^\"]+)\"").matcher(method.group(2));
      while (pair.find()) {
        variables.put(pair.group(1), pair.group(2));
      }
      if (variables.isEmpty()) {
        throw new AssertionError("no variables in " + method.group());
      }
    }
    return variables;
  }

  private static Path ownProperties(String module) {
    return Repository.root().resolve(module).resolve("src/main/resources/application.properties");
  }

  private static Set<String> settings(String module) throws IOException {
    Set<String> settings = new TreeSet<>(Set.of("quarkus.http.host", "quarkus.http.port"));
    ConsumerConfig.configNames().forEach(name -> settings.add("kafka." + name));
    for (Path file : sources(module)) {
      String text = Files.readString(file);
      if (file.toString().endsWith(".properties")) {
        settings.addAll(properties(text));
      } else if (file.toString().endsWith(".java")) {
        settings.addAll(injected(text));
        settings.addAll(mapped(text));
      }
    }
    return settings;
  }

  /** The events that its own code produces, without those of the stage runner. */
  static Set<EventType> writesItself(String module) throws IOException {
    return constructed(files(module));
  }

  private static List<Path> sources(String module) throws IOException {
    List<Path> all = new ArrayList<>(files("libs/stage"));
    if (!module.equals("console")) {
      all.addAll(files("libs/engine"));
    }
    all.addAll(files(module));
    return all;
  }

  private static List<Path> files(String module) throws IOException {
    return Repository.files(Repository.root().resolve(module).resolve("src/main"));
  }

  private static Set<String> properties(String text) throws IOException {
    return load(text).stringPropertyNames();
  }

  private static Properties load(String text) throws IOException {
    Properties properties = new Properties();
    properties.load(new StringReader(text));
    return properties;
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
