package io.winnow.local.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.winnow.contracts.InvalidInputException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DiskSpaceTest {
  @TempDir Path folder;

  @Test
  void aShortageIsOneLineWithFiguresAndFolder() throws Exception {
    long free = Files.getFileStore(folder).getUsableSpace();

    // given much more than there is, and much less
    assertThat(new DiskSpace(folder, 4 * free).shortage().orElseThrow())
        .startsWith("only ")
        .contains("MiB are free on the disk of " + folder, 4 * free / (1 << 20) + " MiB must stay");
    assertThat(new DiskSpace(folder, free / 4).shortage()).isEmpty();
    assertThat(DiskSpace.of(folder).minimum()).isBetween(1L, 256L << 20);
  }

  @Test
  void aSystemOnAFullDiskDoesNotStart() throws Exception {
    // given services that are built, and a disk with too little space
    FakeService.install(folder.resolve("root"));
    Home home = new Home(folder.resolve("home"));
    SystemOptions options =
        SystemOptions.of(home, folder.resolve("root"), notice -> {})
            .withMinimumFree(Long.MAX_VALUE);

    // when
    assertThatThrownBy(() -> LocalSystem.start(options))
        // then
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("must stay free")
        .hasMessageContaining("free some space");
    assertThat(home.kafka()).doesNotExist();
    assertThat(List.of(home.logs())).allSatisfy(logs -> assertThat(logs).isEmptyDirectory());
    assertThat(HomeLock.held(home)).isFalse();
  }
}
