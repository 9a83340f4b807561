package io.winnow.contracts.spec.field;

import io.winnow.contracts.InvalidInputException;
import java.lang.reflect.RecordComponent;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/** The fields of one section of the run spec. Safe for use by several threads. */
public final class SpecFields {
  private static final ClassValue<SpecFields> ALL =
      new ClassValue<>() {
        @Override
        protected SpecFields computeValue(Class<?> section) {
          return new SpecFields(section);
        }
      };

  private final Map<String, SpecField> fields;

  private SpecFields(Class<?> section) {
    String name = section.getAnnotation(Section.class).value();
    Map<String, SpecField> all = new LinkedHashMap<>();
    for (RecordComponent component : section.getRecordComponents()) {
      String path = name.isEmpty() ? component.getName() : name + "." + component.getName();
      all.put(component.getName(), new SpecField(path, component));
    }
    this.fields = Collections.unmodifiableMap(all);
  }

  /**
   * @param section a record that is a {@link Section}
   */
  public static SpecFields of(Class<? extends Record> section) {
    return ALL.get(section);
  }

  /** Whether a type is a section, whose fields this class reads. */
  public static boolean section(Class<?> type) {
    return type.isAnnotationPresent(Section.class);
  }

  /** In the record's order. */
  public Collection<SpecField> all() {
    return fields.values();
  }

  /** One field, by its component's name. */
  public SpecField field(String name) {
    SpecField field = fields.get(name);
    if (field == null) {
      throw new IllegalArgumentException("no field \"" + name + "\" in " + fields.keySet());
    }
    return field;
  }

  /**
   * Fills in the default and checks the value; for the section's constructor.
   *
   * @param name the component's
   * @param value null for the default
   * @return null without a value and a constant default
   * @throws InvalidInputException a required value is missing, or the value is out of range
   */
  public <T> T check(String name, T value) {
    @SuppressWarnings("unchecked")
    T checked = (T) field(name).check(value);
    return checked;
  }

  /**
   * What of a run's spec decides an artifact besides the artifacts that it is made from: its
   * address's parameters.
   *
   * @param spec the run spec
   * @return values by path, such as {@code training.batch}; mutable, for stages to which one more
   *     thing matters or for which a value stands for another. Without fields that have no value
   */
  public static Map<String, Object> deciding(Record spec, Product product) {
    Map<String, Object> values = new TreeMap<>();
    collect(spec, product, values);
    return values;
  }

  private static void collect(Record section, Product product, Map<String, Object> values) {
    for (SpecField field : of(section.getClass()).all()) {
      Object value = field.of(section);
      if (field.decides().contains(product) && field.addressed(value)) {
        values.put(field.path(), value);
      } else if (value instanceof Record part && section(part.getClass())) {
        collect(part, product, values);
      }
    }
  }
}
