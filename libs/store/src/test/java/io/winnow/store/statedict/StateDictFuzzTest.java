package io.winnow.store.statedict;

import static org.assertj.core.api.Assertions.assertThat;

import io.winnow.contracts.InvalidInputException;
import io.winnow.contracts.fuzz.Fuzz;
import io.winnow.contracts.fuzz.Fuzz.Tally;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A damaged state dict is read or refused, and costs no more than its own size allows. */
class StateDictFuzzTest {
  private static final long MEMORY = 8L << 20;

  @TempDir Path folder;

  @Test
  void zipFilesAreReadOrRefused() {
    fuzz("state-dict", "all.pt", "checkpoint.pt", "protocol5.pt");
  }

  @Test
  void legacyFilesAreReadOrRefused() {
    fuzz("state-dict-legacy", "all.legacy.pt", "checkpoint.legacy.pt", "protocol5.legacy.pt");
  }

  private void fuzz(String parser, String all, String checkpoint, String protocol5) {
    // given
    List<byte[]> seeds =
        List.of(
            StateDictTest.golden(all),
            StateDictTest.golden(checkpoint),
            StateDictTest.golden(protocol5));
    Path file = folder.resolve("weights.pt");

    // when
    Tally tally =
        new Fuzz(parser, MEMORY)
            .run(
                seeds,
                input -> {
                  Files.write(file, input);
                  try {
                    StateDict.read(file, null, "file");
                  } catch (InvalidInputException e) {
                    StateDict.read(file, "ema", "file");
                  }
                });

    // then
    assertThat(tally.read()).isPositive();
    assertThat(tally.refused()).isPositive();
  }
}
