package io.winnow.local.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.winnow.contracts.InvalidInputException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HomeLockTest {
  @TempDir Path folder;

  @Test
  void oneHolderAtATimeAndLookingDoesNotLoosenIt() {
    // given
    Home home = new Home(folder);
    assertThat(HomeLock.held(home)).isFalse();

    // when it is held
    try (HomeLock lock = HomeLock.acquire(home)) {
      // then others see it, as often as they look, and do not get it
      assertThat(HomeLock.held(home)).isTrue();
      assertThatThrownBy(() -> HomeLock.acquire(home))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageContaining("already running on " + home.directory())
          .hasMessageContaining("--home");
      assertThat(HomeLock.held(home)).isTrue();
    }

    // then it is free again
    assertThat(HomeLock.held(home)).isFalse();
    HomeLock.acquire(home).close();
  }

  @Test
  void aSystemThatIsStartingIsDistinguishedFromNone() {
    Home home = new Home(folder);
    assertThatThrownBy(() -> Connection.require(home)).hasMessageContaining("no Winnow system");
    try (HomeLock lock = HomeLock.acquire(home)) {
      assertThatThrownBy(() -> Connection.require(home)).hasMessageContaining("not ready yet");
    }
  }
}
