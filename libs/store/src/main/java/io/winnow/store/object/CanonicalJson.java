package io.winnow.store.object;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.DoubleNode;
import com.fasterxml.jackson.databind.node.FloatNode;
import io.winnow.contracts.Json;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.Iterator;
import java.util.TreeSet;

/**
 * The canonical form of JSON values, so that equal values have equal bytes and digests on every
 * JDK: members sorted by name (UTF-16 order), no white space, and numbers as in RFC 8785 (1.0 is
 * {@code 1}, 1e-4 is {@code 0.0001}, 1e30 is {@code 1e+30}) except that integers keep every digit:
 * a 64-bit seed must not be rounded to a double. A {@code float} counts as the shortest decimal
 * that names it, which is also what it reads back as.
 */
public final class CanonicalJson {
  private static final ObjectMapper MAPPER = Json.mapper();
  private static final JsonFactory FACTORY =
      new JsonFactoryBuilder()
          .disable(JsonWriteFeature.WRITE_HEX_UPPER_CASE)
          .enable(JsonWriteFeature.COMBINE_UNICODE_SURROGATES_IN_UTF8)
          .build();

  // from here on RFC 8785 (and ECMAScript) writes an exponent
  private static final int PLAIN_DIGITS = 21;
  private static final int PLAIN_LEADING_ZEROS = 6;

  private CanonicalJson() {}

  /** A value as a tree, in the form that {@link #bytes} writes. */
  public static JsonNode tree(Object value) {
    return MAPPER.valueToTree(value);
  }

  /**
   * @throws IllegalArgumentException a number is NaN or infinite: JSON has none
   */
  public static byte[] bytes(Object value) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (JsonGenerator json = FACTORY.createGenerator(out)) {
      write(json, tree(value));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  private static void write(JsonGenerator json, JsonNode node) throws IOException {
    if (node.isObject()) {
      json.writeStartObject();
      TreeSet<String> names = new TreeSet<>();
      node.fieldNames().forEachRemaining(names::add);
      for (String name : names) {
        json.writeFieldName(name);
        write(json, node.get(name));
      }
      json.writeEndObject();
    } else if (node.isArray()) {
      json.writeStartArray();
      for (Iterator<JsonNode> i = node.elements(); i.hasNext(); ) {
        write(json, i.next());
      }
      json.writeEndArray();
    } else if (node.isNumber()) {
      json.writeNumber(number(node));
    } else if (node.isTextual()) {
      json.writeString(node.textValue());
    } else if (node.isBoolean()) {
      json.writeBoolean(node.booleanValue());
    } else if (node.isNull() || node.isMissingNode()) {
      json.writeNull();
    } else {
      json.writeString(node.asText());
    }
  }

  private static String number(JsonNode node) {
    if (node.isIntegralNumber()) {
      return node.bigIntegerValue().toString();
    }
    if (node instanceof DoubleNode || node instanceof FloatNode) {
      if (!Double.isFinite(node.doubleValue())) {
        throw new IllegalArgumentException(node.doubleValue() + " has no place in JSON");
      }
      return spell(
          node instanceof FloatNode ? shortest(node.floatValue()) : shortest(node.doubleValue()));
    }
    return spell(node.decimalValue());
  }

  // not Double.toString: before JDK 19 it is not always the shortest
  private static BigDecimal shortest(double value) {
    BigDecimal exact = new BigDecimal(value);
    for (int digits = 1; digits < 17; digits++) {
      BigDecimal rounded = exact.round(new MathContext(digits, RoundingMode.HALF_EVEN));
      if (rounded.doubleValue() == value) {
        return rounded;
      }
    }
    return exact.round(new MathContext(17, RoundingMode.HALF_EVEN));
  }

  private static BigDecimal shortest(float value) {
    BigDecimal exact = new BigDecimal(value);
    for (int digits = 1; digits < 9; digits++) {
      BigDecimal rounded = exact.round(new MathContext(digits, RoundingMode.HALF_EVEN));
      if (rounded.floatValue() == value) {
        return rounded;
      }
    }
    return exact.round(new MathContext(9, RoundingMode.HALF_EVEN));
  }

  private static String spell(BigDecimal value) {
    BigDecimal v = value.stripTrailingZeros();
    if (v.signum() == 0) {
      return "0";
    }
    // value = 0.d₁d₂… · 10^point
    int point = v.precision() - v.scale();
    if (point <= PLAIN_DIGITS && point > -PLAIN_LEADING_ZEROS) {
      return v.toPlainString();
    }
    String digits = v.unscaledValue().abs().toString();
    return (v.signum() < 0 ? "-" : "")
        + digits.charAt(0)
        + (digits.length() > 1 ? "." + digits.substring(1) : "")
        + (point > 0 ? "e+" : "e")
        + (point - 1);
  }
}
