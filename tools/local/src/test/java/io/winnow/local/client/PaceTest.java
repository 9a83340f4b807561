package io.winnow.local.client;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PaceTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "0; 8000; 3; 0/8,000 images",
        "2000; 8000; 2; 2,000/8,000 images  1,000/s  0:06 left",
        "10; 1281167; 4; 10/1,281,167 images  2.5/s  142:21:03 left",
        "8000; 8000; 10; 8,000/8,000 images  800/s"
      })
  void saysHowFastAndHowLong(long done, long total, double seconds, String expected) {
    assertThat(Pace.text(done, total, "images", seconds)).isEqualTo(expected);
  }
}
