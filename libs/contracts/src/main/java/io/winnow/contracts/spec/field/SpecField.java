package io.winnow.contracts.spec.field;

import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.winnow.contracts.InvalidInputException;
import io.winnow.contracts.Json;
import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** One field of the run spec, as its annotations describe it. */
public final class SpecField {
  private static final ObjectMapper MAPPER = Json.mapper();

  private final String path;
  private final RecordComponent component;
  private final JavaType type;
  private final Object defaultValue;

  SpecField(String path, RecordComponent component) {
    this.path = path;
    this.component = component;
    this.type = MAPPER.constructType(component.getGenericType());
    this.defaultValue = constant();
  }

  private Object constant() {
    Default given = component.getAnnotation(Default.class);
    if (given == null || given.value().isEmpty()) {
      return null;
    }
    try {
      boolean text = component.getType() == String.class || component.getType().isEnum();
      return text
          ? MAPPER.convertValue(given.value(), type)
          : MAPPER.readValue(given.value(), type);
    } catch (IOException | IllegalArgumentException e) {
      throw new IllegalStateException("the default of \"" + path + "\"", e);
    }
  }

  /** With the section's name, such as {@code training.batch}. */
  public String path() {
    return path;
  }

  /** Without the section's name. */
  public String name() {
    return component.getName();
  }

  /** Its Java type. */
  public JavaType type() {
    return type;
  }

  /** Plain text, without a full stop where it is one sentence. */
  public Optional<String> description() {
    return Optional.ofNullable(component.getAnnotation(Description.class)).map(Description::value);
  }

  public boolean required() {
    return component.isAnnotationPresent(Required.class);
  }

  /** The default where it is a constant. */
  public Optional<Object> defaultValue() {
    return Optional.ofNullable(defaultValue);
  }

  /** The default in words: the constant as in JSON, or what it depends on. */
  public Optional<String> defaultText() {
    if (defaultValue != null) {
      return Optional.of(MAPPER.convertValue(defaultValue, Object.class).toString());
    }
    return Optional.ofNullable(component.getAnnotation(Default.class))
        .map(Default::text)
        .filter(text -> !text.isEmpty());
  }

  /** The numbers that it takes. */
  public Optional<Range> range() {
    return Optional.ofNullable(component.getAnnotation(Range.class));
  }

  /** The only integers that it takes, or none where it takes others. */
  public List<Integer> integers() {
    OneOf oneOf = component.getAnnotation(OneOf.class);
    return oneOf == null ? List.of() : Arrays.stream(oneOf.value()).boxed().toList();
  }

  /** What the whole text has to match. */
  public Optional<String> pattern() {
    return Optional.ofNullable(component.getAnnotation(Matching.class)).map(Matching::value);
  }

  /** The artifacts whose addresses it is part of. */
  public Set<Product> decides() {
    Decides decides = component.getAnnotation(Decides.class);
    return decides == null ? Set.of() : Set.of(decides.value());
  }

  /** Why it is in no address. */
  public Optional<String> noEffect() {
    return Optional.ofNullable(component.getAnnotation(NoEffect.class)).map(NoEffect::value);
  }

  /** Which values it takes, such as {@code from 1 to 65536}; empty where any of its type. */
  public Optional<String> valuesText() {
    List<Integer> integers = integers();
    if (!integers.isEmpty()) {
      return Optional.of(
          integers.stream().map(String::valueOf).collect(Collectors.joining(" or ")));
    }
    if (component.isAnnotationPresent(Matching.class)) {
      return Optional.of(component.getAnnotation(Matching.class).text());
    }
    if (component.getType().isEnum()) {
      return Optional.of(
          Arrays.stream(component.getType().getEnumConstants())
              .map(value -> MAPPER.convertValue(value, String.class))
              .collect(Collectors.joining(", ")));
    }
    return range().map(SpecField::text);
  }

  private static String text(Range range) {
    boolean lower = range.min() > Double.NEGATIVE_INFINITY;
    boolean above = range.above() > Double.NEGATIVE_INFINITY;
    boolean upper = range.max() < Double.POSITIVE_INFINITY;
    boolean below = range.below() < Double.POSITIVE_INFINITY;
    if (lower && upper) {
      return "from " + number(range.min()) + " to " + number(range.max());
    }
    if ((lower || above) && (upper || below)) {
      return "in "
          + (lower ? "[" + number(range.min()) : "(" + number(range.above()))
          + ", "
          + (upper ? number(range.max()) + "]" : number(range.below()) + ")");
    }
    return lower
        ? "at least " + number(range.min())
        : above
            ? "above " + number(range.above())
            : upper ? "at most " + number(range.max()) : "below " + number(range.below());
  }

  private static String number(double value) {
    double size = Math.abs(value);
    return size != 0 && (size < 1e-3 || size > 1e9)
        ? String.valueOf(value).replace(".0E", "e").replace('E', 'e')
        : BigDecimal.valueOf(value).stripTrailingZeros().toPlainString();
  }

  /**
   * The value itself, or its default where it is null.
   *
   * @throws InvalidInputException a required value is missing, or the value is out of range
   */
  Object check(Object value) {
    if (value == null) {
      if (required()) {
        throw new InvalidInputException(
            "\"" + path + "\" is missing",
            "give " + component.getAnnotation(Required.class).value());
      }
      return defaultValue;
    }
    if (value instanceof String text && text.isBlank()) {
      throw new InvalidInputException(
          "\"" + path + "\" is blank",
          required()
              ? "give " + component.getAnnotation(Required.class).value()
              : "leave it out, or give a text that is not blank");
    }
    if (!takes(value)) {
      boolean several = value instanceof Collection || value instanceof Map;
      throw new InvalidInputException(
          "\"" + path + "\" is " + value,
          (several ? "give values " : "give a value ")
              + valuesText().map(text -> text.startsWith("at ") ? "of " + text : text).orElse(""));
    }
    return value;
  }

  private boolean takes(Object value) {
    if (value instanceof Collection<?> all) {
      return all.stream().allMatch(this::takes);
    }
    if (value instanceof Map<?, ?> all) {
      return all.values().stream().allMatch(one -> one != null && takes(one));
    }
    if (value instanceof String text) {
      return pattern().isEmpty() || text.matches(pattern().get());
    }
    if (value instanceof Number number) {
      double x = number.doubleValue();
      return range()
              .map(r -> x >= r.min() && x > r.above() && x <= r.max() && x < r.below())
              .orElse(true)
          && (integers().isEmpty() || integers().contains(number.intValue()));
    }
    return true;
  }

  Object of(Record section) {
    try {
      return component.getAccessor().invoke(section);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(path, e);
    }
  }
}
