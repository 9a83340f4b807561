package io.winnow.datasets.source.parquet;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.winnow.contracts.InvalidInputException;
import io.winnow.contracts.Json;
import io.winnow.datasets.source.format.ScanOptions;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.hadoop.metadata.FileMetaData;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Type;

/**
 * The columns of one Parquet file that hold the images and their labels. The image is a binary
 * column, or a struct with the encoded image in {@code bytes}; the label is an integer or a text.
 *
 * @param names class names by label, which Hugging Face's libraries store in the file's metadata
 *     ({@code huggingface}: {@code info.features.<column>.names}); empty if there are none
 */
record ParquetColumns(ColumnDescriptor image, ColumnDescriptor label, List<String> names) {
  private static final ObjectMapper MAPPER = Json.mapper();
  private static final String BYTES = "bytes";
  private static final List<String> IMAGES = List.of("image", "img");
  private static final String LABEL = "label";
  private static final Set<String> LABEL_WORDS =
      Set.of("labels", "class", "classes", "target", "targets", "category", "cls");

  /**
   * Chooses the columns that the spec names; otherwise {@code image} (or {@code img}) and {@code
   * label}, and otherwise the only columns that can be meant.
   *
   * @param name of the file, for errors
   * @throws InvalidInputException there is no such column, or several can be meant
   */
  static ParquetColumns of(String name, FileMetaData file, ScanOptions options) {
    MessageType schema = file.getSchema();
    JsonNode features = features(file.getKeyValueMetaData());
    ColumnDescriptor image = image(name, schema, options.imageColumn());
    ColumnDescriptor label = label(name, schema, features, options.labelColumn());
    List<String> names = new ArrayList<>();
    features.path(label.getPath()[0]).path("names").forEach(n -> names.add(n.asText()));
    return new ParquetColumns(image, label, names);
  }

  /** The same columns with the names of another file. */
  ParquetColumns named(List<String> others) {
    return new ParquetColumns(image, label, others);
  }

  /** Whether labels are numbers, not names. */
  boolean numbered() {
    return primitive(label) != PrimitiveTypeName.BINARY;
  }

  private static JsonNode features(Map<String, String> metadata) {
    String json = metadata.get("huggingface");
    try {
      return json == null
          ? MAPPER.missingNode()
          : MAPPER.readTree(json).path("info").path("features");
    } catch (JsonProcessingException e) {
      // other programs may use the same key
      return MAPPER.missingNode();
    }
  }

  private static ColumnDescriptor image(String name, MessageType schema, Optional<String> wanted) {
    Map<String, ColumnDescriptor> all = columns(schema, type -> image(schema, type));
    if (wanted.isPresent()) {
      return chosen(name, "images", "imageColumn", wanted.get(), all);
    }
    return IMAGES.stream()
        .filter(all::containsKey)
        .findFirst()
        .map(all::get)
        .orElseGet(() -> only(name, "images", "imageColumn", List.copyOf(all.keySet()), all));
  }

  private static Optional<ColumnDescriptor> image(MessageType schema, Type type) {
    String[] path = {type.getName(), BYTES};
    if (!type.isPrimitive()) {
      return schema.containsPath(path)
          ? flat(schema.getColumnDescription(path))
              .filter(c -> primitive(c) == PrimitiveTypeName.BINARY)
          : Optional.empty();
    }
    return flat(schema.getColumnDescription(new String[] {type.getName()}))
        .filter(c -> primitive(c) == PrimitiveTypeName.BINARY)
        .filter(c -> c.getPrimitiveType().getLogicalTypeAnnotation() == null);
  }

  private static ColumnDescriptor label(
      String name, MessageType schema, JsonNode features, Optional<String> wanted) {
    Map<String, ColumnDescriptor> all = columns(schema, type -> label(schema, type));
    if (wanted.isPresent()) {
      return chosen(name, "labels", "labelColumn", wanted.get(), all);
    }
    if (all.containsKey(LABEL)) {
      return all.get(LABEL);
    }
    List<String> classes =
        all.keySet().stream()
            .filter(c -> features.path(c).path("_type").asText().equals("ClassLabel"))
            .toList();
    List<String> usual = all.keySet().stream().filter(LABEL_WORDS::contains).toList();
    List<String> candidates =
        Stream.of(classes, usual)
            .filter(some -> some.size() == 1)
            .findFirst()
            .orElseGet(() -> List.copyOf(all.keySet()));
    return only(name, "labels", "labelColumn", candidates, all);
  }

  private static Optional<ColumnDescriptor> label(MessageType schema, Type type) {
    if (!type.isPrimitive()) {
      return Optional.empty();
    }
    return flat(schema.getColumnDescription(new String[] {type.getName()}))
        .filter(c -> isLabel(c.getPrimitiveType()));
  }

  private static boolean isLabel(PrimitiveType type) {
    LogicalTypeAnnotation logical = type.getLogicalTypeAnnotation();
    return switch (type.getPrimitiveTypeName()) {
      case INT32, INT64 ->
          logical == null || logical instanceof LogicalTypeAnnotation.IntLogicalTypeAnnotation;
      case BINARY ->
          logical instanceof LogicalTypeAnnotation.StringLogicalTypeAnnotation
              || logical instanceof LogicalTypeAnnotation.EnumLogicalTypeAnnotation
              || type.getName().equals(LABEL);
      default -> false;
    };
  }

  private static Optional<ColumnDescriptor> flat(ColumnDescriptor column) {
    return Optional.of(column).filter(c -> c.getMaxRepetitionLevel() == 0);
  }

  private static PrimitiveTypeName primitive(ColumnDescriptor column) {
    return column.getPrimitiveType().getPrimitiveTypeName();
  }

  private static Map<String, ColumnDescriptor> columns(
      MessageType schema, Function<Type, Optional<ColumnDescriptor>> usable) {
    Map<String, ColumnDescriptor> found = new LinkedHashMap<>();
    for (Type type : schema.getFields()) {
      usable.apply(type).ifPresent(column -> found.put(type.getName(), column));
    }
    return found;
  }

  private static ColumnDescriptor chosen(
      String name, String kind, String field, String wanted, Map<String, ColumnDescriptor> all) {
    ColumnDescriptor column = all.get(wanted);
    if (column == null) {
      throw new InvalidInputException(
          "%s has no column \"%s\" of %s".formatted(name, wanted, kind),
          "set dataset.%s to %s"
              .formatted(
                  field,
                  all.isEmpty()
                      ? "an existing column; this file has none of " + kind
                      : "one of " + String.join(", ", all.keySet())));
    }
    return column;
  }

  private static ColumnDescriptor only(
      String name,
      String kind,
      String field,
      List<String> candidates,
      Map<String, ColumnDescriptor> all) {
    if (candidates.isEmpty()) {
      throw new InvalidInputException(
          name + " lacks a required column: " + required(kind),
          "write image and label columns as on the Hugging Face Hub, images as PNG or JPEG bytes");
    }
    if (candidates.size() > 1) {
      throw new InvalidInputException(
          "%s has several columns that can be the %s: %s"
              .formatted(
                  name, kind, candidates.stream().sorted().collect(Collectors.joining(", "))),
          "set dataset." + field + " to one of them");
    }
    return all.get(candidates.get(0));
  }

  private static String required(String kind) {
    return kind.equals("images")
        ? "a column image (or img) with the encoded image in bytes"
        : "a column label with a class's index or name";
  }
}
