package io.winnow.contracts;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * Writes and reads JSON. It is written with sorted keys and without insignificant white space, so
 * that equal values have equal bytes. It is read in one of two ways: what people write, specs and
 * requests, strictly ({@link #parse}); what Winnow writes, events and stored records, so that
 * fields of a later version are ignored ({@link #read}). No reading converts a value to another
 * type, and every error names the field.
 */
public final class Json {
  private static final ObjectMapper MAPPER = builder().build();

  private static final ObjectMapper WRITTEN_BY_PEOPLE =
      builder()
          .addModule(new StrictScalars(true))
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .build();

  // Winnow writes a NaN as a text
  private static final ObjectMapper WRITTEN_BY_WINNOW =
      builder()
          .addModule(new StrictScalars(false))
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .build();

  private Json() {}

  private static JsonMapper.Builder builder() {
    return JsonMapper.builder()
        .addModule(new JavaTimeModule())
        .enable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
        .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
        .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
        .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
        .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
        .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
        .serializationInclusion(JsonInclude.Include.NON_NULL);
  }

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

  /** The name of an enum's value in JSON. */
  static String name(Object constant) {
    return MAPPER.convertValue(constant, String.class);
  }

  /**
   * Reads what somebody has written: a spec or a request.
   *
   * @param what names the document in errors, e.g. {@code spec my-run.json}
   * @throws InvalidInputException not JSON, an unknown field (a similar known one is named), a
   *     field that occurs twice, a value of another type or out of range
   */
  public static <T> T parse(byte[] data, Class<T> type, String what) {
    return read(WRITTEN_BY_PEOPLE, data, type, what);
  }

  /**
   * Reads what this or another version of Winnow has written: an event or a stored record. Fields
   * that this version does not know are ignored.
   *
   * @param what names the document in errors, e.g. {@code runs/a/report.json}
   * @throws InvalidInputException not JSON, a field that occurs twice, a value of another type or
   *     out of range
   */
  public static <T> T read(byte[] data, Class<T> type, String what) {
    return read(WRITTEN_BY_WINNOW, data, type, what);
  }

  private static <T> T read(ObjectMapper mapper, byte[] data, Class<T> type, String what) {
    T value;
    try {
      value = data.length == 0 ? null : mapper.readValue(data, type);
    } catch (JsonProcessingException e) {
      throw JsonProblem.of(e, data, what);
    } catch (IOException e) {
      // bytes that start like UTF-16 or UTF-32 but are not
      throw new InvalidInputException(what + " is not UTF-8 text", "write JSON in UTF-8", e);
    }
    if (value == null) {
      throw new InvalidInputException(what + " is empty", "write a JSON object");
    }
    return value;
  }

  /**
   * Checks that no field of a document is null; says nothing about a document that is no JSON.
   *
   * @throws InvalidInputException a field is null
   */
  public static void requireNoNull(byte[] data, String what) {
    try (JsonParser parser = MAPPER.createParser(data)) {
      while (parser.nextToken() != null) {
        if (parser.hasToken(JsonToken.VALUE_NULL) && !parser.getParsingContext().inRoot()) {
          String path =
              parser.getParsingContext().pathAsPointer().toString().substring(1).replace('/', '.');
          throw new InvalidInputException(
              what + ": \"" + path + "\" is null", "leave it out to have its default");
        }
      }
    } catch (IOException e) {
      // parsing reports it
      return;
    }
  }
}
