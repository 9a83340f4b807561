package io.winnow.datasets.source;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.winnow.contracts.InvalidInputException;
import java.util.List;
import org.junit.jupiter.api.Test;

class ClassNamesTest {
  @Test
  void aNameThatTheLocaleCannotHoldIsAnError() {
    // given a folder "Äpfel" as Java reads it in an ASCII locale
    List<String> damaged = List.of("Birnen", "\uFFFD\uFFFDpfel");

    // when
    assertThatThrownBy(() -> DatasetSource.requireReadable(damaged, "ANSI_X3.4-1968"))
        // then
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("ANSI_X3.4-1968")
        .hasMessageContaining("LC_ALL=C.UTF-8");

    // and in a UTF-8 locale, where a name may contain this very character, it is none
    assertThatCode(() -> DatasetSource.requireReadable(damaged, "UTF-8"))
        .doesNotThrowAnyException();
    assertThatCode(() -> DatasetSource.requireReadable(List.of("Birnen"), "ANSI_X3.4-1968"))
        .doesNotThrowAnyException();
  }
}
