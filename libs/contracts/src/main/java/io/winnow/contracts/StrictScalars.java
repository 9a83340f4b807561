package io.winnow.contracts;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.BeanDescription;
import com.fasterxml.jackson.databind.DeserializationConfig;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.deser.BeanDeserializerModifier;
import com.fasterxml.jackson.databind.deser.std.StdScalarDeserializer;
import com.fasterxml.jackson.databind.module.SimpleModule;
import java.io.IOException;
import java.math.BigInteger;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Reads a number only from a JSON number, a text only from a JSON string and so on, without any
 * conversion: no blank text for a default, no ordinal for the value of an enum.
 */
final class StrictScalars extends SimpleModule {
  private static final long serialVersionUID = 1;

  StrictScalars(boolean finite) {
    super("strict scalars");
    of(String.class, null, StrictScalars::text);
    of(Boolean.class, null, StrictScalars::flag);
    of(boolean.class, false, StrictScalars::flag);
    of(Integer.class, null, StrictScalars::integer);
    of(int.class, 0, StrictScalars::integer);
    of(Long.class, null, StrictScalars::longInteger);
    of(long.class, 0L, StrictScalars::longInteger);
    if (finite) {
      of(Double.class, null, StrictScalars::number);
      of(double.class, 0.0, StrictScalars::number);
    }
    setDeserializerModifier(new Enums());
  }

  private <T> void of(Class<T> type, T missing, Reader<T> reader) {
    addDeserializer(type, new Strict<>(type, missing, reader));
  }

  private interface Reader<T> {
    /** Null for a token that is no such value. */
    T read(JsonParser parser, DeserializationContext context) throws IOException;
  }

  private static String text(JsonParser parser, DeserializationContext context) throws IOException {
    return parser.hasToken(JsonToken.VALUE_STRING) ? parser.getText() : null;
  }

  private static Boolean flag(JsonParser parser, DeserializationContext context) {
    return parser.hasToken(JsonToken.VALUE_TRUE)
        ? Boolean.TRUE
        : parser.hasToken(JsonToken.VALUE_FALSE) ? Boolean.FALSE : null;
  }

  private static Integer integer(JsonParser parser, DeserializationContext context)
      throws IOException {
    BigInteger value = whole(parser);
    return value == null || value.bitLength() >= Integer.SIZE ? null : (Integer) value.intValue();
  }

  private static Long longInteger(JsonParser parser, DeserializationContext context)
      throws IOException {
    BigInteger value = whole(parser);
    return value == null || value.bitLength() >= Long.SIZE ? null : (Long) value.longValue();
  }

  private static BigInteger whole(JsonParser parser) throws IOException {
    return parser.hasToken(JsonToken.VALUE_NUMBER_INT) ? parser.getBigIntegerValue() : null;
  }

  private static Double number(JsonParser parser, DeserializationContext context)
      throws IOException {
    if (!parser.currentToken().isNumeric()) {
      return null;
    }
    double value = parser.getDoubleValue();
    return Double.isFinite(value) ? (Double) value : null;
  }

  private static final class Strict<T> extends StdScalarDeserializer<T> {
    private static final long serialVersionUID = 1;

    private final transient T missing;
    private final transient Reader<T> reader;

    Strict(Class<T> type, T missing, Reader<T> reader) {
      super(type);
      this.missing = missing;
      this.reader = reader;
    }

    @Override
    @SuppressWarnings("unchecked")
    public T deserialize(JsonParser parser, DeserializationContext context) throws IOException {
      T value = reader.read(parser, context);
      return value != null ? value : (T) context.handleUnexpectedToken(handledType(), parser);
    }

    @Override
    public T getNullValue(DeserializationContext context) {
      return missing;
    }
  }

  private static final class Enums extends BeanDeserializerModifier {
    private static final long serialVersionUID = 1;

    @Override
    public JsonDeserializer<?> modifyEnumDeserializer(
        DeserializationConfig config,
        JavaType type,
        BeanDescription description,
        JsonDeserializer<?> deserializer) {
      return new StrictEnum(type.getRawClass());
    }
  }

  private static final class StrictEnum extends StdScalarDeserializer<Object> {
    private static final long serialVersionUID = 1;

    private final transient Map<String, Object> values;

    StrictEnum(Class<?> type) {
      super(type);
      this.values = new LinkedHashMap<>();
      for (Object value : type.getEnumConstants()) {
        values.put(Json.name(value), value);
      }
    }

    @Override
    public Object deserialize(JsonParser parser, DeserializationContext context)
        throws IOException {
      if (!parser.hasToken(JsonToken.VALUE_STRING)) {
        return context.handleUnexpectedToken(handledType(), parser);
      }
      String text = parser.getText();
      Object value = values.get(text);
      return value != null
          ? value
          : context.handleWeirdStringValue(handledType(), text, "not one of its names");
    }
  }
}
