package io.winnow.datasets.source.format;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.winnow.contracts.InvalidInputException;
import io.winnow.contracts.Json;
import io.winnow.store.object.Digests;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

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

  // by key, in the order of the file
  private final Map<String, String> titles;

  private ClassTitles(Map<String, String> titles) {
    this.titles = titles;
  }

  /**
   * The titles that a file in a folder says; none if there is no such file.
   *
   * @param digest the file is added to it
   */
  public static ClassTitles beside(Path folder, SourceFolder files, SourceDigest digest) {
    for (String file : FILES) {
      Path path = folder.resolve(file);
      if (Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
        String name = files.relative(path);
        return parse(name, files.list(path, name, digest));
      }
    }
    return NONE;
  }

  /**
   * Reads a list.
   *
   * @param name of the file in errors; its last part is one of {@link #FILES}
   * @param text its content
   * @throws InvalidInputException it is not valid JSON, though its name says so
   */
  public static ClassTitles parse(String name, String text) {
    Map<String, String> titles = new LinkedHashMap<>();
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
    if (root.has("0")) {
      IntStream.range(0, root.size())
          .mapToObj(number -> root.path(Integer.toString(number)))
          .filter(pair -> pair.size() > 1)
          .forEach(pair -> put(titles, pair.get(0).asText(), pair.get(1).asText()));
    } else {
      root.properties().forEach(f -> put(titles, f.getKey(), f.getValue().asText()));
    }
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
   * The names of classes: their titles, if all classes have one, otherwise the keys. If classes are
   * numbered from 0, and as many as the titles, they are those of the list in its order. Where
   * several classes have one title, as the two cranes of ImageNet, the key follows in brackets.
   *
   * @param keys by label
   * @param digest the names are added to it if they are titles
   */
  public ClassNames of(List<String> keys, SourceDigest digest) {
    List<String> places = places(keys);
    if (places.isEmpty()) {
      return ClassNames.quotable(keys);
    }
    List<String> names = places.stream().map(titles::get).toList();
    Set<String> seen = new HashSet<>();
    Set<String> shared = new HashSet<>();
    names.forEach(
        name -> {
          if (!seen.add(name)) {
            shared.add(name);
          }
        });
    List<String> distinct =
        places.stream()
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

  /** The key of each class in the list; empty if the list is not of these classes. */
  private List<String> places(List<String> keys) {
    if (titles.keySet().containsAll(keys)) {
      return keys;
    }
    boolean numbered =
        keys.size() == titles.size()
            && IntStream.range(0, keys.size())
                .allMatch(i -> keys.get(i).equals(Integer.toString(i)));
    return numbered ? List.copyOf(titles.keySet()) : List.of();
  }

  /** The source with these names, if they are of its classes; see {@link #beside}. */
  public ScannedSource name(ScannedSource source) {
    ClassNames names = of(source.classes(), new SourceDigest());
    return names.list().equals(source.classes()) ? source : source.named(names);
  }
}
