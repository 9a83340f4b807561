package io.winnow.repository;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.yaml.snakeyaml.Yaml;

/**
 * Renders a folder like {@code kubectl kustomize}, for the features that infra/kubernetes uses:
 * resources, components, generators (without the hash behind their names), patches, namespace,
 * labels, images, replacements. Anything else in a kustomization is an error. {@link KustomizeTest}
 * compares the two where kubectl is installed.
 */
final class Kustomize {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Set<String> KNOWN =
      Set.of(
          "apiVersion",
          "kind",
          "resources",
          "components",
          "configMapGenerator",
          "secretGenerator",
          "patches",
          "namespace",
          "labels",
          "images",
          "replacements");
  private static final Pattern SEGMENT =
      Pattern.compile(
          "\\[(?<key>[^\\]=]+)=(?<value>[^\\]]+)]|\\[(?<quoted>[^\\]]+)]|(?<plain>[^.]+)");

  private Kustomize() {}

  static List<ObjectNode> render(Path folder) throws IOException {
    List<ObjectNode> objects = new ArrayList<>();
    apply(folder, objects);
    return objects;
  }

  /** The documents of a YAML file. */
  static List<JsonNode> documents(String yaml) {
    List<JsonNode> all = new ArrayList<>();
    for (Object document : new Yaml().loadAll(yaml)) {
      if (document != null) {
        all.add(JSON.valueToTree(document));
      }
    }
    return all;
  }

  private static void apply(Path folder, List<ObjectNode> objects) throws IOException {
    JsonNode kustomization =
        documents(Files.readString(folder.resolve("kustomization.yaml"))).get(0);
    kustomization
        .fieldNames()
        .forEachRemaining(
            field -> {
              if (!KNOWN.contains(field)) {
                throw new AssertionError(folder + ": " + field + " is not supported by this class");
              }
            });
    for (JsonNode resource : kustomization.path("resources")) {
      Path path = folder.resolve(resource.asText()).normalize();
      if (Files.isDirectory(path)) {
        objects.addAll(render(path));
      } else {
        documents(Files.readString(path)).forEach(object -> objects.add((ObjectNode) object));
      }
    }
    generate(kustomization.path("configMapGenerator"), "ConfigMap", objects);
    generate(kustomization.path("secretGenerator"), "Secret", objects);
    for (JsonNode component : kustomization.path("components")) {
      apply(folder.resolve(component.asText()).normalize(), objects);
    }
    for (JsonNode patch : kustomization.path("patches")) {
      patch(folder, patch, objects);
    }
    if (kustomization.has("namespace")) {
      namespace(kustomization.get("namespace").asText(), objects);
    }
    kustomization.path("labels").forEach(labels -> label(labels, objects));
    kustomization.path("images").forEach(image -> image(image, objects));
    kustomization.path("replacements").forEach(replacement -> replace(replacement, objects));
  }

  private static void generate(JsonNode generators, String kind, List<ObjectNode> objects) {
    for (JsonNode generator : generators) {
      String name = generator.get("name").asText();
      ObjectNode object;
      if (generator.path("behavior").asText().equals("merge")) {
        object = find(objects, kind, name);
      } else {
        object = JSON.createObjectNode().put("apiVersion", "v1").put("kind", kind);
        object.putObject("metadata").put("name", name);
        objects.add(object);
      }
      ObjectNode data = object.withObjectProperty(kind.equals("Secret") ? "stringData" : "data");
      for (JsonNode literal : generator.path("literals")) {
        String[] pair = literal.asText().split("=", 2);
        data.put(pair[0], pair[1]);
      }
    }
  }

  /** The object of this kind and name. */
  static ObjectNode find(List<ObjectNode> objects, String kind, String name) {
    return objects.stream()
        .filter(object -> is(object, kind, name))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no " + kind + " " + name));
  }

  private static boolean is(JsonNode object, String kind, String name) {
    return object.path("kind").asText().equals(kind)
        && object.at("/metadata/name").asText().matches(name);
  }

  private static void patch(Path folder, JsonNode patch, List<ObjectNode> objects)
      throws IOException {
    String text =
        patch.has("path")
            ? Files.readString(folder.resolve(patch.get("path").asText()))
            : patch.get("patch").asText();
    JsonNode change = documents(text).get(0);
    JsonNode target = patch.get("target");
    for (ObjectNode object : objects) {
      if (is(object, target.get("kind").asText(), target.path("name").asText(".*"))) {
        if (change.isArray()) {
          change.forEach(operation -> operate(object, operation));
        } else {
          ObjectNode patched = change.deepCopy();
          patched.remove("metadata");
          merge(object, patched);
        }
      }
    }
  }

  /** One operation of RFC 6902. */
  private static void operate(ObjectNode object, JsonNode operation) {
    String path = operation.get("path").asText();
    int slash = path.lastIndexOf('/');
    JsonNode parent = object.at(path.substring(0, slash));
    String last = path.substring(slash + 1).replace("~1", "/").replace("~0", "~");
    String op = operation.get("op").asText();
    boolean exists = parent.isArray() ? !last.equals("-") : parent.has(last);
    if (parent.isMissingNode() || !op.equals("add") && !exists) {
      throw new AssertionError("no " + path + " in " + object.at("/metadata/name"));
    }
    switch (op) {
      case "remove" -> ((ObjectNode) parent).remove(last);
      case "add", "replace" -> {
        if (parent instanceof ArrayNode list) {
          list.add(operation.get("value"));
        } else {
          ((ObjectNode) parent).set(last, operation.get("value"));
        }
      }
      default -> throw new AssertionError(op + " is not supported by this class");
    }
  }

  /** A strategic merge: lists are merged by the name of their elements. */
  private static void merge(ObjectNode into, ObjectNode change) {
    for (Iterator<Map.Entry<String, JsonNode>> fields = change.fields(); fields.hasNext(); ) {
      Map.Entry<String, JsonNode> field = fields.next();
      JsonNode present = into.get(field.getKey());
      if (present instanceof ObjectNode object && field.getValue() instanceof ObjectNode patched) {
        merge(object, patched);
      } else if (present instanceof ArrayNode list
          && field.getValue() instanceof ArrayNode patched) {
        mergeLists(list, patched);
      } else {
        into.set(field.getKey(), field.getValue().deepCopy());
      }
    }
  }

  private static void mergeLists(ArrayNode into, ArrayNode change) {
    for (JsonNode element : change) {
      String key = element.has("mountPath") ? "mountPath" : "name";
      JsonNode same = null;
      for (JsonNode present : into) {
        if (element.has(key) && present.path(key).equals(element.get(key))) {
          same = present;
        }
      }
      if (same == null) {
        into.add(element.deepCopy());
      } else {
        merge((ObjectNode) same, (ObjectNode) element);
      }
    }
  }

  private static void namespace(String namespace, List<ObjectNode> objects) {
    for (ObjectNode object : objects) {
      if (!object.get("kind").asText().equals("Namespace")) {
        object.withObjectProperty("metadata").put("namespace", namespace);
      }
    }
  }

  private static void label(JsonNode labels, List<ObjectNode> objects) {
    for (ObjectNode object : objects) {
      ObjectNode pairs = labels.get("pairs").deepCopy();
      merge(object.withObjectProperty("metadata").withObjectProperty("labels"), pairs);
      if (labels.path("includeTemplates").asBoolean()
          && object.at("/spec/template") instanceof ObjectNode template) {
        merge(template.withObjectProperty("metadata").withObjectProperty("labels"), pairs);
      }
    }
  }

  private static void image(JsonNode image, List<ObjectNode> objects) {
    for (ObjectNode object : objects) {
      for (JsonNode container : object.at("/spec/template/spec/containers")) {
        String[] present = container.path("image").asText().split(":", 2);
        if (present[0].equals(image.get("name").asText())) {
          String name = image.path("newName").asText(present[0]);
          String tag = image.path("newTag").asText(present.length > 1 ? present[1] : "latest");
          ((ObjectNode) container).put("image", name + ":" + tag);
        }
      }
    }
  }

  private static void replace(JsonNode replacement, List<ObjectNode> objects) {
    JsonNode source = replacement.get("source");
    JsonNode value =
        find(objects, source.get("kind").asText(), source.get("name").asText())
            .at("/" + source.get("fieldPath").asText().replace('.', '/'));
    for (JsonNode target : replacement.get("targets")) {
      for (ObjectNode object : objects) {
        if (is(object, target.at("/select/kind").asText(), ".*")) {
          target
              .get("fieldPaths")
              .forEach(path -> set(List.of(object), segments(path.asText()), value));
        }
      }
    }
  }

  private static List<Matcher> segments(String path) {
    List<Matcher> segments = new ArrayList<>();
    Matcher segment = SEGMENT.matcher(path);
    while (segment.find()) {
      Matcher one = SEGMENT.matcher(segment.group());
      one.matches();
      segments.add(one);
    }
    return segments;
  }

  private static void set(List<JsonNode> places, List<Matcher> path, JsonNode value) {
    Matcher first = path.get(0);
    String name = first.group("quoted") != null ? first.group("quoted") : first.group("plain");
    for (JsonNode place : places) {
      if (path.size() == 1) {
        if (!place.has(name)) {
          throw new AssertionError("no " + name + " to replace in " + place);
        }
        ((ObjectNode) place).set(name, value);
      } else if (first.group("key") != null || "*".equals(name)) {
        List<JsonNode> chosen = new ArrayList<>();
        for (JsonNode element : place) {
          if (first.group("key") == null
              || element.path(first.group("key")).asText().equals(first.group("value"))) {
            chosen.add(element);
          }
        }
        set(chosen, path.subList(1, path.size()), value);
      } else {
        set(List.of(place.path(name)), path.subList(1, path.size()), value);
      }
    }
  }
}
