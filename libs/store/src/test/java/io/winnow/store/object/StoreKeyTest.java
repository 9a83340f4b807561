package io.winnow.store.object;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.winnow.contracts.InvalidInputException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StoreKeyTest {
  private final StoreErrors errors = new StoreErrors(null);

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "a//b",
        "/a",
        "a/",
        "a/../b",
        "a/./b",
        "a/nul\u0000byte",
        "a/line\nbreak",
        "a/\u001b[2J",
        "a/\ud800",
        "a/\udc00b"
      })
  void keysThatNoStoreTakesAreRefusedBeforeARequest(String key) {
    assertThatThrownBy(() -> errors.checkKey(key))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("object key")
        .hasMessageContaining("is not usable")
        .hasMessageNotContaining("\u001b")
        .hasMessageNotContaining("\n");
  }

  @Test
  void lengthsAreCountedInBytes() {
    assertThatCode(() -> errors.checkKey("a/" + "ü".repeat(127))).doesNotThrowAnyException();
    assertThatThrownBy(() -> errors.checkKey("a/" + "ü".repeat(128)))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("at most 255 bytes");
    String long1024 = "a/".repeat(400) + "b".repeat(224);
    assertThatCode(() -> errors.checkKey(long1024)).doesNotThrowAnyException();
    assertThatThrownBy(() -> errors.checkKey(long1024 + "c"))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("at most 1,024 bytes");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "runs/", "runs/a", "runs//", "../"})
  void theBeginningOfAKeyMayEndAnywhere(String prefix) {
    assertThatCode(() -> errors.checkPrefix(prefix)).doesNotThrowAnyException();
  }

  @Test
  void theBeginningOfAKeyThatNoStoreTakesIsRefused() {
    for (String prefix :
        List.of("runs/nul\u0000", "runs/\ud800/", "runs/" + "x".repeat(256) + "/")) {
      assertThatThrownBy(() -> errors.checkPrefix(prefix))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageContaining("is not usable");
    }
  }
}
