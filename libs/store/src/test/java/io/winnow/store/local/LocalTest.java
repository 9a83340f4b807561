package io.winnow.store.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalTest {
  @TempDir Path folder;

  @Test
  void aFileIsReplacedCompletely() throws Exception {
    Path file = Files.writeString(folder.resolve("file"), "old");
    AtomicFile.write(file, part -> Files.writeString(part, "new"));
    assertThat(file).hasContent("new");
    assertThat(folder.toFile().list()).containsExactly("file");
  }

  @Test
  void aFileThatCannotBeWrittenStaysAsItWas() throws Exception {
    Path file = Files.writeString(folder.resolve("file"), "old");
    assertThatThrownBy(
            () ->
                AtomicFile.write(
                    file,
                    part -> {
                      Files.writeString(part, "half");
                      throw new IOException("disk full");
                    }))
        .hasMessage("disk full");
    assertThat(file).hasContent("old");
    assertThat(folder.toFile().list()).containsExactly("file");
  }

  @Test
  void aTreeIsDeletedWithoutFollowingLinks() throws Exception {
    // given a tree with a link out of it
    Path outside = Files.writeString(Files.createDirectory(folder.resolve("out")).resolve("x"), "x");
    Path tree = Files.createDirectories(folder.resolve("tree/a/b"));
    Files.writeString(tree.resolve("file"), "y");
    Files.createSymbolicLink(tree.resolve("link"), outside.getParent());

    // when
    FileTree.delete(folder.resolve("tree"));
    FileTree.delete(folder.resolve("tree"));

    // then
    assertThat(folder.resolve("tree")).doesNotExist();
    assertThat(outside).hasContent("x");
  }

  @Test
  void systemTimePasses() throws Exception {
    Time time = Time.system();
    long start = time.nanos();
    time.sleep(Duration.ofMillis(20));
    assertThat(time.nanos() - start).isGreaterThanOrEqualTo(TimeUnit.MILLISECONDS.toNanos(20));
  }

  @Test
  void aRepeatedTaskRunsOnADaemonThreadUntilItIsClosed() throws Exception {
    // given
    CountDownLatch three = new CountDownLatch(3);
    AtomicInteger calls = new AtomicInteger();
    AtomicInteger daemons = new AtomicInteger();

    // when
    Time.Repetition repetition =
        Time.system()
            .every(
                Duration.ofMillis(1),
                "repeated",
                () -> {
                  calls.incrementAndGet();
                  Thread thread = Thread.currentThread();
                  daemons.addAndGet(thread.isDaemon() && thread.getName().equals("repeated") ? 1 : 0);
                  three.countDown();
                });
    assertThat(three.await(30, TimeUnit.SECONDS)).isTrue();
    repetition.close();
    int ended = calls.get();

    // then
    assertThat(daemons).hasValue(ended);
    Thread.sleep(10);
    assertThat(calls).hasValue(ended);
  }
}
