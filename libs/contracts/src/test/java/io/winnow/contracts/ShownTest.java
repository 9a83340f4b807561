package io.winnow.contracts;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ShownTest {

  @ParameterizedTest
  @CsvSource({
    "'\u001b[2J\u001b]0;title\u0007', '\\u001b[2J\\u001b]0;title\\u0007'",
    "'a\nb\r\tc', 'a\\nb\\r\\tc'",
    "'a\u0000b', 'a\\u0000b'",
    "'a\u009b31m', 'a\\u009b31m'",
    "'a\u202egnp.exe', 'a\\u202egnp.exe'",
    "'a\u2066b\u2069', 'a\\u2066b\\u2069'",
    "'a\u2028b\u2029', 'a\\u2028b\\u2029'",
    "'a\ufeffb\u200bc', 'a\\ufeffb\\u200bc'",
    "'a\ud800b', 'a\\ud800b'",
    "'a\udb40\udc41b', 'a\\udb40\\udc41b'"
  })
  void whatCouldDeceiveATerminalOrAReaderIsEscaped(String text, String shown) {
    assertThat(Shown.of(text)).isEqualTo(shown);
    assertThat(Shown.line(text)).isEqualTo(shown);
  }

  @ParameterizedTest
  @CsvSource({"Straße", "日本語", "'a b'", "نص", "👩‍👩‍👧", "a\\b", "می‌خواهم"})
  void wordsOfAnyLanguageStayAsTheyAre(String text) {
    assertThat(Shown.of(text)).isEqualTo(text);
  }

  @Test
  void aLongValueLosesItsMiddle() {
    // Given
    String text = "start" + "x".repeat(1_000_000) + "end";

    // When
    String shown = Shown.of(text);

    // Then
    assertThat(shown).hasSize(200).startsWith("start").endsWith("end").contains(" … ");
    assertThat(Shown.of(null)).isEqualTo("null");
  }

  @Test
  void severalLinesKeepTheirBreaks() {
    assertThat(Shown.lines("{\n  \"a\": \"\u202e\u009b\"\n}"))
        .isEqualTo("{\n  \"a\": \"\\u202e\\u009b\"\n}");
  }

  @Property
  void nothingThatIsShownControlsATerminal(@ForAll @StringLength(max = 500) String text) {
    for (String shown : new String[] {Shown.of(text), Shown.line(text)}) {
      assertThat(shown.chars()).noneMatch(c -> Character.isISOControl(c));
      assertThat(shown.codePoints()).noneMatch(c -> Character.getType(c) == Character.SURROGATE);
    }
  }

  @Test
  void everyErrorIsOneLine() {
    // Given an error that quotes input
    InvalidInputException e = new InvalidInputException("bad\nid \u001b[2J", "see\r\nx");

    // Then
    assertThat(e.getMessage()).isEqualTo("bad\\nid \\u001b[2J (see\\r\\nx)");
    assertThat(e.problem()).isEqualTo("bad\\nid \\u001b[2J");
    assertThat(e.remedy()).isEqualTo("see\\r\\nx");
  }
}
