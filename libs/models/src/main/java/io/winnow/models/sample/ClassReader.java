package io.winnow.models.sample;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.deser.std.StdScalarDeserializer;
import java.io.IOException;

/** Reads the class of a request, which is a name in quotes or an index without. */
final class ClassReader extends StdScalarDeserializer<String> {
  private static final long serialVersionUID = 1;

  ClassReader() {
    super(String.class);
  }

  @Override
  public String deserialize(JsonParser parser, DeserializationContext context) throws IOException {
    return parser.hasToken(JsonToken.VALUE_STRING) || parser.hasToken(JsonToken.VALUE_NUMBER_INT)
        ? parser.getText()
        : (String) context.handleUnexpectedToken(String.class, parser);
  }
}
