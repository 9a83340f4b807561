package io.winnow.contracts.spec.field;

import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.winnow.contracts.InvalidInputException;
import io.winnow.contracts.Json;
import io.winnow.contracts.Shown;
import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** One field of the run spec, as its annotations describe it. */
public final class SpecField {
  private static final ObjectMapper MAPPER = Json.mapper();
  private static final int MOST_CHARACTERS = 1024;

  // no control characters, and not only white space; written so that every language of regular
  // expressions understands it
  private static final String TEXT = "(?=.*\\S)[^\\u0000-\\u001f\\u007f-\\u009f]*";
  private static final Pattern HALF_A_CHARACTER = Pattern.compile("\\p{Cs}");

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
  public Optional<Bounds> range() {
    return Optional.ofNullable(component.getAnnotation(Range.class)).map(Bounds::of);
  }

  /** The only integers that it takes, or none where it takes others. */
  public List<Integer> integers() {
    OneOf oneOf = component.getAnnotation(OneOf.class);
    return oneOf == null ? List.of() : Arrays.stream(oneOf.value()).boxed().toList();
  }

  /** What the whole text has to match; empty where it is no text. */
  public Optional<String> pattern() {
    if (component.getType() != String.class) {
      return Optional.empty();
    }
    Matching matching = component.getAnnotation(Matching.class);
    return Optional.of(matching != null ? matching.value() : TEXT);
  }

  /** The greatest number of characters of a text, or of elements of a list; empty for others. */
  public Optional<Integer> longest() {
    Longest longest = component.getAnnotation(Longest.class);
    if (longest != null) {
      return Optional.of(longest.value());
    }
    return component.getType() == String.class ? Optional.of(MOST_CHARACTERS) : Optional.empty();
  }

  /** The artifacts whose addresses it is part of. */
  public Set<Product> decides() {
    Decides decides = component.getAnnotation(Decides.class);
    return decides == null ? Set.of() : Set.of(decides.value());
  }

  /** Whether a value stands in the addresses that the field is part of. */
  boolean addressed(Object value) {
    return value != null
        && !(component.getAnnotation(Decides.class).unlessDefault() && value.equals(defaultValue));
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
    return range().map(Bounds::text);
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
    if (value instanceof String text) {
      requireText(text);
    }
    if (value instanceof Collection<?> all && all.size() > longest().orElse(Integer.MAX_VALUE)) {
      throw new InvalidInputException(
          "\"" + path + "\" has " + all.size() + " elements", "give at most " + longest().get());
    }
    if (!takes(value)) {
      boolean several = value instanceof Collection || value instanceof Map;
      throw new InvalidInputException(
          "\"" + path + "\" is " + Shown.of(value),
          (several ? "give values " : "give a value ")
              + valuesText()
                  .map(text -> text.startsWith("at ") ? "of " + text : text)
                  .orElse("that is a finite number"));
    }
    return value;
  }

  private void requireText(String text) {
    if (text.isBlank()) {
      throw new InvalidInputException(
          "\"" + path + "\" is blank",
          required()
              ? "give " + component.getAnnotation(Required.class).value()
              : "leave it out, or give a text that is not blank");
    }
    int characters = text.codePointCount(0, text.length());
    if (characters > longest().orElse(MOST_CHARACTERS)) {
      throw new InvalidInputException(
          "\"" + path + "\" has " + characters + " characters",
          "give a text of at most " + longest().orElse(MOST_CHARACTERS));
    }
    boolean plain = component.isAnnotationPresent(Matching.class) || text.matches(TEXT);
    if (!plain || HALF_A_CHARACTER.matcher(text).find()) {
      throw new InvalidInputException(
          "\"" + path + "\" is \"" + Shown.of(text) + "\"",
          "give a text without control characters");
    }
  }

  private boolean takes(Object value) {
    if (value instanceof Collection<?> all) {
      return all.stream().allMatch(one -> one != null && takes(one));
    }
    if (value instanceof Map<?, ?> all) {
      return all.values().stream().allMatch(one -> one != null && takes(one));
    }
    if (value instanceof String text) {
      return pattern().isEmpty() || text.matches(pattern().get());
    }
    if (value instanceof Number number) {
      double x = number.doubleValue();
      return Double.isFinite(x)
          && range().map(bounds -> bounds.hold(x)).orElse(true)
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
