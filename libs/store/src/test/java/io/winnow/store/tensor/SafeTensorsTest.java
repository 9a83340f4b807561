package io.winnow.store.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.winnow.contracts.InvalidInputException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class SafeTensorsTest {
  @TempDir Path dir;

  /** The tensors of {@code mixed()} in make_golden.py. */
  private static Map<String, Tensor> mixed() {
    Map<String, Tensor> t = new LinkedHashMap<>();
    t.put("u8", Tensor.of(new byte[] {0, 1, 2, 3, 4}, 5));
    t.put("i32", Tensor.of(new int[] {-1, 2, 3, Integer.MIN_VALUE}, 2, 2));
    t.put("i64", Tensor.of(new long[] {Long.MAX_VALUE, Long.MIN_VALUE}, 2));
    t.put("f16", raw(DType.F16, 0x3C00, 0xC100, 0x7BFF));
    t.put("bf16", raw(DType.BF16, 0x3F80, 0xC020, 0x7F62));
    t.put("f32", Tensor.of(new float[] {1.5f, -0.0f, 2.8e-45f}, 1, 1, 3));
    t.put("f64", Tensor.of(new double[] {0.1, 1e308}, 2));
    t.put("scalar", Tensor.of(new float[] {7.25f}));
    t.put("empty", Tensor.of(new float[0], 0, 3));
    t.put("B", Tensor.of(new long[] {1, 2}, 2));
    t.put("é\n\"\\/\u001f\u007f", Tensor.of(new byte[] {9}, 1));
    t.put("\uD835\uDD4F", Tensor.of(new byte[] {1}, 1));
    t.put("～", Tensor.of(new byte[] {2}, 1));
    return t;
  }

  private static Tensor raw(DType dtype, int... bits) {
    ByteBuffer b = ByteBuffer.allocate(2 * bits.length).order(ByteOrder.LITTLE_ENDIAN);
    for (int x : bits) {
      b.putShort((short) x);
    }
    return new Tensor(dtype, new long[] {bits.length}, b.flip());
  }

  @Test
  void writesTheBytesThatPythonWrites() {
    // given what Python's safetensors wrote
    byte[] golden = golden("mixed.safetensors");
    // when
    byte[] written = SafeTensors.bytes(mixed(), Map.of("made by", "Python é"));
    Path file = dir.resolve("mixed");
    SafeTensors.write(file, mixed(), Map.of("made by", "Python é"));
    // then
    assertThat(new String(written, StandardCharsets.ISO_8859_1))
        .isEqualTo(new String(golden, StandardCharsets.ISO_8859_1));
    assertThat(file).hasBinaryContent(golden);
    assertThat(SafeTensors.bytes(Map.of(), Map.of())).isEqualTo(golden("none.safetensors"));
  }

  @Test
  void readsOneTensorWithoutTheOthers() {
    // given
    byte[] file = SafeTensors.bytes(mixed(), Map.of());
    long[] read = {0};
    SafeTensors.Ranges ranges =
        (offset, length) -> {
          read[0] += length;
          return Arrays.copyOfRange(file, (int) offset, (int) offset + length);
        };
    // when
    Map<String, Tensor> one = SafeTensors.one(ranges, file.length, "i32", "it");
    // then header and tensor were read, and no more
    assertSame(one, Map.of("i32", mixed().get("i32")));
    long tensors = mixed().values().stream().mapToLong(tensor -> tensor.data().remaining()).sum();
    assertThat(read[0]).isEqualTo(file.length - tensors + 16);
    assertThat(SafeTensors.one(ranges, file.length, "none", "it")).isEmpty();
  }

  @Test
  void metadataIsReadAsItWasWritten() throws IOException {
    // given
    Map<String, String> metadata = Map.of("a", "{\"b\": \"ü\"}", "empty", "");
    Path with = dir.resolve("with");
    Path without = dir.resolve("without");

    // when
    SafeTensors.write(with, mixed(), metadata);
    SafeTensors.write(without, mixed(), Map.of());

    // then
    assertThat(SafeTensors.metadata(with, "it")).isEqualTo(metadata);
    assertThat(SafeTensors.metadata(without, "it")).isEmpty();
    // and from the header alone
    byte[] bytes = Files.readAllBytes(with);
    int header = 8 + (int) ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getLong();
    SafeTensors.Ranges ranges =
        (offset, length) -> {
          assertThat(offset + length).isLessThanOrEqualTo(header);
          return Arrays.copyOfRange(bytes, (int) offset, (int) offset + length);
        };
    assertThat(SafeTensors.metadata(ranges, bytes.length, "it")).isEqualTo(metadata);
  }

  @Test
  void readsWhatPythonWrote() throws IOException {
    // given
    Path file = dir.resolve("mixed");
    Files.write(file, golden("mixed.safetensors"));
    // when
    Map<String, Tensor> parsed = SafeTensors.parse(golden("mixed.safetensors"), "golden");
    Map<String, Tensor> read = SafeTensors.read(file, "golden");
    // then
    assertThat(parsed).containsOnlyKeys(mixed().keySet());
    assertSame(parsed, mixed());
    assertSame(read, mixed());
    assertThat(parsed.keySet()).containsExactlyElementsOf(read.keySet());
    assertThat(parsed.keySet()).startsWith("B", "i64", "f64");
    assertThat(SafeTensors.parse(golden("none.safetensors"), "golden")).isEmpty();
  }

  @Property
  void givesBackWhatItWrote(@ForAll("tensors") Map<String, Tensor> tensors) {
    // given tensors of any names, types and shapes, when written and parsed
    byte[] written = SafeTensors.bytes(tensors, Map.of("b", "1", "a", "2"));
    Map<String, Tensor> parsed = SafeTensors.parse(written, "test");
    // then
    assertSame(parsed, tensors);
    assertThat(written.length)
        .isEqualTo((int) SafeTensors.size(tensors, Map.of("b", "1", "a", "2")));
    assertThat(SafeTensors.bytes(parsed, Map.of("a", "2", "b", "1"))).isEqualTo(written);
  }

  @Property
  void refusesEveryTruncation(@ForAll @IntRange(min = 0, max = 10_000) int at) throws IOException {
    // given a file cut anywhere
    byte[] whole = golden("mixed.safetensors");
    byte[] cut = Arrays.copyOf(whole, at % whole.length);
    Path file = Files.createTempFile("cut", ".safetensors");
    try {
      Files.write(file, cut);
      // when, then
      assertThatThrownBy(() -> SafeTensors.parse(cut, "cut.safetensors"))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageContaining("cut.safetensors");
      assertThatThrownBy(() -> SafeTensors.read(file, "cut.safetensors"))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageContaining("cut.safetensors");
    } finally {
      Files.delete(file);
    }
  }

  @Property
  void readsOrRefusesEveryDamagedHeader(
      @ForAll @IntRange(min = 0, max = 10_000) int at, @ForAll byte value) {
    // given a header with one byte changed
    byte[] damaged = golden("mixed.safetensors");
    int header = 8 + (int) ByteBuffer.wrap(damaged).order(ByteOrder.LITTLE_ENDIAN).getLong(0);
    damaged[at % header] = value;
    // when it is parsed, then nothing but the clear error may come out
    try {
      SafeTensors.parse(damaged, "damaged");
    } catch (InvalidInputException e) {
      assertThat(e).hasMessageContaining("damaged");
    }
  }

  static Stream<String[]> badHeaders() {
    return Stream.of(
        new String[] {"[]", "no JSON object"},
        new String[] {"{\"x\"", "not JSON"},
        new String[] {"{} {}", "not JSON"},
        new String[] {" {}", "no JSON object"},
        new String[] {"{\"__metadata__\":{\"a\":1}}", "no string"},
        new String[] {"{\"__metadata__\":[]}", "no JSON object"},
        new String[] {"{\"x\":{\"shape\":[1],\"data_offsets\":[0,4]}}", "unknown dtype"},
        new String[] {tensor("x", "F8_E4M3", "[4]", "[0,4]"), "unknown dtype \"F8_E4M3\""},
        new String[] {tensor("x", "F32", "[2]", "[0,4]"), "wants 8"},
        new String[] {tensor("x", "F32", "[-1]", "[0,4]"), "the shape [-1]"},
        new String[] {tensor("x", "F32", "[1.0]", "[0,4]"), "the shape [1.0]"},
        new String[] {tensor("x", "F32", "[99999999999999999999]", "[0,4]"), "the shape"},
        new String[] {tensor("x", "F32", "[4611686018427387904,4]", "[0,0]"), "impossible shape"},
        new String[] {tensor("x", "F32", "[1]", "[4,0]"), "the offsets [4, 0]"},
        new String[] {tensor("x", "F32", "[1]", "[0,4,8]"), "the offsets"},
        new String[] {tensor("x", "F32", "[1]", "[4,8]"), "hole from 0"},
        new String[] {tensor("x", "U8", "[3]", "[0,3]"), "should have 3"},
        new String[] {
          tensor("x", "U8", "[9223372036854775807]", "[0,9223372036854775807]"),
          "should have 9223372036854775807"
        },
        new String[] {
          both(tensor("x", "U8", "[3]", "[0,3]"), tensor("y", "U8", "[2]", "[2,4]")),
          "overlapping what ends at 3"
        },
        new String[] {
          both(tensor("x", "U8", "[1]", "[0,1]"), tensor("y", "U8", "[2]", "[2,4]")), "hole from 1"
        },
        new String[] {
          both(tensor("x", "U8", "[2]", "[0,2]"), tensor("x", "U8", "[2]", "[2,4]")), "Duplicate"
        });
  }

  @ParameterizedTest
  @MethodSource("badHeaders")
  void refusesABadHeaderNamingTheFile(String header, String problem) {
    // given a header that lies, before four bytes of data
    byte[] file = file(header.getBytes(StandardCharsets.UTF_8).length, header);
    // when, then
    assertThatThrownBy(() -> SafeTensors.parse(file, "bad.safetensors"))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("bad.safetensors")
        .hasMessageContaining(problem);
  }

  @ParameterizedTest
  @CsvSource({"0", "1", "-1", "1000", "9223372036854775807", "-9223372036854775808"})
  void refusesAnImpossibleHeaderLengthBeforeItAllocates(long declared) throws IOException {
    // given
    byte[] data = file(declared, "{}");
    Path file = dir.resolve("length");
    Files.write(file, data);
    // when, then
    assertThatThrownBy(() -> SafeTensors.parse(data, "length.safetensors"))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("length.safetensors")
        .hasMessageContaining("header of " + Long.toUnsignedString(declared) + " bytes");
    assertThatThrownBy(() -> SafeTensors.read(file, "length.safetensors"))
        .isInstanceOf(InvalidInputException.class);
  }

  @Test
  void leavesNoFileWhenItCannotWrite() throws IOException {
    // given a folder where the file should be
    Path taken = dir.resolve("taken");
    Files.createDirectories(taken.resolve("inside"));
    // when, then
    assertThatThrownBy(() -> SafeTensors.write(taken, mixed(), Map.of()))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining("taken");
    assertThat(dir).isDirectoryNotContaining("glob:**.part");
    assertThatThrownBy(() -> SafeTensors.read(dir.resolve("none"), "weights"))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("weights");
  }

  @Provide
  Arbitrary<Map<String, Tensor>> tensors() {
    Arbitrary<Tensor> tensor =
        Combinators.combine(
                Arbitraries.of(DType.class),
                Arbitraries.integers().between(0, 4).list().ofMaxSize(3),
                Arbitraries.bytes())
            .as(
                (dtype, sizes, fill) -> {
                  long[] shape = sizes.stream().mapToLong(i -> i).toArray();
                  long n = Arrays.stream(shape).reduce(1, (a, b) -> a * b);
                  byte[] data = new byte[(int) n * dtype.bytes()];
                  Arrays.fill(data, fill);
                  return new Tensor(dtype, shape, ByteBuffer.wrap(data));
                });
    Arbitrary<String> name =
        Arbitraries.strings()
            .ofMaxLength(8)
            .filter(
                s -> StandardCharsets.UTF_8.newEncoder().canEncode(s) && !s.startsWith("__meta"));
    return Arbitraries.maps(name, tensor).ofMaxSize(6);
  }

  private static void assertSame(Map<String, Tensor> actual, Map<String, Tensor> expected) {
    assertThat(actual).containsOnlyKeys(expected.keySet());
    expected.forEach(
        (name, tensor) -> {
          assertThat(actual.get(name).dtype()).isEqualTo(tensor.dtype());
          assertThat(actual.get(name).shape()).isEqualTo(tensor.shape());
          assertThat(actual.get(name).data()).isEqualTo(tensor.data());
        });
  }

  private static String tensor(String name, String dtype, String shape, String offsets) {
    return ("{\"%s\":{\"dtype\":\"%s\",\"shape\":%s,\"data_offsets\":%s}}")
        .formatted(name, dtype, shape, offsets);
  }

  private static String both(String a, String b) {
    return a.substring(0, a.length() - 1) + "," + b.substring(1);
  }

  private static byte[] file(long declared, String header) {
    byte[] text = header.getBytes(StandardCharsets.UTF_8);
    return ByteBuffer.allocate(8 + text.length + 4)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(declared)
        .put(text)
        .array();
  }

  private static byte[] golden(String name) {
    try (InputStream in = SafeTensorsTest.class.getResourceAsStream("/golden/" + name)) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
