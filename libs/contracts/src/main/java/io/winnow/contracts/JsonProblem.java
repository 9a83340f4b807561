package io.winnow.contracts;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.exc.StreamReadException;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.exc.InvalidTypeIdException;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import java.io.IOException;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Says what is wrong with a JSON document in the words of the document, not of its parser. */
final class JsonProblem {
  private static final Pattern TWICE = Pattern.compile("Duplicate field '(.*)'", Pattern.DOTALL);
  private static final int FEW = 40;

  private final JsonProcessingException cause;
  private final byte[] data;
  private final String what;

  private JsonProblem(JsonProcessingException cause, byte[] data, String what) {
    this.cause = cause;
    this.data = data;
    this.what = what;
  }

  /**
   * @param data the document
   * @param what names it
   */
  static InvalidInputException of(JsonProcessingException cause, byte[] data, String what) {
    return new JsonProblem(cause, data, what).problem();
  }

  private InvalidInputException problem() {
    Throwable root = root(cause);
    if (root instanceof InvalidInputException bad) {
      return new InvalidInputException(what + ": " + bad.problem(), bad.remedy(), cause);
    }
    if (root instanceof UnrecognizedPropertyException unknown) {
      return unknownField(unknown);
    }
    if (root instanceof InvalidTypeIdException unknown) {
      return new InvalidInputException(
          named(path(cause))
              + (unknown.getTypeId() == null
                  ? " has no type"
                  : " has the unknown type \"" + Shown.of(unknown.getTypeId()) + "\""),
          "give a type that this version has",
          cause);
    }
    if (root instanceof MismatchedInputException mismatch) {
      return otherType(mismatch);
    }
    if (root instanceof StreamReadException syntax) {
      return syntax(syntax);
    }
    return new InvalidInputException(
        named(path(cause)) + " is not usable", "see its documentation", cause);
  }

  private static Throwable root(Throwable thrown) {
    Throwable root = thrown;
    while (!(root instanceof InvalidInputException) && root.getCause() != null) {
      root = root.getCause();
    }
    return root;
  }

  private InvalidInputException unknownField(UnrecognizedPropertyException unknown) {
    List<String> known =
        unknown.getKnownPropertyIds().stream()
            .filter(Objects::nonNull)
            .map(Object::toString)
            .sorted()
            .toList();
    return new InvalidInputException(
        what + " has an unknown field \"" + Shown.of(path(cause)) + "\"",
        Near.remedy(unknown.getPropertyName(), known, "remove it; there are " + list(known)),
        cause);
  }

  private static String list(Collection<String> names) {
    return names.size() <= FEW ? String.join(", ", names) : names.size() + " others";
  }

  private InvalidInputException otherType(MismatchedInputException mismatch) {
    String path = path(cause);
    Class<?> type = mismatch.getTargetType();
    Optional<JsonNode> value = value();
    if (value.isEmpty() && path.isEmpty()) {
      // more text after the end
      return syntax(null);
    }
    String is = value.map(JsonProblem::words).orElse("is of another type than it should be");
    return new InvalidInputException(named(path) + " " + is, remedy(type, value), cause);
  }

  private static String words(JsonNode value) {
    return switch (value.getNodeType()) {
      case STRING -> "is the text \"" + Shown.of(value.textValue()) + "\"";
      case ARRAY -> "is a list";
      case OBJECT -> "is an object";
      default -> "is " + Shown.of(value.asText());
    };
  }

  private static String remedy(Class<?> type, Optional<JsonNode> value) {
    if (type == null) {
      return "give another value";
    }
    if (type.isEnum()) {
      List<String> names = Arrays.stream(type.getEnumConstants()).map(Json::name).toList();
      String all = "use one of " + String.join(", ", names);
      return value.filter(JsonNode::isTextual).map(JsonNode::textValue).stream()
          .map(text -> Near.remedy(text, names, all))
          .findFirst()
          .orElse(all);
    }
    if (type == Integer.class || type == int.class || type == Long.class || type == long.class) {
      return "give an integer"
          + (value.filter(JsonNode::isIntegralNumber).isPresent()
              ? " of at most "
                  + (type == Long.class || type == long.class ? Long.MAX_VALUE : Integer.MAX_VALUE)
              : ", without quotes, fraction or exponent");
    }
    if (type == Double.class || type == double.class) {
      return "give a finite number, without quotes";
    }
    if (type == Boolean.class || type == boolean.class) {
      return "give true or false, without quotes";
    }
    if (type == String.class) {
      return "give a text, in quotes";
    }
    if (type == Instant.class) {
      return "give a time such as 2026-01-31T12:00:00Z";
    }
    if (Collection.class.isAssignableFrom(type) || type.isArray()) {
      return "give a list, in brackets";
    }
    return type.isRecord() || Map.class.isAssignableFrom(type)
        ? "give an object, in braces"
        : "give another value";
  }

  /** The value that the error is about. */
  private Optional<JsonNode> value() {
    try {
      JsonNode node = Json.mapper().readTree(data);
      for (JsonMappingException.Reference step : steps(cause)) {
        node =
            step.getFieldName() != null
                ? node.path(step.getFieldName())
                : node.path(step.getIndex());
      }
      return Optional.of(node).filter(found -> !found.isMissingNode());
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private InvalidInputException syntax(StreamReadException syntax) {
    Matcher twice = TWICE.matcher(syntax == null ? "" : syntax.getOriginalMessage());
    if (twice.matches()) {
      String path = path(cause);
      return new InvalidInputException(
          what
              + " has the field \""
              + Shown.of((path.isEmpty() ? "" : path + ".") + twice.group(1))
              + "\" twice",
          "keep one of them",
          cause);
    }
    JsonLocation at = (syntax == null ? cause : syntax).getLocation();
    return new InvalidInputException(
        what
            + " is not valid JSON"
            + (at == null ? "" : " at line " + at.getLineNr() + ", column " + at.getColumnNr()),
        "fix the syntax there: quotes, commas, braces, or a number that JSON does not have",
        cause);
  }

  private String named(String path) {
    return path.isEmpty() ? what : what + ": \"" + Shown.of(path) + "\"";
  }

  private static String path(JsonProcessingException e) {
    StringBuilder path = new StringBuilder();
    for (JsonMappingException.Reference step : steps(e)) {
      if (step.getFieldName() == null) {
        path.append('[').append(step.getIndex()).append(']');
      } else {
        path.append(path.isEmpty() ? "" : ".").append(step.getFieldName());
      }
    }
    return path.toString();
  }

  private static List<JsonMappingException.Reference> steps(JsonProcessingException e) {
    return e instanceof JsonMappingException mapping ? mapping.getPath() : List.of();
  }
}
