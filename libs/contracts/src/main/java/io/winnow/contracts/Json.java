package io.winnow.contracts;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Comparator;
import java.util.Objects;
import java.util.stream.Collectors;
import org.apache.commons.text.similarity.LevenshteinDistance;

/**
 * Writes and reads JSON: sorted keys without insignificant white space, so that equal values have
 * equal bytes. Reading is strict, and every error names the field and its place.
 */
public final class Json {
  private static final ObjectMapper MAPPER =
      JsonMapper.builder()
          .addModule(new JavaTimeModule())
          .enable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
          .enable(MapperFeature.ACCEPT_CASE_INSENSITIVE_ENUMS)
          .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
          .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
          .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
          .serializationInclusion(JsonInclude.Include.NON_NULL)
          .build();

  private Json() {}

  /** A copy of the mapper, for callers that need their own. */
  public static ObjectMapper mapper() {
    return MAPPER.copy();
  }

  /** Canonical bytes of a value. */
  public static byte[] bytes(Object value) {
    try {
      return MAPPER.writeValueAsBytes(value);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The same value with line breaks. */
  public static String pretty(Object value) {
    try {
      return MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * @param what names the document in errors, e.g. {@code spec my-run.json}
   * @throws InvalidInputException not JSON, an unknown field (the nearest known one is named), a
   *     value out of range
   */
  public static <T> T parse(byte[] data, Class<T> type, String what) {
    try {
      T value = MAPPER.readValue(data, type);
      if (value == null) {
        throw new InvalidInputException(what + " is empty", "write a JSON object");
      }
      return value;
    } catch (UnrecognizedPropertyException e) {
      throw unknownField(e, what);
    } catch (JsonMappingException e) {
      if (e.getCause() instanceof InvalidInputException bad) {
        throw new InvalidInputException(what + ": " + bad.problem(), bad.remedy(), e);
      }
      throw new InvalidInputException(
          what + ": " + place(e) + e.getOriginalMessage(),
          "see docs/run-spec.md for its fields",
          e);
    } catch (JsonProcessingException e) {
      throw new InvalidInputException(
          what
              + " is not valid JSON: "
              + e.getOriginalMessage()
              + " at line "
              + e.getLocation().getLineNr(),
          "fix the syntax",
          e);
    } catch (IOException e) {
      // bytes that start like UTF-16 or UTF-32 but are not
      throw new InvalidInputException(
          what + " is not UTF-8 text: " + e.getMessage(), "write JSON in UTF-8", e);
    }
  }

  private static InvalidInputException unknownField(UnrecognizedPropertyException e, String what) {
    String unknown = e.getPropertyName();
    String path = path(e);
    LevenshteinDistance distance = LevenshteinDistance.getDefaultInstance();
    String nearest =
        e.getKnownPropertyIds().stream()
            .filter(Objects::nonNull)
            .map(Object::toString)
            .min(Comparator.comparingInt(k -> distance.apply(k, unknown)))
            .map(k -> "did you mean \"" + k + "\"?")
            .orElse("remove it");
    return new InvalidInputException(what + " has an unknown field \"" + path + "\"", nearest, e);
  }

  private static String place(JsonMappingException e) {
    String path = path(e);
    return path.isEmpty() ? "" : "\"" + path + "\": ";
  }

  private static String path(JsonMappingException e) {
    return e.getPath().stream()
        .map(r -> r.getFieldName() != null ? r.getFieldName() : "[" + r.getIndex() + "]")
        .collect(Collectors.joining("."));
  }
}
