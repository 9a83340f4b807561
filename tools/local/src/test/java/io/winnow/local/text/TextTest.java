package io.winnow.local.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class TextTest {
  @Test
  void theLongestBarIsThatOfTheGreatestValueAndTheOthersAreInProportion() {
    // when
    String chart = Bars.of(List.of("cat", "horse"), List.of(0.5, 2.0));

    // then
    assertThat(chart.lines())
        .containsExactly("cat     0.500  " + "█".repeat(10), "horse   2.000  " + "█".repeat(40));
  }

  @Test
  void barsAreDrawnInEighthsOfACharacter() {
    assertThat(Bars.of(List.of("a", "b"), List.of(8.0, 1.025))).contains("b   1.025  █████▏\n");
  }

  @Test
  void zeroValuesHaveNoBars() {
    assertThat(Bars.of(List.of("a"), List.of(0.0))).isEqualTo("a   0.000\n");
    assertThat(Bars.of(List.of(), List.of())).isEmpty();
    assertThatThrownBy(() -> Bars.of(List.of("a"), List.of())).hasMessageContaining("1 names");
  }

  @Test
  void numbersAreRightAligned() {
    // when
    String table =
        Tables.of(
            List.of("", "winnow"), List.of(List.of("kept", "3"), List.of("seconds", "12.5")), true);

    // then
    assertThat(table).contains("|         | winnow |", "| kept    |      3 |", "|   12.5 |");
  }

  @Test
  void cellsAndNamesCannotControlTheTerminal() {
    assertThat(Tables.of(List.of("id"), List.of(List.of("a\u001b[2J\u202eb")), false))
        .contains("a\\u001b[2J\\u202eb")
        .doesNotContain("\u001b", "\u202e");
    assertThat(Bars.of(List.of("a\u001b]0;x\u0007"), List.of(1.0)))
        .contains("a\\u001b]0;x\\u0007")
        .doesNotContain("\u001b", "\u0007");
  }
}
