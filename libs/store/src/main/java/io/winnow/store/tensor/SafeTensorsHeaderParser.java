package io.winnow.store.tensor;

import static io.winnow.store.tensor.SafeTensorsHeader.METADATA;
import static io.winnow.store.tensor.SafeTensorsHeader.bad;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.winnow.contracts.Causes;
import io.winnow.contracts.InvalidInputException;
import io.winnow.store.tensor.SafeTensorsHeader.Place;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Parses a safetensors header, and rejects one that does not describe its file exactly. */
final class SafeTensorsHeaderParser {
  private static final ObjectMapper READER =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private SafeTensorsHeaderParser() {}

  /**
   * @param json the header without its length
   * @param fileSize bytes of the whole file
   */
  static SafeTensorsHeader parse(ByteBuffer json, long fileSize, String what) {
    byte[] text = new byte[json.remaining()];
    json.duplicate().get(text);
    JsonNode root = tree(text, what);
    List<Place> places = new ArrayList<>();
    Map<String, String> metadata = new TreeMap<>();
    root.fields()
        .forEachRemaining(
            e -> {
              if (e.getKey().equals(METADATA)) {
                metadata.putAll(metadata(e.getValue(), what));
              } else {
                places.add(place(e.getKey(), e.getValue(), what));
              }
            });
    places.sort(Comparator.comparingLong(Place::begin).thenComparingLong(Place::end));
    long at = 0;
    for (Place p : places) {
      if (p.begin() != at) {
        throw bad(
            what,
            "tensor "
                + p.name()
                + " begins at "
                + p.begin()
                + (p.begin() > at ? ", leaving a hole from " : ", overlapping what ends at ")
                + at);
      }
      at = p.end();
    }
    long present = fileSize - 8 - text.length;
    if (at != present) {
      throw bad(what, "should have " + at + " bytes of tensors but has " + present);
    }
    return new SafeTensorsHeader(places, metadata, text);
  }

  private static JsonNode tree(byte[] text, String what) {
    try {
      JsonNode root = READER.readTree(text);
      if (root == null || !root.isObject() || text[0] != '{') {
        throw bad(what, "has a header that is no JSON object");
      }
      return root;
    } catch (JsonProcessingException e) {
      throw bad(what, "has a header that is not JSON: " + Causes.of(e));
    } catch (IOException e) {
      throw bad(what, "has a header that is not UTF-8 text: " + Causes.of(e));
    }
  }

  private static Map<String, String> metadata(JsonNode node, String what) {
    if (!node.isObject()) {
      throw bad(what, "has a " + METADATA + " that is no JSON object");
    }
    Map<String, String> metadata = new TreeMap<>();
    node.fields()
        .forEachRemaining(
            e -> {
              if (!e.getValue().isTextual()) {
                throw bad(what, "has a value in " + METADATA + " that is no string");
              }
              metadata.put(e.getKey(), e.getValue().textValue());
            });
    return metadata;
  }

  private static Place place(String name, JsonNode node, String what) {
    DType dtype = dtype(name, node.path("dtype"), what);
    long[] shape = naturals(name, "shape", node.path("shape"), what);
    long[] offsets = naturals(name, "data_offsets", node.path("data_offsets"), what);
    if (offsets.length != 2 || offsets[0] > offsets[1]) {
      throw bad(what, "gives tensor " + name + " the offsets " + Arrays.toString(offsets));
    }
    long bytes = dtype.bytes();
    try {
      for (long s : shape) {
        bytes = Math.multiplyExact(bytes, s);
      }
    } catch (ArithmeticException e) {
      throw bad(what, "gives tensor " + name + " the impossible shape " + Arrays.toString(shape));
    }
    if (bytes != offsets[1] - offsets[0]) {
      throw bad(
          what,
          "gives tensor "
              + name
              + " "
              + (offsets[1] - offsets[0])
              + " bytes, but "
              + dtype
              + Arrays.toString(shape)
              + " wants "
              + bytes);
    }
    return new Place(name, dtype, shape, offsets[0], offsets[1]);
  }

  private static DType dtype(String name, JsonNode node, String what) {
    for (DType dtype : DType.values()) {
      if (dtype.name().equals(node.asText(null))) {
        return dtype;
      }
    }
    throw new InvalidInputException(
        what + ": tensor " + name + " has the unknown dtype " + node,
        "convert it to one of " + Arrays.toString(DType.values()));
  }

  private static long[] naturals(String name, String field, JsonNode node, String what) {
    if (!node.isArray()) {
      throw bad(what, "gives tensor " + name + " no " + field);
    }
    long[] values = new long[node.size()];
    for (int i = 0; i < values.length; i++) {
      JsonNode n = node.get(i);
      if (!n.isIntegralNumber() || !n.canConvertToLong() || n.longValue() < 0) {
        throw bad(what, "gives tensor " + name + " the " + field + " " + node);
      }
      values[i] = n.longValue();
    }
    return values;
  }
}
