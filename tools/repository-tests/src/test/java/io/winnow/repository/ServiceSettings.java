package io.winnow.repository;

import io.winnow.contracts.event.EventType;
import io.winnow.local.system.Service;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerConfig;

/** What the code of a service reads: settings, topics; found in its sources. */
final class ServiceSettings {
  private static final Pattern INCOMING =
      Pattern.compile("mp\\.messaging\\.incoming\\.([a-z-]+)\\.connector");

  private ServiceSettings() {}

  /** The folder of a service, or of the console. */
  static String module(String service) {
    return service.equals("console") ? "console" : service + "-service";
  }

  /**
   * The variables that would set its settings, as MicroProfile Config maps names.
   *
   * @param module such as {@code encoder-service}
   */
  static Set<String> variables(String module) throws IOException {
    return settings(module).stream()
        .map(name -> name.replaceAll("[^A-Za-z0-9]", "_").toUpperCase(Locale.ROOT))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** The events that it acts on. */
  static Set<EventType> reads(String module) throws IOException {
    Set<EventType> types = new TreeSet<>(Set.of(EventType.RUN_CANCEL));
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

  /** The events that it makes, itself or by the runner of its stages. */
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
    return Arrays.stream(EventType.values())
        .filter(type -> java.indexOf("new " + type.record().getSimpleName() + "(") >= 0)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** Value of one of its own properties. */
  static String property(String module, String name) throws IOException {
    return load(Files.readString(ownProperties(module))).getProperty(name);
  }

  /** The variables by which the launcher sets how the C library keeps a service's memory. */
  static Map<String, String> nativeMemory(String service) {
    return Service.valueOf(service.toUpperCase(Locale.ROOT)).nativeMemory();
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

  /** The events that it makes by code of its own, and not by the runner of stages. */
  static Set<EventType> writesItself(String module) throws IOException {
    return constructed(files(module));
  }

  private static List<Path> sources(String module) throws IOException {
    List<Path> all = new ArrayList<>(files("libs/stage"));
    all.addAll(files(module));
    return all;
  }

  private static List<Path> files(String module) throws IOException {
    try (Stream<Path> own = Files.walk(Repository.root().resolve(module).resolve("src/main"))) {
      return own.filter(Files::isRegularFile).toList();
    }
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
