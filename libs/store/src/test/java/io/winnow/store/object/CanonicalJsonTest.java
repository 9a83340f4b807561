package io.winnow.store.object;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CanonicalJsonTest {
  private static final ObjectMapper PLAIN = new ObjectMapper();

  private record Parameters(double ratio, float momentum, long seed, Integer steps, String name) {}

  private static String json(Object value) {
    return new String(CanonicalJson.bytes(value), StandardCharsets.UTF_8);
  }

  @ParameterizedTest
  @CsvSource({
    // RFC 8785, appendix B: IEEE 754 bits and their spelling
    "0000000000000000, 0",
    "8000000000000000, 0",
    "0000000000000001, 5e-324",
    "8000000000000001, -5e-324",
    "7fefffffffffffff, 1.7976931348623157e+308",
    "ffefffffffffffff, -1.7976931348623157e+308",
    "4340000000000000, 9007199254740992",
    "c340000000000000, -9007199254740992",
    "4430000000000000, 295147905179352830000",
    "44b52d02c7e14af5, 9.999999999999997e+22",
    "44b52d02c7e14af6, 1e+23",
    "44b52d02c7e14af7, 1.0000000000000001e+23",
    "444b1ae4d6e2ef4e, 999999999999999700000",
    "444b1ae4d6e2ef4f, 999999999999999900000",
    "444b1ae4d6e2ef50, 1e+21",
    "3eb0c6f7a0b5ed8c, 9.999999999999997e-7",
    "3eb0c6f7a0b5ed8d, 0.000001",
    "41b3de4355555553, 333333333.3333332",
    "41b3de4355555554, 333333333.33333325",
    "41b3de4355555555, 333333333.3333333",
    "41b3de4355555556, 333333333.3333334",
    "41b3de4355555557, 333333333.33333343",
    "becbf647612f3696, -0.0000033333333333333333",
    "43143ff3c1cb0959, 1424953923781206.2"
  })
  void spellsDoublesAsTheRfcDoes(String bits, String spelling) {
    assertThat(json(Double.longBitsToDouble(Long.parseUnsignedLong(bits, 16)))).isEqualTo(spelling);
  }

  @Property
  void everyDoubleReadsBackAsItself(@ForAll double value) throws IOException {
    assertThat(PLAIN.readTree(json(value)).doubleValue()).isEqualTo(value == 0 ? 0.0 : value);
  }

  @Property
  void aFloatIsSpelledAsTheDecimalItReadsBackAs(@ForAll float value) throws IOException {
    // given a float's spelling, when it is read as any JSON number and written again
    String spelling = json(value);
    // then
    assertThat(PLAIN.readTree(spelling).floatValue()).isEqualTo(value == 0 ? 0f : value);
    assertThat(json(PLAIN.readTree(spelling))).isEqualTo(spelling);
  }

  @Test
  void equalValuesHaveEqualBytesHoweverTheyAreHeld() {
    // given the same parameters as record, map in another order, and tree with other number types
    Parameters record = new Parameters(1.0, 0.1f, Long.MIN_VALUE, null, "é/\"\u001f\uD835\uDD4F");
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("seed", Long.MIN_VALUE);
    map.put("ratio", 1);
    map.put("name", "é/\"\u001f\uD835\uDD4F");
    map.put("momentum", 0.1);
    // when
    String fromRecord = json(record);
    // then
    assertThat(fromRecord)
        .isEqualTo(
            "{\"momentum\":0.1,\"name\":\"é/\\\"\\u001f\uD835\uDD4F\",\"ratio\":1,\"seed\":-9223372036854775808}");
    assertThat(json(map)).isEqualTo(fromRecord);
    assertThat(json(CanonicalJson.tree(record))).isEqualTo(fromRecord);
    assertThat(json(new BigDecimal("100.00"))).isEqualTo("100");
    assertThat(json(Arrays.asList(true, null, List.of(), Map.of(), 3)))
        .isEqualTo("[true,null,[],{},3]");
    assertThat(Digests.of(map))
        .isEqualTo(Digests.sha256(fromRecord.getBytes(StandardCharsets.UTF_8)));
  }

  @Test
  void refusesWhatJsonHasNoNumberFor() {
    assertThatThrownBy(() -> json(Map.of("eta", Double.NaN)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> json(Float.POSITIVE_INFINITY))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void digestsAreTheKnownOnes() {
    // the FIPS 180-2 example
    assertThat(Digests.sha256("abc".getBytes(StandardCharsets.US_ASCII)))
        .isEqualTo("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  }
}
