package io.winnow.stage.security;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ApiTokenTest {
  @ParameterizedTest
  @CsvSource({
    "Bearer x, true",
    "bearer x, true",
    "BEARER x, true",
    "Bearer, false",
    "Bearerx, false",
    "Basic x, false"
  })
  void theSchemeIsCaseInsensitive(String header, boolean expected) {
    assertThat(ApiToken.isBearer(header)).isEqualTo(expected);
  }
}
