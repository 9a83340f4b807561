package io.winnow.cli.common;

import io.winnow.contracts.spec.RunSpec;
import io.winnow.contracts.spec.field.SpecField;
import io.winnow.contracts.spec.field.SpecFields;
import java.lang.reflect.RecordComponent;
import java.util.Collections;
import java.util.Enumeration;
import java.util.Map;
import java.util.ResourceBundle;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The help texts of options that are fields of a run spec, so that help and spec say the same: an
 * option names its field as its {@code descriptionKey}, such as {@code dataset.holdout}.
 */
public final class SpecDescriptions extends ResourceBundle {
  private final Map<String, String> texts = new TreeMap<>();

  public SpecDescriptions() {
    for (RecordComponent part : RunSpec.class.getRecordComponents()) {
      if (SpecFields.section(part.getType())) {
        for (SpecField field : SpecFields.of(part.getType().asSubclass(Record.class)).all()) {
          field
              .description()
              .ifPresent(text -> texts.put(part.getName() + "." + field.name(), help(text, field)));
        }
      }
    }
  }

  private static String help(String description, SpecField field) {
    boolean numbers = field.range().isPresent() || !field.integers().isEmpty();
    String more =
        Stream.concat(
                field.valuesText().filter(text -> numbers).stream(),
                field.defaultText().stream().map(text -> "default: " + text))
            .collect(Collectors.joining("; "));
    String whole = more.isEmpty() ? description + "." : description + " (" + more + ").";
    // picocli formats descriptions
    return whole.replace("%", "%%");
  }

  @Override
  protected Object handleGetObject(String key) {
    return texts.get(key);
  }

  @Override
  public Enumeration<String> getKeys() {
    return Collections.enumeration(texts.keySet());
  }
}
