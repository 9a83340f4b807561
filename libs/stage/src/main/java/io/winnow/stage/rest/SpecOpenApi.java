package io.winnow.stage.rest;

import io.winnow.contracts.ArtifactRef;
import io.winnow.contracts.Json;
import io.winnow.contracts.Lineage;
import io.winnow.contracts.LineageKey;
import io.winnow.contracts.spec.Catalog;
import io.winnow.contracts.spec.RunSpec;
import io.winnow.contracts.spec.field.Bounds;
import io.winnow.contracts.spec.field.SpecField;
import io.winnow.contracts.spec.field.SpecFields;
import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.eclipse.microprofile.openapi.OASFactory;
import org.eclipse.microprofile.openapi.OASFilter;
import org.eclipse.microprofile.openapi.models.OpenAPI;
import org.eclipse.microprofile.openapi.models.media.Schema;

/**
 * Adds descriptions, defaults and ranges of the run spec's fields to the OpenAPI document, and the
 * fields of a lineage, which is a map in Java.
 */
public final class SpecOpenApi implements OASFilter {

  @Override
  public void filterOpenAPI(OpenAPI document) {
    if (document.getComponents() == null || document.getComponents().getSchemas() == null) {
      return;
    }
    Map<String, Schema> schemas = document.getComponents().getSchemas();
    describe(RunSpec.class, schemas);
    if (schemas.containsKey(Lineage.class.getSimpleName())
        && schemas.containsKey(ArtifactRef.class.getSimpleName())) {
      document.getComponents().addSchema(Lineage.class.getSimpleName(), lineage());
    }
  }

  private static void describe(Class<? extends Record> section, Map<String, Schema> schemas) {
    Schema schema = schemas.get(section.getSimpleName());
    for (SpecField field : SpecFields.of(section).all()) {
      Class<?> type = field.type().getRawClass();
      if (SpecFields.section(type)) {
        describe(type.asSubclass(Record.class), schemas);
      }
      if (schema != null && schema.getProperties() != null) {
        Schema property = schema.getProperties().get(field.name());
        // a reference keeps the description of what it refers to
        if (property != null && property.getRef() == null) {
          describe(property, field);
        }
      }
    }
  }

  private static void describe(Schema property, SpecField field) {
    field.description().ifPresent(property::setDescription);
    field
        .defaultValue()
        .map(value -> Json.mapper().convertValue(value, Object.class))
        .ifPresent(property::setDefaultValue);
    Optional<List<String>> names = Catalog.namesOf(field);
    names.ifPresent(all -> property.setEnumeration(List.copyOf(all)));
    if (names.isEmpty() && !field.type().isEnumType()) {
      field.pattern().ifPresent(pattern -> property.setPattern("^" + pattern + "$"));
      field
          .longest()
          .ifPresent(
              most -> {
                if (field.type().isContainerType()) {
                  property.setMaxItems(most);
                } else {
                  property.setMaxLength(most);
                }
              });
    }
    if (!field.integers().isEmpty()) {
      property.setEnumeration(List.copyOf(field.integers()));
    }
    if (!field.type().isContainerType()) {
      field.range().ifPresent(bounds -> bound(property, bounds));
    }
  }

  private static void bound(Schema property, Bounds bounds) {
    number(bounds.min(), property::setMinimum);
    number(bounds.above(), property::setExclusiveMinimum);
    number(bounds.max(), property::setMaximum);
    number(bounds.below(), property::setExclusiveMaximum);
  }

  private static void number(Double value, Consumer<BigDecimal> setter) {
    if (value != null) {
      setter.accept(new BigDecimal(BigDecimal.valueOf(value).stripTrailingZeros().toPlainString()));
    }
  }

  private static Schema lineage() {
    Map<String, Schema> artifacts = new LinkedHashMap<>();
    for (LineageKey key : LineageKey.values()) {
      artifacts.put(
          key.toString(), OASFactory.createSchema().ref(ArtifactRef.class.getSimpleName()));
    }
    return OASFactory.createSchema()
        .type(List.of(Schema.SchemaType.OBJECT))
        .description("The artifacts that a run has made or reused so far")
        .properties(artifacts);
  }
}
