package io.winnow.encoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.winnow.contracts.event.RunRequested;
import io.winnow.contracts.run.Run;
import io.winnow.contracts.spec.DatasetSpec;
import io.winnow.contracts.spec.RunSpecBuilder;
import io.winnow.store.artifact.Address;
import io.winnow.store.artifact.ArtifactStore;
import io.winnow.store.testing.InMemoryObjectStore;
import io.winnow.torch.engine.MemoryLimits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Reading the source is part of the job: it is heard of, and can be ended. */
class ImportStageTest {
  @TempDir Path folder;

  private final ArtifactStore store = new ArtifactStore(new InMemoryObjectStore());
  private ImportStage stage;
  private RunRequested event;

  @BeforeEach
  void write() {
    TinyImages.folder(folder.resolve("images"), 16, 1);
    stage =
        new ImportStage(
            store,
            Optional.of(List.of(folder.toString())),
            MemoryLimits.NONE,
            new TrainingLimits(MemoryLimits.NONE, true, 0, 0));
    event =
        new RunRequested(
            new Run(
                "r",
                RunSpecBuilder.builder()
                    .name("r")
                    .dataset(DatasetSpec.of(folder.resolve("images").toString()))
                    .seed(1L)
                    .build(),
                Instant.parse("2026-01-01T00:00:00Z")));
  }

  @Test
  void theAddressIsFoundByAReadingThatIsHeardOf() throws IOException {
    // when
    AtomicLong heard = new AtomicLong();
    Address address = stage.address(event, heard::addAndGet);

    // then
    long size = 0;
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        size += Files.size(file);
      }
    }
    assertThat(heard).hasValueGreaterThanOrEqualTo(size);
    assertThat(stage.address(event)).isEqualTo(address);
  }

  @Test
  void theReadingEndsWhenTheListenerSaysSo() {
    CancellationException cancelled = new CancellationException("cancelled");
    assertThatThrownBy(
            () ->
                stage.address(
                    event,
                    bytes -> {
                      throw cancelled;
                    }))
        .isSameAs(cancelled);
  }
}
