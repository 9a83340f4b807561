package io.winnow.experiments;

import static org.assertj.core.api.Assertions.assertThat;

import io.winnow.contracts.Json;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MergeTest {
  // the cases of RFC 7396, appendix A, whose target and patch are objects
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "{\"a\":\"b\"}|{\"a\":\"c\"}|{\"a\":\"c\"}",
        "{\"a\":\"b\"}|{\"b\":\"c\"}|{\"a\":\"b\",\"b\":\"c\"}",
        "{\"a\":\"b\"}|{\"a\":null}|{}",
        "{\"a\":\"b\",\"b\":\"c\"}|{\"a\":null}|{\"b\":\"c\"}",
        "{\"a\":[\"b\"]}|{\"a\":\"c\"}|{\"a\":\"c\"}",
        "{\"a\":\"c\"}|{\"a\":[\"b\"]}|{\"a\":[\"b\"]}",
        "{\"a\":{\"b\":\"c\"}}|{\"a\":{\"b\":\"d\",\"c\":null}}|{\"a\":{\"b\":\"d\"}}",
        "{\"a\":[{\"b\":\"c\"}]}|{\"a\":[1]}|{\"a\":[1]}",
        "{}|{\"a\":{\"bb\":{\"ccc\":null}}}|{\"a\":{\"bb\":{}}}"
      })
  void followsTheStandard(String target, String patch, String expected) {
    // given
    Map<String, Object> one = map(target);
    Map<String, Object> two = map(patch);

    // when
    Map<String, Object> merged = Merge.of(one, two);

    // then
    assertThat(merged).isEqualTo(map(expected));
    assertThat(one).isEqualTo(map(target));
  }

  @SuppressWarnings("unchecked")
  private static Map<String, Object> map(String json) {
    return Json.parse(json.getBytes(java.nio.charset.StandardCharsets.UTF_8), Map.class, "json");
  }
}
