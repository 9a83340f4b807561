package io.winnow.datasets.source.format;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.winnow.contracts.InvalidInputException;
import io.winnow.contracts.Json;
import io.winnow.store.object.Digests;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Names that people read for classes that are stored by a key, such as ImageNet's {@code
 * n01440764}: a file of one of {@link #FILES} beside the class folders says them. Titles change
 * neither the classes nor their order.
 */
public final class ClassTitles {
  /**
   * The files that can be read, by preference: {@code KEY⇥TITLE} in {@code words.txt}, {@code KEY
   * TITLE} in the lists of ImageNet, an object of {@code "KEY": "TITLE"} or {@code "NUMBER":
   * ["KEY", "TITLE"]} in JSON, and {@code KEY,TITLE} in CSV, where titles may be quoted.
   */
  public static final List<String> FILES =
      List.of(
          "words.txt",
          "synset_words.txt",
          "LOC_synset_mapping.txt",
          "imagenet_class_index.json",
          "class_names.json",
          "class_names.csv");

  /** None. */
  public static final ClassTitles NONE = new ClassTitles(Map.of());

  private static final String DIGESTED = "class names";

  private final Map<String, String> titles;

  private ClassTitles(Map<String, String> titles) {
    this.titles = titles;
  }

  /**
   * Reads a list.
   *
   * @param name of the file in errors; its last part is one of {@link #FILES}
   * @param text its content
   * @throws InvalidInputException it is not valid JSON, though its name says so
   */
  public static ClassTitles parse(String name, String text) {
    Map<String, String> titles = new HashMap<>();
    if (name.endsWith(".json")) {
      json(name, text, titles);
    } else {
      String separator = name.endsWith(".csv") ? "," : "\\s+";
      text.lines()
          .map(line -> line.strip().split(separator, 2))
          .filter(columns -> columns.length == 2)
          .forEach(c -> put(titles, unquoted(c[0].strip()), unquoted(c[1].strip())));
    }
    return new ClassTitles(titles);
  }

  private static void json(String name, String text, Map<String, String> titles) {
    JsonNode root;
    try {
      root = Json.mapper().readTree(text);
    } catch (JsonProcessingException e) {
      throw new InvalidInputException(
          name + " is not valid JSON", "fix the syntax, or remove the file", e);
    }
    root.fields()
        .forEachRemaining(
            field -> {
              JsonNode value = field.getValue();
              if (value.isTextual()) {
                put(titles, field.getKey(), value.textValue());
              } else if (value.size() > 1) {
                put(titles, value.get(0).asText(), value.get(1).asText());
              }
            });
  }

  private static void put(Map<String, String> titles, String key, String title) {
    if (!title.isEmpty()) {
      titles.putIfAbsent(key, title);
    }
  }

  private static String unquoted(String text) {
    return text.length() > 1 && text.startsWith("\"") && text.endsWith("\"")
        ? text.substring(1, text.length() - 1).replace("\"\"", "\"")
        : text;
  }

  /**
   * The names of classes: their titles, if all classes have one, otherwise the keys. Where several
   * classes have one title, as the two cranes of ImageNet, the key follows in brackets.
   *
   * @param keys by label
   * @param digest the names are added to it if they are titles
   */
  public ClassNames of(List<String> keys, SourceDigest digest) {
    if (!titles.keySet().containsAll(keys)) {
      return ClassNames.quotable(keys);
    }
    List<String> names = keys.stream().map(titles::get).toList();
    Set<String> seen = new HashSet<>();
    Set<String> shared = new HashSet<>();
    names.forEach(
        name -> {
          if (!seen.add(name)) {
            shared.add(name);
          }
        });
    List<String> distinct =
        keys.stream()
            .map(
                key ->
                    shared.contains(titles.get(key))
                        ? titles.get(key) + " (" + key + ")"
                        : titles.get(key))
            .toList();
    digest.add(
        DIGESTED, Digests.sha256(String.join("\n", distinct).getBytes(StandardCharsets.UTF_8)));
    return ClassNames.fromContent(distinct);
  }
}
