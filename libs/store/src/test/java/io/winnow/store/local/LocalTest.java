package io.winnow.store.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
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
  void aNewFileHasTheModeOfTheUmask() throws Exception {
    // given a file that is created in the usual way
    Path usual = Files.createFile(folder.resolve("usual"));
    // when
    Path file = folder.resolve("file");
    AtomicFile.write(file, part -> Files.writeString(part, "new"));
    // then
    assertThat(Files.getPosixFilePermissions(file)).isEqualTo(Files.getPosixFilePermissions(usual));
  }

  @Test
  void aFileThatIsReplacedKeepsItsMode() throws Exception {
    // given
    Path file = Files.writeString(folder.resolve("file"), "old");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("r--r-----"));
    // when the content itself replaces the part
    AtomicFile.write(
        file,
        part -> {
          Files.delete(part);
          Files.writeString(part, "new");
        });
    // then
    assertThat(file).hasContent("new");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("r--r-----");
  }

  @Test
  void aTreeIsDeletedWithoutFollowingLinks() throws Exception {
    // given a tree with a link out of it
    Path outside =
        Files.writeString(Files.createDirectory(folder.resolve("out")).resolve("x"), "x");
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
  void aLockHasOneHolderAtATime() throws Exception {
    // given
    Path file = folder.resolve("lock");
    FileLock held = FileLock.tryAcquire(file).orElseThrow();

    // then nobody else gets it, and asking does not release it
    assertThat(FileLock.tryAcquire(file)).isEmpty();
    assertThat(FileLock.tryAcquire(folder.resolve("a/../lock"))).isEmpty();
    assertThat(lockedForOthers(file)).isTrue();

    // and once it is released, somebody does
    held.close();
    assertThat(lockedForOthers(file)).isFalse();
    FileLock.tryAcquire(file).orElseThrow().close();
  }

  @Test
  void aLockThatCannotBeOpenedIsNotHeld() throws Exception {
    Path file = folder.resolve("missing/lock");
    assertThatThrownBy(() -> FileLock.tryAcquire(file)).isInstanceOf(IOException.class);
    Files.createDirectory(file.getParent());
    FileLock.tryAcquire(file).orElseThrow().close();
  }

  /** Asks another process. */
  private static boolean lockedForOthers(Path file) throws Exception {
    Process other =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Locker.class.getName(),
                file.toString())
            .inheritIO()
            .start();
    return other.waitFor() == 1;
  }

  /** Exits with 0 if it gets the lock, with 1 if not. */
  static final class Locker {
    private Locker() {}

    public static void main(String[] args) throws Exception {
      System.exit(FileLock.tryAcquire(Path.of(args[0])).isPresent() ? 0 : 1);
    }
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
                  daemons.addAndGet(
                      thread.isDaemon() && thread.getName().equals("repeated") ? 1 : 0);
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
