package io.winnow.store.tensor;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import io.winnow.contracts.InvalidInputException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The header of a safetensors file: the position of each tensor.
 *
 * @param places tensors in file order, without gaps from offset 0
 * @param metadata strings by name
 * @param text the JSON, padded
 */
record SafeTensorsHeader(List<Place> places, Map<String, String> metadata, byte[] text) {
  static final String METADATA = "__metadata__";

  /** The Python package rejects longer headers too. */
  private static final int MAX_LENGTH = 100_000_000;

  // as serde_json, with which the Python package writes
  private static final JsonFactory WRITER =
      new JsonFactoryBuilder()
          .disable(JsonWriteFeature.WRITE_HEX_UPPER_CASE)
          .enable(JsonWriteFeature.COMBINE_UNICODE_SURROGATES_IN_UTF8)
          .build();

  // the Python package's order: dtypes with the largest alignment first, then names by their bytes
  private static final List<DType> ORDER =
      List.of(
          DType.I64,
          DType.F64,
          DType.F32,
          DType.I32,
          DType.BF16,
          DType.F16,
          DType.I16,
          DType.I8,
          DType.U8,
          DType.BOOL);

  /**
   * The position of one tensor.
   *
   * @param begin offset of its first byte after the header
   * @param end offset after its last byte
   */
  record Place(String name, DType dtype, long[] shape, long begin, long end) {

    /** Number of bytes; a tensor of 2 GiB or more does not fit in a buffer. */
    int length(String what) {
      if (end - begin > Integer.MAX_VALUE - 8) {
        throw new InvalidInputException(
            what + ": tensor " + name + " has " + (end - begin) + " bytes",
            "split it: a tensor may have at most 2 GiB");
      }
      return (int) (end - begin);
    }

    Tensor tensor(ByteBuffer data) {
      return new Tensor(dtype, shape, data);
    }
  }

  static SafeTensorsHeader of(Map<String, Tensor> tensors, Map<String, String> metadata) {
    List<Map.Entry<String, Tensor>> sorted = new ArrayList<>(tensors.entrySet());
    sorted.sort(
        Comparator.<Map.Entry<String, Tensor>>comparingInt(e -> ORDER.indexOf(e.getValue().dtype()))
            .thenComparing(
                e -> e.getKey().getBytes(StandardCharsets.UTF_8), Arrays::compareUnsigned));
    List<Place> places = new ArrayList<>();
    long at = 0;
    for (Map.Entry<String, Tensor> e : sorted) {
      if (e.getKey().equals(METADATA)) {
        throw new IllegalArgumentException("a tensor cannot be named " + METADATA);
      }
      long end = at + e.getValue().data().remaining();
      places.add(new Place(e.getKey(), e.getValue().dtype(), e.getValue().shape(), at, end));
      at = end;
    }
    return new SafeTensorsHeader(places, metadata, text(places, metadata));
  }

  /** The length of the header, if it is valid. */
  static int checkedLength(long declared, long fileSize, String what) {
    if (fileSize < 8) {
      throw bad(what, "has " + fileSize + " bytes, too few for a header");
    }
    if (declared < 2 || declared > MAX_LENGTH) {
      throw bad(what, "declares a header of " + Long.toUnsignedString(declared) + " bytes");
    }
    if (declared > fileSize - 8) {
      throw bad(
          what, "declares a header of " + declared + " bytes but has only " + fileSize + " in all");
    }
    return (int) declared;
  }

  long dataStart() {
    return 8L + text.length;
  }

  long fileSize() {
    return dataStart() + (places.isEmpty() ? 0 : places.get(places.size() - 1).end());
  }

  /** Length and JSON, as at the start of the file. */
  ByteBuffer bytes() {
    return ByteBuffer.allocate(8 + text.length)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(text.length)
        .put(text)
        .flip();
  }

  static InvalidInputException bad(String what, String problem) {
    return new InvalidInputException(
        what + " is not a whole safetensors file: it " + problem, "write or fetch it again");
  }

  private static byte[] text(List<Place> places, Map<String, String> metadata) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (JsonGenerator json = WRITER.createGenerator(out)) {
      json.writeStartObject();
      if (!metadata.isEmpty()) {
        json.writeObjectFieldStart(METADATA);
        for (Map.Entry<String, String> e : new TreeMap<>(metadata).entrySet()) {
          json.writeStringField(e.getKey(), e.getValue());
        }
        json.writeEndObject();
      }
      for (Place p : places) {
        json.writeObjectFieldStart(p.name());
        json.writeStringField("dtype", p.dtype().name());
        json.writeFieldName("shape");
        json.writeArray(p.shape(), 0, p.shape().length);
        json.writeFieldName("data_offsets");
        json.writeArray(new long[] {p.begin(), p.end()}, 0, 2);
        json.writeEndObject();
      }
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    out.writeBytes(" ".repeat((8 - out.size() % 8) % 8).getBytes(StandardCharsets.US_ASCII));
    return out.toByteArray();
  }
}
