package io.winnow.datasets.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.winnow.contracts.spec.DatasetSpec;
import io.winnow.datasets.ReadListener;
import io.winnow.store.object.ObjectStore;
import io.winnow.store.testing.InMemoryObjectStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A reading shows that it is alive, and can be ended at any piece, whatever the format. */
class ReadListenerTest {
  @TempDir Path temp;
  @TempDir Path scratch;

  @ParameterizedTest
  @ValueSource(strings = {"idx", "cifar10", "folder", "webdataset"})
  void hearsOfEveryByteAndMayEndTheReading(String format) throws IOException {
    // given
    Path folder = written(format);
    AtomicLong heard = new AtomicLong();

    // when
    open(folder.toString(), null, heard::addAndGet).close();

    // then
    assertThat(heard).hasValueGreaterThanOrEqualTo(size(folder));
    endsAtOnce(folder.toString(), null);
  }

  @Test
  void hearsOfADownloadFromTheStoreAndMayEndIt() throws IOException {
    // given
    InMemoryObjectStore store = new InMemoryObjectStore();
    Path tar = written("webdataset").resolve("0.tar");
    store.put("uploads/0.tar", tar);
    AtomicLong heard = new AtomicLong();

    // when
    open("store:uploads", store, heard::addAndGet).close();

    // then it was downloaded, and then read
    assertThat(heard).hasValueGreaterThanOrEqualTo(2 * Files.size(tar));
    endsAtOnce("store:uploads", store);
    assertThat(scratch).isEmptyDirectory();
  }

  private void endsAtOnce(String source, ObjectStore store) {
    CancellationException enough = new CancellationException("enough");
    AtomicLong calls = new AtomicLong();
    assertThatThrownBy(
            () ->
                open(
                    source,
                    store,
                    bytes -> {
                      calls.incrementAndGet();
                      throw enough;
                    }))
        .isSameAs(enough);
    assertThat(calls).hasValue(1);
  }

  private DatasetSource open(String source, ObjectStore store, ReadListener reading) {
    return DatasetSource.open(DatasetSpec.of(source), SourceRoots.any(), scratch, store, reading);
  }

  private Path written(String format) throws IOException {
    Path folder = Files.createDirectories(temp.resolve(format));
    switch (format) {
      case "idx" -> Sources.idxPair(folder, "train", "", 20, 6, 10);
      case "cifar10" -> Files.write(folder.resolve("data_batch_1.bin"), Sources.cifar(20, 0));
      case "folder" -> Sources.pets(folder);
      default ->
          Tars.of(folder.resolve("0.tar"))
              .sample("a", 0, 1)
              .sample("b", 1, 2)
              .sample("c", 0, 3)
              .sample("d", 1, 4)
              .close();
    }
    return folder;
  }

  private static long size(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(Files::isRegularFile).mapToLong(ReadListenerTest::length).sum();
    }
  }

  private static long length(Path file) {
    try {
      return Files.size(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
