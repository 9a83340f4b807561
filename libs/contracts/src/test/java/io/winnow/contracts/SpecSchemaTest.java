package io.winnow.contracts;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.annotation.JsonAnySetter;
import com.fasterxml.jackson.databind.JsonNode;
import com.github.victools.jsonschema.generator.Option;
import com.github.victools.jsonschema.generator.OptionPreset;
import com.github.victools.jsonschema.generator.SchemaGenerator;
import com.github.victools.jsonschema.generator.SchemaGeneratorConfigBuilder;
import com.github.victools.jsonschema.generator.SchemaVersion;
import com.github.victools.jsonschema.module.jackson.JacksonModule;
import com.github.victools.jsonschema.module.jackson.JacksonOption;
import io.winnow.contracts.event.EventType;
import io.winnow.contracts.run.RunReport;
import io.winnow.contracts.spec.Catalog;
import io.winnow.contracts.spec.ModelSpec;
import io.winnow.contracts.spec.RunSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The checked-in JSON Schemas are those of the records. After a change of a record, write them anew
 * with {@code mvn test -Dtest=SpecSchemaTest -Dwinnow.schemas.write=true} in libs/contracts.
 */
class SpecSchemaTest {
  private static final Path SCHEMAS = Path.of("src/main/resources/io/winnow/contracts/schema");

  static Stream<Class<?>> records() {
    return Stream.concat(
        Stream.of(RunSpec.class, RunReport.class),
        Arrays.stream(EventType.values()).map(EventType::record));
  }

  @ParameterizedTest
  @MethodSource("records")
  void theCheckedInSchemaIsTheRecords(Class<?> type) throws IOException {
    // Given the checked-in schema
    Path file = SCHEMAS.resolve(type.getSimpleName() + ".schema.json");

    // When the record's schema is generated
    String generated = Json.pretty(schema(type)) + "\n";
    if (Boolean.getBoolean("winnow.schemas.write")) {
      Files.createDirectories(SCHEMAS);
      Files.writeString(file, generated);
    }

    // Then they are the same
    assertThat(Files.readString(file)).isEqualTo(generated);
  }

  private static List<String> names(Class<?> record, String field) {
    return switch (record.getSimpleName() + "." + field) {
      case "SelectionSpec.criterion" -> Catalog.CRITERIA.names();
      case "ReweightSpec.method" -> Catalog.WEIGHTING.names();
      default -> null;
    };
  }

  private static JsonNode schema(Class<?> type) {
    SchemaGeneratorConfigBuilder config =
        new SchemaGeneratorConfigBuilder(
                Json.mapper(), SchemaVersion.DRAFT_2020_12, OptionPreset.PLAIN_JSON)
            .with(new JacksonModule(JacksonOption.FLATTENED_ENUMS_FROM_JSONPROPERTY))
            .with(
                Option.FORBIDDEN_ADDITIONAL_PROPERTIES_BY_DEFAULT,
                Option.MAP_VALUES_AS_ADDITIONAL_PROPERTIES,
                Option.EXTRA_OPEN_API_FORMAT_VALUES);
    config
        .forFields()
        .withEnumResolver(f -> names(f.getDeclaringType().getErasedType(), f.getName()))
        .withIgnoreCheck(f -> f.getRawMember().isAnnotationPresent(JsonAnySetter.class))
        .withRequiredCheck(
            f ->
                f.getName().equals("source")
                    || f.getName().equals("autoencoder")
                    || (f.getName().equals("dataset")
                        && f.getDeclaringType().getErasedType() == RunSpec.class));
    // An architecture's settings are fields of the model that only the registry knows.
    config
        .forTypesInGeneral()
        .withAdditionalPropertiesResolver(
            scope -> scope.getType().getErasedType() == ModelSpec.class ? Object.class : null);
    return new SchemaGenerator(config.build()).generateSchema(type);
  }
}
