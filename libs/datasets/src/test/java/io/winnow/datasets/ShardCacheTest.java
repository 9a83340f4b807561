package io.winnow.datasets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.winnow.contracts.InvalidInputException;
import io.winnow.contracts.ObjectRef;
import io.winnow.store.object.ObjectStore;
import io.winnow.store.testing.InMemoryObjectStore;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ShardCacheTest {
  private static final int SIZE = 1000;
  private static final ShardCache.Progress QUIET = (done, total) -> {};

  @TempDir Path temp;

  private final InMemoryObjectStore kept = new InMemoryObjectStore();
  private final List<String> downloads = new CopyOnWriteArrayList<>();
  private final ObjectStore objects = counting();

  // The store, with a list of what was fetched from it.
  private ObjectStore counting() {
    return (ObjectStore)
        Proxy.newProxyInstance(
            ObjectStore.class.getClassLoader(),
            new Class<?>[] {ObjectStore.class},
            (proxy, method, args) -> {
              if (method.getName().equals("download")) {
                downloads.add(((ObjectRef) args[0]).key());
              }
              try {
                return method.invoke(kept, args);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  private ObjectRef shard(int number) {
    byte[] content = new byte[SIZE];
    Arrays.fill(content, (byte) number);
    return kept.put("shard-" + number, content);
  }

  private List<ObjectRef> shards(int... numbers) {
    return IntStream.of(numbers).mapToObj(this::shard).toList();
  }

  private Path file(int number) {
    return temp.resolve(shard(number).sha256() + ".safetensors");
  }

  private static void open(ShardCache cache, ObjectStore objects, List<ObjectRef> shards) {
    cache.open(objects, shards, QUIET).close();
  }

  private void openedAt(int number, long second) throws IOException {
    Files.setLastModifiedTime(file(number), FileTime.fromMillis(second * 1000));
  }

  private static void assertHolds(ByteBuffer content, int number) {
    byte[] expected = new byte[SIZE];
    Arrays.fill(expected, (byte) number);
    assertThat(content).isEqualTo(ByteBuffer.wrap(expected));
  }

  @Test
  void fetchesEachShardOnce() {
    // given
    ShardCache cache = new ShardCache(temp.resolve("a/b"), 10 * SIZE);
    List<String> told = new ArrayList<>();

    // when a data set is opened twice, the second time by another process's cache
    ShardCache.Lease first =
        cache.open(objects, shards(1, 2, 3), (done, total) -> told.add(done + "/" + total));
    ShardCache.Lease second =
        new ShardCache(temp.resolve("a/b"), 10 * SIZE).open(objects, shards(3, 2, 1), QUIET);

    // then
    assertThat(downloads).containsExactly("shard-1", "shard-2", "shard-3");
    assertThat(told).containsExactly("0/3", "1/3", "2/3");
    assertThat(first.contents()).hasSize(3);
    for (int i = 0; i < 3; i++) {
      assertHolds(first.contents().get(i), i + 1);
      assertHolds(second.contents().get(2 - i), i + 1);
    }
  }

  @Test
  void fetchesAgainWhatWasAlteredOrCutShort() throws IOException {
    // given
    ShardCache cache = new ShardCache(temp, 10 * SIZE);
    open(cache, objects, shards(1, 2, 3));
    byte[] altered = Files.readAllBytes(file(1));
    altered[SIZE / 2] ^= 1;
    Files.write(file(1), altered);
    Files.write(file(2), new byte[SIZE / 2]);

    // when
    ShardCache.Lease again = cache.open(objects, shards(1, 2, 3), QUIET);

    // then
    assertThat(downloads.subList(3, downloads.size())).containsExactly("shard-1", "shard-2");
    for (int i = 0; i < 3; i++) {
      assertHolds(again.contents().get(i), i + 1);
    }
    assertThat(Files.readAllBytes(file(1))).hasSize(SIZE).containsOnly(1);
  }

  @Test
  void dropsWhatWasOpenedLongestAgo() throws IOException {
    // given a cache for three shards, full; shard 1 was fetched first but opened last
    ShardCache cache = new ShardCache(temp, 3 * SIZE);
    open(cache, objects, shards(1, 2, 3));
    openedAt(2, 200);
    openedAt(3, 300);
    openedAt(1, 100);
    open(cache, objects, shards(1));

    // when a fourth comes
    open(cache, objects, shards(4));

    // then
    assertThat(file(2)).doesNotExist();
    assertThat(List.of(file(1), file(3), file(4))).allSatisfy(f -> assertThat(f).exists());
  }

  @Test
  void keepsWhatIsInUse() throws IOException {
    // given the oldest shard in use, twice
    ShardCache cache = new ShardCache(temp, 3 * SIZE);
    ShardCache.Lease used = cache.open(objects, shards(1), QUIET);
    ShardCache.Lease usedToo = cache.open(objects, shards(1), QUIET);
    open(cache, objects, shards(2, 3));
    openedAt(1, 100);
    openedAt(2, 200);
    openedAt(3, 300);

    // when one of its users leaves, twice by mistake, and room is needed
    usedToo.close();
    usedToo.close();
    open(cache, objects, shards(4));

    // then the next oldest goes
    assertThat(file(1)).exists();
    assertThat(file(2)).doesNotExist();
    assertHolds(used.contents().get(0), 1);

    // when all that is here is in use, then there is no room, and one says why
    assertThatThrownBy(() -> cache.open(objects, shards(5, 6, 7), QUIET))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("holds at most 3000 bytes")
        .hasMessageContaining("use 3000")
        .hasMessageContaining("winnow.cache.max-bytes");

    // and what the failed attempt had open is free again, as is what is no longer used
    used.close();
    open(cache, objects, shards(7, 8, 9));
    assertThat(file(1)).doesNotExist();
    assertThat(List.of(file(7), file(8), file(9))).allSatisfy(f -> assertThat(f).exists());
  }

  @Test
  void anotherProcessMayDropWhatThisOneReads() {
    // given
    ShardCache.Lease read = new ShardCache(temp, SIZE).open(objects, shards(1), QUIET);
    // when
    open(new ShardCache(temp, SIZE), objects, shards(2));
    // then
    assertThat(file(1)).doesNotExist();
    assertHolds(read.contents().get(0), 1);
  }

  @Test
  void refusesMoreThanItTakesBeforeItFetchesAnything() {
    // given
    ShardCache cache = new ShardCache(temp, 2 * SIZE + 1);
    // when, then
    assertThatThrownBy(() -> cache.open(objects, shards(1, 2, 3), QUIET))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("3 requested shards have 3000 bytes")
        .hasMessageContaining("holds at most 2001")
        .hasMessageContaining("winnow.cache.max-bytes");
    assertThat(downloads).isEmpty();

    // but equal shards are one file
    open(cache, objects, List.of(shard(1), shard(2), shard(1)));
    assertThat(downloads).containsExactly("shard-1", "shard-2");
  }

  @Test
  void saysThatTheDiskIsFull() throws IOException {
    // given a disk that has room for one and a half more, and a file that may go
    open(new ShardCache(temp, 10 * SIZE), objects, shards(1));
    CacheFolder small =
        new CacheFolder(temp) {
          @Override
          long free() throws IOException {
            return 5 * SIZE / 2 - files("").stream().mapToLong(Kept::size).sum();
          }
        };
    ShardCache cache = new ShardCache(temp, 10 * SIZE, small);

    // when, then
    assertThatThrownBy(() -> cache.open(objects, shards(2, 3, 4), QUIET))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("the disk of the cache " + temp + " has 500 bytes free")
        .hasMessageContaining("shard-4 has 1000")
        .hasMessageContaining("winnow.cache.dir");
    assertThat(file(1)).as("dropped before giving up").doesNotExist();
  }

  @Test
  void saysThatTheDirectoryCannotBeUsed() throws IOException {
    // given
    Path taken = Files.write(temp.resolve("file"), new byte[1]);
    // when, then
    assertThatThrownBy(() -> open(new ShardCache(taken, SIZE), objects, shards(1)))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining(taken.toString())
        .hasMessageContaining("winnow.cache.dir");
  }

  @Test
  void refusesReferencesThatAreNoSafeFileNames() {
    // given
    ShardCache cache = new ShardCache(temp, SIZE);
    for (String sha256 : new String[] {null, "", "../../etc/passwd", "A".repeat(64)}) {
      // when, then
      assertThatThrownBy(() -> open(cache, objects, List.of(new ObjectRef("odd", sha256, 10, 1L))))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageContaining("odd");
    }
    assertThatThrownBy(
            () -> open(cache, objects, List.of(new ObjectRef("big", "a".repeat(64), 1L << 31, 1L))))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("2147483648");
  }

  @Test
  void whatTheStoreLostOrAlteredIsRefused() {
    // given
    ShardCache cache = new ShardCache(temp, 10 * SIZE);
    ObjectRef shard = shard(1);
    kept.alter(shard.key(), new byte[SIZE]);
    // when, then
    assertThatThrownBy(() -> open(cache, objects, List.of(shard)))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining(shard.key());
    assertThat(temp.resolve(shard.sha256() + ".safetensors")).doesNotExist();
  }

  @Test
  void removesWhatAKilledDownloadLeft() throws IOException {
    // given
    Path part = Files.write(temp.resolve("ab.safetensors.123.part"), new byte[10]);
    // when
    open(new ShardCache(temp, SIZE), objects, shards(1));
    // then
    assertThat(part).doesNotExist();
  }

  @Test
  void manyAtATimeFetchEachShardOnce() throws Exception {
    // given two processes' caches with two threads each, that begin together
    ShardCache one = new ShardCache(temp, 50 * SIZE);
    ShardCache other = new ShardCache(temp, 50 * SIZE);
    List<ObjectRef> shards = shards(IntStream.range(0, 20).toArray());
    CountDownLatch begin = new CountDownLatch(1);
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      List<Future<ShardCache.Lease>> opened = new ArrayList<>();
      for (ShardCache cache : List.of(one, other, one, other)) {
        opened.add(
            threads.submit(
                () -> {
                  begin.await();
                  return cache.open(objects, shards, QUIET);
                }));
      }
      // when
      begin.countDown();
      // then
      for (Future<ShardCache.Lease> lease : opened) {
        for (int i = 0; i < 20; i++) {
          assertHolds(lease.get(60, TimeUnit.SECONDS).contents().get(i), i);
        }
      }
      assertThat(downloads).hasSize(20).doesNotHaveDuplicates();
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void waitsForAnotherProcessAndTakesOverWhenItIsKilled() throws Exception {
    // given another process in the middle of fetching
    Process holder =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                LockHolder.class.getName(),
                temp.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try (BufferedReader out =
        new BufferedReader(
            new InputStreamReader(holder.getInputStream(), StandardCharsets.UTF_8))) {
      assertThat(out.readLine()).isEqualTo("locked");
      CountDownLatch waiting = new CountDownLatch(5);
      CompletableFuture<ShardCache.Lease> opened =
          CompletableFuture.supplyAsync(
              () ->
                  new ShardCache(temp, SIZE)
                      .open(objects, shards(1), (done, total) -> waiting.countDown()));

      // when this one wants to, then it waits, and says so
      assertThat(waiting.await(60, TimeUnit.SECONDS)).isTrue();
      assertThat(downloads).isEmpty();

      // when the other is killed, then it goes on
      holder.destroyForcibly();
      assertHolds(opened.get(60, TimeUnit.SECONDS).contents().get(0), 1);
    } finally {
      holder.destroyForcibly();
    }
  }

  @Test
  void leavesWhenItsProgressSaysSo() {
    // given
    ShardCache cache = new ShardCache(temp, 10 * SIZE);
    ShardCache.Progress stop =
        (done, total) -> {
          if (done == 1) {
            throw new IllegalStateException("cancelled");
          }
        };
    // when, then
    assertThatThrownBy(() -> cache.open(objects, shards(1, 2), stop)).hasMessage("cancelled");
    assertThat(downloads).containsExactly("shard-1");
    try (Stream<Path> files = Files.list(temp)) {
      assertThat(files).contains(file(1));
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
