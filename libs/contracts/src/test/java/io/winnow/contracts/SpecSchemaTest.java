package io.winnow.contracts;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.github.victools.jsonschema.generator.CustomDefinition;
import com.github.victools.jsonschema.generator.FieldScope;
import com.github.victools.jsonschema.generator.Option;
import com.github.victools.jsonschema.generator.OptionPreset;
import com.github.victools.jsonschema.generator.SchemaGenerator;
import com.github.victools.jsonschema.generator.SchemaGeneratorConfigBuilder;
import com.github.victools.jsonschema.generator.SchemaVersion;
import com.github.victools.jsonschema.module.jackson.JacksonModule;
import com.github.victools.jsonschema.module.jackson.JacksonOption;
import io.winnow.contracts.event.EventType;
import io.winnow.contracts.run.Run;
import io.winnow.contracts.run.RunReport;
import io.winnow.contracts.spec.ArchitectureInfo;
import io.winnow.contracts.spec.ArchitectureInfo.Setting;
import io.winnow.contracts.spec.Catalog;
import io.winnow.contracts.spec.ModelSpec;
import io.winnow.contracts.spec.RunSpec;
import io.winnow.contracts.spec.field.Bounds;
import io.winnow.contracts.spec.field.SpecField;
import io.winnow.contracts.spec.field.SpecFields;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The committed JSON Schemas are those of the records. After a change of a record, write them with
 * {@code mvn test -Dtest=SpecSchemaTest -Dwinnow.schemas.write=true} in libs/contracts.
 */
class SpecSchemaTest {
  private static final Path SCHEMAS = Path.of("src/main/resources/io/winnow/contracts/schema");

  /** Records with a schema of their own, to which other schemas refer. */
  private static final Set<Class<?>> SHARED = Set.of(RunSpec.class, Run.class, Lineage.class);

  static Stream<Class<?>> records() {
    return Stream.concat(
        Stream.of(RunSpec.class, Run.class, Lineage.class, RunReport.class),
        Arrays.stream(EventType.values()).map(EventType::record));
  }

  @ParameterizedTest
  @MethodSource("records")
  void theCheckedInSchemaIsTheRecords(Class<?> type) throws IOException {
    // Given the checked-in schema
    Path file = SCHEMAS.resolve(file(type));

    // When the record's schema is generated
    String generated = Json.pretty(schema(type)) + "\n";
    if (Boolean.getBoolean("winnow.schemas.write")) {
      Files.createDirectories(SCHEMAS);
      Files.writeString(file, generated);
    }

    // Then they are the same
    assertThat(Files.readString(file)).isEqualTo(generated);
  }

  @Test
  void aFieldSaysItsDescriptionDefaultAndRange() {
    // When
    JsonNode training = schema(RunSpec.class).at("/properties/training/properties");

    // Then
    assertThat(training.at("/batch/description").asText()).isNotBlank();
    assertThat(training.at("/batch/default").asInt()).isEqualTo(64);
    assertThat(training.at("/batch/minimum").asInt()).isEqualTo(1);
    assertThat(training.at("/batch/maximum").asInt()).isEqualTo(65_536);
    assertThat(training.at("/emaDecay/exclusiveMaximum").asInt()).isEqualTo(1);
    assertThat(training.at("/schedule/default").asText()).isEqualTo("linear");
  }

  @Test
  void anEventRefersToTheSharedSchemas() {
    JsonNode event = schema(EventType.DATASET_READY.record());
    assertThat(event.at("/properties/run/$ref").asText()).isEqualTo("Run.schema.json");
    assertThat(event.at("/properties/lineage/$ref").asText()).isEqualTo("Lineage.schema.json");
    for (Class<?> shared : SHARED) {
      assertThat(SCHEMAS.resolve(file(shared))).isRegularFile();
    }
  }

  private static String file(Class<?> type) {
    return type.getSimpleName() + ".schema.json";
  }

  private static List<String> names(FieldScope field) {
    return spec(field).flatMap(Catalog::namesOf).orElse(null);
  }

  private static JsonNode schema(Class<?> type) {
    SchemaGeneratorConfigBuilder config =
        new SchemaGeneratorConfigBuilder(
                Json.mapper(), SchemaVersion.DRAFT_2020_12, OptionPreset.PLAIN_JSON)
            .with(new JacksonModule(JacksonOption.FLATTENED_ENUMS_FROM_JSONPROPERTY))
            .with(Option.MAP_VALUES_AS_ADDITIONAL_PROPERTIES, Option.EXTRA_OPEN_API_FORMAT_VALUES);
    config
        .forTypesInGeneral()
        .withCustomDefinitionProvider(
            (java, context) -> {
              Class<?> erased = java.getErasedType();
              if (erased != type && SHARED.contains(erased)) {
                return inline(
                    context.getGeneratorConfig().createObjectNode().put("$ref", file(erased)));
              }
              if (erased == ModelSpec.class) {
                return new CustomDefinition(
                    model(context.getGeneratorConfig()::createObjectNode),
                    CustomDefinition.DefinitionType.STANDARD,
                    CustomDefinition.AttributeInclusion.NO);
              }
              if (erased != Lineage.class) {
                return null;
              }
              ObjectNode lineage = context.getGeneratorConfig().createObjectNode();
              ObjectNode properties = lineage.put("type", "object").putObject("properties");
              for (LineageKey key : LineageKey.values()) {
                properties.set(
                    key.toString(),
                    context.createDefinitionReference(
                        context.getTypeContext().resolve(ArtifactRef.class)));
              }
              return inline(lineage);
            });
    config
        .forFields()
        .withEnumResolver(SpecSchemaTest::names)
        .withRequiredCheck(field -> spec(field).map(SpecField::required).orElse(false))
        .withDescriptionResolver(field -> spec(field).flatMap(SpecField::description).orElse(null))
        .withDefaultResolver(
            field ->
                spec(field)
                    .flatMap(SpecField::defaultValue)
                    .map(value -> Json.mapper().convertValue(value, Object.class))
                    .orElse(null))
        .withStringPatternResolver(
            field -> text(field).flatMap(SpecField::pattern).map(p -> "^" + p + "$").orElse(null))
        .withStringMaxLengthResolver(field -> text(field).flatMap(SpecField::longest).orElse(null))
        .withArrayMaxItemsResolver(field -> spec(field).flatMap(SpecField::longest).orElse(null))
        .withInstanceAttributeOverride((node, field, context) -> numbers(node, field));
    // what people write has no other fields; readers of events ignore those they do not know
    config
        .forTypesInGeneral()
        .withAdditionalPropertiesResolver(
            scope -> SpecFields.section(scope.getType().getErasedType()) ? Void.class : null);
    return new SchemaGenerator(config.build()).generateSchema(type);
  }

  private static CustomDefinition inline(ObjectNode node) {
    return new CustomDefinition(
        node, CustomDefinition.DefinitionType.INLINE, CustomDefinition.AttributeInclusion.NO);
  }

  /** A model by its type: each has presets and settings of its own. */
  private static ObjectNode model(Supplier<ObjectNode> nodes) {
    ObjectNode model = nodes.get().put("type", "object");
    ObjectNode properties = model.putObject("properties");
    for (SpecField field : SpecFields.of(ModelSpec.class).all()) {
      if (field.type().isTypeOrSubTypeOf(String.class)) {
        ObjectNode property = properties.putObject(field.name()).put("type", "string");
        property.put("description", field.description().orElseThrow());
        field.defaultValue().ifPresent(value -> property.put("default", value.toString()));
      }
    }
    Catalog.ARCHITECTURES.names().forEach(properties.withObject("/type").withArray("enum")::add);
    ArrayNode types = model.putArray("anyOf");
    for (ArchitectureInfo type : Catalog.ARCHITECTURES.all()) {
      ObjectNode one = types.addObject();
      ObjectNode fields = one.putObject("properties");
      fields.putObject("type").put("const", type.name());
      type.presets().forEach(fields.putObject("preset").putArray("enum")::add);
      type.settings().forEach(setting -> put(fields.putObject(setting.name()), setting));
      one.put("additionalProperties", false);
      if (!type.name().equals(SpecFields.of(ModelSpec.class).field("type").defaultValue().get())) {
        one.putArray("required").add("type");
      }
    }
    return model;
  }

  private static void put(ObjectNode node, Setting setting) {
    node.put("description", setting.description());
    switch (setting.kind()) {
      case INTEGERS -> {
        node.put("type", "array").put("maxItems", setting.longest());
        put(node.putObject("items").put("type", "integer"), setting.bounds());
      }
      case BOOLEAN -> node.put("type", "boolean");
      default ->
          put(node.put("type", setting.kind().name().toLowerCase(Locale.ROOT)), setting.bounds());
    }
  }

  private static Optional<SpecField> text(FieldScope field) {
    return field.getType().getErasedType() == String.class && names(field) == null
        ? spec(field)
        : Optional.empty();
  }

  private static Optional<SpecField> spec(FieldScope field) {
    return field.isFakeContainerItemScope() ? Optional.empty() : declared(field);
  }

  private static Optional<SpecField> declared(FieldScope field) {
    Class<?> section = field.getDeclaringType().getErasedType();
    return SpecFields.section(section)
        ? Optional.of(
            SpecFields.of(section.asSubclass(Record.class)).field(field.getDeclaredName()))
        : Optional.empty();
  }

  private static void numbers(ObjectNode node, FieldScope field) {
    Optional<SpecField> spec = declared(field);
    if (spec.isEmpty()) {
      return;
    }
    if (!spec.get().integers().isEmpty()) {
      spec.get().integers().forEach(node.withArray("enum")::add);
    }
    // the range of a list or map is that of its elements
    if (!spec.get().type().isContainerType() || field.isFakeContainerItemScope()) {
      spec.get().range().ifPresent(bounds -> put(node, bounds));
    }
    if (spec.get().type().hasRawClass(Long.class) && spec.get().range().isEmpty()) {
      node.put("minimum", Long.MIN_VALUE).put("maximum", Long.MAX_VALUE);
    }
  }

  private static void put(ObjectNode node, Bounds bounds) {
    number(node, "minimum", bounds.min());
    number(node, "exclusiveMinimum", bounds.above());
    number(node, "maximum", bounds.max());
    number(node, "exclusiveMaximum", bounds.below());
  }

  private static void number(ObjectNode node, String name, Double value) {
    if (value == null) {
      return;
    }
    if (value == Math.rint(value) && Math.abs(value) < 1e15) {
      node.put(name, value.longValue());
    } else {
      node.put(name, BigDecimal.valueOf(value));
    }
  }
}
