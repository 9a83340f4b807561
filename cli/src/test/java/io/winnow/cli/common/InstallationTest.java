package io.winnow.cli.common;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.winnow.contracts.InvalidInputException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class InstallationTest {

  @ParameterizedTest
  @CsvSource({
    "/state, /me, /passwd, /state",
    "'', /me, /passwd, /me/.winnow",
    "'', '', /passwd, /passwd/.winnow",
    "'', /me, ?, /me/.winnow"
  })
  void theHomeFollowsWinnowHomeThenHomeThenTheUser(
      String winnowHome, String home, String userHome, Path expected) {
    Map<String, String> environment = Map.of("WINNOW_HOME", winnowHome, "HOME", home);
    assertThat(Installation.of(environment, userHome).requireDefaultHome()).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(strings = {"?", "", " "})
  void aUserWithoutAHomeIsAskedForOne(String userHome) {
    // given a user without a name, as in some containers
    Installation installation = Installation.of(Map.of(), userHome);

    // when
    assertThatThrownBy(installation::requireDefaultHome)
        // then
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("this user has no home folder")
        .hasMessageContaining("--home");
  }

  @Test
  void anArgumentThatTheLocaleCannotHoldIsRefused() {
    // given what Java makes of "größe" in an ASCII locale
    String[] args = {"import", "gr\uFFFD\uFFFD\uFFFD\uFFFDe"};

    // when
    assertThatThrownBy(() -> Encoding.check(args, "ANSI_X3.4-1968"))
        // then
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("encoding, ANSI_X3.4-1968, cannot hold")
        .hasMessageContaining("LC_ALL=C.UTF-8");
    Encoding.check(new String[] {"import", "größe", ""}, "UTF-8");
  }
}
