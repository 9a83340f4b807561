package io.winnow.contracts;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.DoubleNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.winnow.contracts.spec.RunSpec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

/**
 * The JSON Schema and the parser agree: specs that are generated from the schema are read, and each
 * with one value changed is read or refused by both. The test has a small interpreter of the
 * schema's keywords, so that it depends on neither of the two.
 */
class SpecAgreementTest {
  private static final ObjectMapper PLAIN = new ObjectMapper();
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
  private static final JsonNode SCHEMA =
      schema(Path.of("src/main/resources/io/winnow/contracts/schema/RunSpec.schema.json"));

  private static JsonNode schema(Path file) {
    try {
      return PLAIN.readTree(Files.readAllBytes(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Property(tries = 300)
  void aSpecMadeFromTheSchemaIsReadAndAChangedOneByBothOrNeither(@ForAll long seed) {
    // Given a spec made from the schema
    SplittableRandom random = new SplittableRandom(seed);
    ObjectNode spec = (ObjectNode) new Generator(random).value(SCHEMA);
    reconcile(spec);
    assertThat(valid(spec, SCHEMA)).as(spec.toString()).isTrue();
    assertThat(refusal(spec)).as(spec.toString()).isNull();

    // When one value of it is changed to something else
    for (int i = 0; i < 8; i++) {
      ObjectNode changed = spec.deepCopy();
      new Changer(random).change(changed);
      boolean together = goesTogether(changed);

      // Then both read it, or neither, unless only the whole tells
      String refusal = refusal(changed);
      if (!valid(changed, SCHEMA)) {
        assertThat(refusal).as(changed.toString()).isNotNull();
      } else if (together) {
        assertThat(refusal).as(changed.toString()).isNull();
      }
    }
  }

  @Test
  void theInterpreterKnowsEveryKeywordOfTheSchema() {
    List<String> unknown = new ArrayList<>();
    keywords(SCHEMA, unknown);
    assertThat(unknown).isEmpty();
  }

  private static void keywords(JsonNode schema, List<String> unknown) {
    schema
        .properties()
        .forEach(
            keyword -> {
              switch (keyword.getKey()) {
                case "properties", "$defs" ->
                    keyword.getValue().forEach(part -> keywords(part, unknown));
                case "items" -> keywords(keyword.getValue(), unknown);
                case "anyOf" -> keyword.getValue().forEach(part -> keywords(part, unknown));
                case "additionalProperties" -> {
                  if (keyword.getValue().isObject()) {
                    keywords(keyword.getValue(), unknown);
                  }
                }
                case "type",
                    "enum",
                    "const",
                    "required",
                    "minimum",
                    "maximum",
                    "exclusiveMinimum",
                    "exclusiveMaximum",
                    "pattern",
                    "maxLength",
                    "maxItems",
                    "$ref" -> {}
                case "description", "default", "format", "$schema" -> {}
                default -> unknown.add(keyword.getKey());
              }
            });
  }

  private static String refusal(JsonNode spec) {
    try {
      RunSpec.parse(PLAIN.writeValueAsBytes(spec), "the spec");
      return null;
    } catch (InvalidInputException e) {
      return e.getMessage();
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Removes what a spec may have alone but not with its other fields. */
  private static void reconcile(ObjectNode spec) {
    ObjectNode dataset = section(spec, "dataset");
    if (dataset.has("size") != (dataset.has("resize") && !text(dataset, "resize").equals("none"))) {
      dataset.remove(List.of("size", "resize"));
    }
    ObjectNode selection = section(spec, "selection");
    if (selection.has("ratio")) {
      selection.remove(List.of("count", "perClass"));
    } else if (selection.has("count")) {
      selection.remove("perClass");
    }
    section(spec, "training").remove("snapshotImages");
    section(spec, "sampling").remove("curveImages");
    if (spec.has("latent")) {
      section(spec, "training").remove("horizontalFlip");
    }
    ObjectNode latent = section(spec, "latent");
    boolean kl = text(latent, "type").equals("autoencoder-kl");
    latent.remove(kl ? List.of("autoencoder", "encoder", "decoder") : List.of("weights"));
    if (!latent.has(kl ? "weights" : "autoencoder")) {
      latent.put(kl ? "weights" : "autoencoder", "a");
    }
  }

  private static boolean goesTogether(ObjectNode spec) {
    ObjectNode reconciled = spec.deepCopy();
    reconcile(reconciled);
    return spec.equals(reconciled);
  }

  private static ObjectNode section(ObjectNode spec, String name) {
    return spec.get(name) instanceof ObjectNode section ? section : NODES.objectNode();
  }

  private static String text(ObjectNode node, String field) {
    return node.path(field).asText();
  }

  // ------------------------------------------------------------ the schema's keywords

  private static JsonNode resolved(JsonNode schema) {
    return schema.has("$ref") ? SCHEMA.at(schema.get("$ref").asText().substring(1)) : schema;
  }

  private static boolean valid(JsonNode value, JsonNode given) {
    JsonNode schema = resolved(given);
    return typed(value, schema.path("type").asText(""))
        && chosen(value, schema)
        && bounded(value, schema)
        && (!value.isTextual() || written(value.textValue(), schema))
        && (!value.isArray() || elements(value, schema))
        && (!value.isObject() || fields(value, schema))
        && (!schema.has("anyOf") || anyOf(value, schema.get("anyOf")));
  }

  private static boolean typed(JsonNode value, String type) {
    return switch (type) {
      case "object" -> value.isObject();
      case "array" -> value.isArray();
      case "string" -> value.isTextual();
      case "boolean" -> value.isBoolean();
      case "integer" -> value.isIntegralNumber();
      case "number" -> value.isNumber();
      default -> true;
    };
  }

  private static boolean chosen(JsonNode value, JsonNode schema) {
    if (schema.has("const")) {
      return schema.get("const").equals(value);
    }
    if (!schema.has("enum")) {
      return true;
    }
    for (JsonNode one : schema.get("enum")) {
      if (one.asText().equals(value.asText()) && one.getNodeType() == value.getNodeType()) {
        return true;
      }
    }
    return false;
  }

  private static boolean bounded(JsonNode value, JsonNode schema) {
    if (!value.isNumber()) {
      return true;
    }
    BigDecimal x = value.decimalValue();
    return (!schema.has("minimum") || x.compareTo(schema.get("minimum").decimalValue()) >= 0)
        && (!schema.has("maximum") || x.compareTo(schema.get("maximum").decimalValue()) <= 0)
        && (!schema.has("exclusiveMinimum")
            || x.compareTo(schema.get("exclusiveMinimum").decimalValue()) > 0)
        && (!schema.has("exclusiveMaximum")
            || x.compareTo(schema.get("exclusiveMaximum").decimalValue()) < 0);
  }

  private static boolean written(String text, JsonNode schema) {
    return (!schema.has("maxLength")
            || text.codePointCount(0, text.length()) <= schema.get("maxLength").asInt())
        && (!schema.has("pattern")
            || Pattern.compile(schema.get("pattern").asText()).matcher(text).find());
  }

  private static boolean elements(JsonNode value, JsonNode schema) {
    if (schema.has("maxItems") && value.size() > schema.get("maxItems").asInt()) {
      return false;
    }
    for (JsonNode one : value) {
      if (schema.has("items") && !valid(one, schema.get("items"))) {
        return false;
      }
    }
    return true;
  }

  private static boolean fields(JsonNode value, JsonNode schema) {
    for (JsonNode required : schema.path("required")) {
      if (!value.has(required.asText())) {
        return false;
      }
    }
    for (var field : value.properties()) {
      JsonNode known = schema.path("properties").path(field.getKey());
      JsonNode others = schema.path("additionalProperties");
      boolean holds =
          !known.isMissingNode()
              ? valid(field.getValue(), known)
              : others.isMissingNode()
                  || others.isObject() && valid(field.getValue(), others)
                  || others.isBoolean() && others.asBoolean();
      if (!holds) {
        return false;
      }
    }
    return true;
  }

  private static boolean anyOf(JsonNode value, JsonNode schemas) {
    for (JsonNode schema : schemas) {
      if (valid(value, schema)) {
        return true;
      }
    }
    return false;
  }

  // ------------------------------------------------------------ values of a schema

  private record Generator(SplittableRandom random) {
    JsonNode value(JsonNode given) {
      JsonNode schema = resolved(given);
      if (schema.has("anyOf")) {
        JsonNode one = schema.get("anyOf").get(random.nextInt(schema.get("anyOf").size()));
        return value(one.deepCopy());
      }
      if (schema.has("const")) {
        return schema.get("const");
      }
      if (schema.has("enum")) {
        return schema.get("enum").get(random.nextInt(schema.get("enum").size()));
      }
      return switch (schema.path("type").asText("object")) {
        case "boolean" -> NODES.booleanNode(random.nextBoolean());
        case "integer" -> NODES.numberNode(integer(schema));
        case "number" -> NODES.numberNode(number(schema));
        case "string" -> text(schema);
        case "array" -> list(schema);
        default -> object(schema);
      };
    }

    private long integer(JsonNode schema) {
      long min = schema.path("minimum").asLong(Long.MIN_VALUE);
      long max = schema.path("maximum").asLong(Long.MAX_VALUE);
      return switch (random.nextInt(3)) {
        case 0 -> min;
        case 1 -> max;
        default -> max == Long.MAX_VALUE ? random.nextLong() : random.nextLong(min, max + 1);
      };
    }

    private double number(JsonNode schema) {
      double min = schema.path("minimum").asDouble(schema.path("exclusiveMinimum").asDouble(0));
      double max = schema.path("maximum").asDouble(schema.path("exclusiveMaximum").asDouble(1));
      double share = 0.05 + 0.9 * random.nextDouble();
      return min + share * (max - min);
    }

    private TextNode text(JsonNode schema) {
      // lower-case letters and digits match every pattern
      int length = 1 + random.nextInt(12);
      StringBuilder text = new StringBuilder();
      for (int i = 0; i < length; i++) {
        text.append((char) ('a' + random.nextInt(26)));
      }
      return NODES.textNode(text.toString());
    }

    private ArrayNode list(JsonNode schema) {
      ArrayNode list = NODES.arrayNode();
      int size = random.nextInt(1 + schema.path("maxItems").asInt(3));
      for (int i = 0; i < size; i++) {
        list.add(value(schema.get("items")));
      }
      return list;
    }

    private ObjectNode object(JsonNode schema) {
      ObjectNode object = NODES.objectNode();
      List<String> required = new ArrayList<>();
      schema.path("required").forEach(name -> required.add(name.asText()));
      schema
          .path("properties")
          .properties()
          .forEach(
              field -> {
                if (required.contains(field.getKey()) || random.nextInt(3) == 0) {
                  object.set(field.getKey(), value(field.getValue()));
                }
              });
      if (schema.path("additionalProperties").isObject()) {
        for (int i = random.nextInt(3); i > 0; i--) {
          object.set("class " + i, value(schema.get("additionalProperties")));
        }
      }
      return object;
    }
  }

  // ------------------------------------------------------------ changes

  private record Changer(SplittableRandom random) {
    void change(ObjectNode spec) {
      List<Consumer<JsonNode>> places = new ArrayList<>();
      List<Runnable> additions = new ArrayList<>();
      collect(spec, places, additions);
      if (random.nextInt(6) == 0) {
        additions.get(random.nextInt(additions.size())).run();
      } else {
        places.get(random.nextInt(places.size())).accept(other());
      }
    }

    private void collect(JsonNode node, List<Consumer<JsonNode>> places, List<Runnable> additions) {
      if (node instanceof ObjectNode object) {
        additions.add(() -> object.put("zzz", 1));
        for (var field : object.properties()) {
          places.add(value -> object.set(field.getKey(), value));
          collect(field.getValue(), places, additions);
        }
      } else if (node instanceof ArrayNode array) {
        for (int i = 0; i < array.size(); i++) {
          int at = i;
          places.add(value -> array.set(at, value));
          collect(array.get(i), places, additions);
        }
      }
    }

    private JsonNode other() {
      List<Supplier<JsonNode>> others =
          List.of(
              () -> NODES.textNode(""),
              () -> NODES.textNode("\u0000"),
              () -> NODES.textNode("a\nb"),
              () -> NODES.textNode("x".repeat(2000)),
              () -> NODES.textNode("64"),
              () -> NODES.textNode("true"),
              () -> NODES.textNode("NaN"),
              () -> NODES.textNode("Linear"),
              () -> NODES.textNode(" linear"),
              () -> NODES.textNode("linear"),
              () -> NODES.numberNode(0),
              () -> NODES.numberNode(1),
              () -> NODES.numberNode(-1),
              () -> NODES.numberNode(3),
              () -> NODES.numberNode(64),
              () -> NODES.numberNode(1L << 40),
              () -> NODES.numberNode(Long.MAX_VALUE),
              () -> NODES.numberNode(new BigInteger("99999999999999999999")),
              () -> DoubleNode.valueOf(0.5),
              () -> DoubleNode.valueOf(1.5),
              () -> DoubleNode.valueOf(-0.5),
              () -> DoubleNode.valueOf(1e300),
              () -> NODES.booleanNode(true),
              NODES::nullNode,
              NODES::arrayNode,
              NODES::objectNode,
              () -> NODES.arrayNode().add(1).add("2"),
              () -> NODES.objectNode().put("a", 1));
      return others.get(random.nextInt(others.size())).get();
    }
  }
}
