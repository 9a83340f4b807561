package io.winnow.contracts;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JavaType;
import io.winnow.contracts.spec.Catalog;
import io.winnow.contracts.spec.RunSpec;
import io.winnow.contracts.spec.field.SpecField;
import io.winnow.contracts.spec.field.SpecFields;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * The committed page of all fields is that of the records; it is written together with the schemas,
 * see {@link SpecSchemaTest}.
 */
class SpecPageTest {
  private static final Path PAGE = Path.of("../../docs/run-spec.md");

  @Test
  void theCommittedPageIsTheRecords() throws IOException {
    // When
    String page = page();
    if (Boolean.getBoolean("winnow.schemas.write")) {
      Files.writeString(PAGE, page);
    }

    // Then
    assertThat(Files.readString(PAGE)).isEqualTo(page);
    assertThat(page).contains("| `training.batch` | integer, from 1 to 65536 | 64 |");
  }

  private static String page() {
    StringBuilder page =
        new StringBuilder(
            """
            # Run spec

            Every field of a run spec. Only `dataset.source` is required. An unknown field, or a value out of range, is an error that
            names the field. This page is generated from the records in `libs/contracts`
            ([JSON Schema](../libs/contracts/src/main/resources/io/winnow/contracts/schema/RunSpec.schema.json)).
            """);
    List<SpecField> top = new ArrayList<>();
    StringBuilder sections = new StringBuilder();
    for (SpecField field : SpecFields.of(RunSpec.class).all()) {
      Class<?> type = field.type().getRawClass();
      if (SpecFields.section(type)) {
        sections
            .append("\n## ")
            .append(field.name())
            .append("\n")
            .append(sentence(field.description().orElseThrow()))
            .append(field.defaultText().map(text -> " Default: " + text + ".").orElse(""))
            .append("\n\n")
            .append(table(SpecFields.of(type.asSubclass(Record.class)).all()));
      } else {
        top.add(field);
      }
    }
    return page.append("\n").append(table(top)).append(sections).toString();
  }

  private static String table(Collection<SpecField> fields) {
    return "| field | values | default | meaning |\n| --- | --- | --- | --- |\n"
        + fields.stream().map(SpecPageTest::row).collect(Collectors.joining());
  }

  private static String row(SpecField field) {
    String type = type(field.type());
    String values =
        Catalog.namesOf(field)
            .map(names -> String.join(", ", names))
            .orElseGet(
                () ->
                    field
                        .valuesText()
                        .map(text -> type.isEmpty() ? text : type + ", " + text)
                        .orElse(type));
    String standard = field.required() ? "required" : field.defaultText().orElse("");
    return "| `%s` | %s | %s | %s |\n"
        .formatted(field.path(), values, standard, sentence(field.description().orElseThrow()));
  }

  private static String sentence(String text) {
    return text.endsWith(".") ? text : text + ".";
  }

  private static String type(JavaType type) {
    Class<?> raw = type.getRawClass();
    if (type.isMapLikeType()) {
      return "object of " + type(type.getContentType()) + "s";
    }
    if (type.isCollectionLikeType()) {
      return "list of " + type(type.getContentType()) + "s";
    }
    if (raw == Integer.class || raw == Long.class) {
      return "integer";
    }
    if (raw == Double.class) {
      return "number";
    }
    if (raw == Boolean.class) {
      return "true, false";
    }
    if (raw.isEnum()) {
      return "";
    }
    return raw.isRecord() ? "as model" : raw == Object.class ? "value" : "text";
  }
}
