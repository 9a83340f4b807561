package io.winnow.store.object;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.minio.MinioClient;
import io.minio.StatObjectArgs;
import io.winnow.contracts.InvalidInputException;
import io.winnow.contracts.ObjectRef;
import io.winnow.embedded.EmbeddedS3;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Against a real S3 endpoint. */
class MinioObjectStoreTest {
  private static final EmbeddedS3.Credentials CREDENTIALS =
      new EmbeddedS3.Credentials("key", "a-long-enough-secret");

  @TempDir static Path home;
  @TempDir Path dir;

  private static EmbeddedS3 s3;
  private static MinioObjectStore store;
  private static MinioClient plain;

  @BeforeAll
  static void start() {
    s3 = EmbeddedS3.start(home, 0, CREDENTIALS, "winnow");
    store = new MinioObjectStore(config(CREDENTIALS.secretKey(), "winnow"));
    plain =
        MinioClient.builder()
            .endpoint(s3.endpoint().toString())
            .region("us-east-1")
            .credentials(CREDENTIALS.accessKey(), CREDENTIALS.secretKey())
            .build();
  }

  @AfterAll
  static void stop() throws Exception {
    plain.close();
    store.close();
    s3.close();
  }

  private static StoreConfig config(String secret, String bucket) {
    return new StoreConfig(s3.endpoint().toString(), CREDENTIALS.accessKey(), secret, bucket, null);
  }

  private static byte[] random(int size) {
    byte[] content = new byte[size];
    new Random(size).nextBytes(content);
    return content;
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 100_000, 16 << 20, (16 << 20) + 1, 25_000_000})
  void givesBackWhatWasPut(int size) throws Exception {
    // given
    byte[] content = random(size);
    Path file = Files.write(dir.resolve("content"), content);
    // when written from memory and from a file
    ObjectRef fromMemory = store.put("sizes/memory-" + size, content);
    ObjectRef fromFile = store.put("sizes/file-" + size, file);
    // then every way of reading gives it back
    assertThat(fromMemory)
        .isEqualTo(new ObjectRef("sizes/memory-" + size, Digests.sha256(content), size, null));
    assertThat(fromFile.sha256()).isEqualTo(fromMemory.sha256());
    assertThat(store.stat(fromFile.key())).contains(fromFile);
    assertThat(Arrays.equals(store.get(fromMemory), content)).isTrue();
    assertThat(Arrays.equals(store.find(fromFile.key()).orElseThrow(), content)).isTrue();
    assertThat(store.download(fromFile, dir.resolve("down"))).hasBinaryContent(content);
    try (InputStream in = store.open(fromFile)) {
      assertThat(Arrays.equals(in.readAllBytes(), content)).isTrue();
    }
    // and only large ones went up in parts (the tag of such an object ends in their number)
    assertThat(etag(fromFile.key()).contains("-")).isEqualTo(size > 16 << 20);
    assertThat(etag(fromMemory.key()).contains("-")).isEqualTo(size > 16 << 20);
  }

  @Test
  void readsRanges() {
    // given
    byte[] content = random(1000);
    store.put("range/a", content);
    // when, then
    assertThat(store.range("range/a", 990, 10)).isEqualTo(Arrays.copyOfRange(content, 990, 1000));
    assertThat(store.range("range/a", 0, 1)).isEqualTo(Arrays.copyOf(content, 1));
    assertThat(store.range("range/a", 5, 0)).isEmpty();
    assertThatThrownBy(() -> store.range("range/a", 995, 10))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("range/a");
    assertThatThrownBy(() -> store.range("range/a", 2000, 10))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("range/a");
    assertThatThrownBy(() -> store.range("range/none", 0, 10))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("range/none");
  }

  @Test
  void listsInKeyOrderAndDeletes() {
    // given
    List<String> keys =
        List.of("list/a b+ü&x", "list/a/2", "list/a/10", "list/b", "list/B", "list2/x");
    keys.forEach(k -> store.put(k, k.getBytes(StandardCharsets.UTF_8)));
    // when
    List<ObjectRef> found = store.list("list/");
    // then
    assertThat(found)
        .extracting(ObjectRef::key)
        .containsExactly("list/B", "list/a b+ü&x", "list/a/10", "list/a/2", "list/b");
    assertThat(found.get(4)).isEqualTo(new ObjectRef("list/b", null, 6, null));
    assertThat(store.get(found.get(1))).asString(StandardCharsets.UTF_8).isEqualTo("list/a b+ü&x");
    // when
    keys.forEach(store::delete);
    store.delete("list/a/2");
    // then
    assertThat(store.list("list")).isEmpty();
    assertThat(store.stat("list/b")).isEmpty();
    assertThat(store.find("list/b")).isEmpty();
  }

  @Test
  void listsMoreThanOnePage() {
    // given more objects than one answer of S3 holds
    int count = 1005;
    for (int i = 0; i < count; i++) {
      store.put("many/%04d".formatted(i), new byte[0]);
    }
    // when, then
    List<ObjectRef> found = store.list("many/");
    assertThat(found).hasSize(count);
    assertThat(found).extracting(ObjectRef::key).isSorted().doesNotHaveDuplicates();
  }

  @Test
  void aConditionalWriteHasExactlyOneWinner() throws Exception {
    int writers = 8;
    ExecutorService pool = Executors.newFixedThreadPool(writers);
    try {
      for (int round = 0; round < 20; round++) {
        // given writers of different content under one key
        String key = "race/" + round;
        List<Callable<Boolean>> attempts = new ArrayList<>();
        for (int w = 0; w < writers; w++) {
          byte[] content = ("writer " + w).getBytes(StandardCharsets.US_ASCII);
          attempts.add(() -> store.create(key, content));
        }
        // when they all try at once
        List<Integer> winners = new ArrayList<>();
        List<Future<Boolean>> outcomes = pool.invokeAll(attempts);
        for (int w = 0; w < writers; w++) {
          if (outcomes.get(w).get()) {
            winners.add(w);
          }
        }
        // then one wins, and what lies there is that one's
        assertThat(winners).hasSize(1);
        assertThat(store.find(key).orElseThrow())
            .asString(StandardCharsets.US_ASCII)
            .isEqualTo("writer " + winners.get(0));
      }
    } finally {
      pool.shutdownNow();
    }
  }

  @Test
  void aReaderSeesTheOldObjectOrTheNewNeverPartOfOne() throws Exception {
    // given a key that is written over and over with contents of two sizes
    byte[] small = random(10_000);
    byte[] large = random(3_000_000);
    store.put("overwritten/a", small);
    ExecutorService pool = Executors.newSingleThreadExecutor();
    try {
      Future<?> writer =
          pool.submit(
              () -> {
                for (int i = 0; i < 30; i++) {
                  store.put("overwritten/a", i % 2 == 0 ? large : small);
                }
              });
      // when it is read meanwhile, then it is always one of the two, whole
      while (!writer.isDone()) {
        byte[] found = store.find("overwritten/a").orElseThrow();
        assertThat(Arrays.equals(found, small) || Arrays.equals(found, large)).isTrue();
      }
      writer.get();
    } finally {
      pool.shutdownNow();
    }
  }

  @Test
  void anObjectBeingWrittenIsNotThereYet() throws Exception {
    // given a large object on its way up in parts
    byte[] content = random(40_000_000);
    ExecutorService pool = Executors.newSingleThreadExecutor();
    try {
      Future<ObjectRef> writer = pool.submit(() -> store.put("growing/a", content));
      // when it is looked for meanwhile, then it is not there, or whole
      while (!writer.isDone()) {
        store.find("growing/a").ifPresent(f -> assertThat(Arrays.equals(f, content)).isTrue());
        store
            .list("growing/")
            .forEach(
                o ->
                    assertThat(o)
                        .isEqualTo(new ObjectRef("growing/a", null, content.length, null)));
      }
      assertThat(store.stat("growing/a")).contains(writer.get());
    } finally {
      pool.shutdownNow();
    }
  }

  @Test
  void everyReadNoticesAnAlteredObject() throws IOException {
    // given an object with one byte changed behind the store's back
    byte[] content = random(200_000);
    ObjectRef ref = store.put("altered/a", content);
    content[123_456] ^= 1;
    Files.write(onDisk("altered/a"), content);
    Path down = dir.resolve("down");
    // when, then
    assertAltered(() -> store.get(ref), "altered/a");
    assertAltered(() -> store.find("altered/a"), "altered/a");
    assertAltered(() -> store.download(ref, down), "altered/a");
    assertAltered(() -> store.get(new ObjectRef("altered/a", null, ref.size(), null)), "altered/a");
    try (InputStream in = store.open(ref)) {
      assertThat(in.readNBytes(100)).hasSize(100);
      assertAltered(in::readAllBytes, "altered/a");
    }
    // and a download leaves neither the file nor a part of it
    assertThat(dir).isEmptyDirectory();
  }

  @Test
  void everyReadNoticesATruncatedOrReplacedObject() throws IOException {
    // given an object cut short, and one replaced by a longer one that has its own digest
    ObjectRef cut = store.put("cut/a", random(1000));
    Files.write(onDisk("cut/a"), random(999));
    ObjectRef longer = store.put("cut/b", random(1000));
    store.put("cut/b", random(1001));
    // when, then
    for (ObjectRef ref : List.of(cut, longer)) {
      assertAltered(() -> store.get(ref), ref.key());
      assertAltered(() -> store.open(ref), ref.key());
      assertAltered(() -> store.download(ref, dir.resolve("down")), ref.key());
    }
    assertThat(dir).isEmptyDirectory();
  }

  @Test
  void aFailedDownloadKeepsTheFileThatWasThere() throws IOException {
    // given a file, and an object that is not what its reference says
    Path file = Files.writeString(dir.resolve("file"), "precious");
    ObjectRef ref = store.put("download/a", random(10));
    ObjectRef wrong = new ObjectRef(ref.key(), "0".repeat(64), ref.size(), null);
    // when, then
    assertAltered(() -> store.download(wrong, file), "download/a");
    assertThat(file).hasContent("precious");
    try (Stream<Path> files = Files.list(dir)) {
      assertThat(files).containsExactly(file);
    }
  }

  @Test
  void aMissingObjectIsNamed() {
    // given
    ObjectRef ref = new ObjectRef("missing/a", "0".repeat(64), 10, null);
    // when, then
    for (Call read : List.<Call>of(() -> store.get(ref), () -> store.open(ref))) {
      assertThatThrownBy(read::run)
          .isInstanceOf(InvalidInputException.class)
          .hasMessageContaining("missing/a")
          .hasMessageContaining("is missing");
    }
    assertThat(store.stat("missing/a")).isEmpty();
    assertThat(store.find("missing/a")).isEmpty();
  }

  @Test
  void keysThatLeaveTheBucketAreRefused() {
    for (String key : List.of("../a", "a/../../b", "/etc/passwd", "", "a//b")) {
      assertThatThrownBy(() -> store.put(key, new byte[1]))
          .as(key)
          .isInstanceOf(InvalidInputException.class)
          .hasMessageContaining("key");
    }
  }

  @Test
  void wrongCredentialsNameTheEndpointAndTheSetting() {
    try (MinioObjectStore stranger = new MinioObjectStore(config("another-secret", "winnow"))) {
      ObjectRef ref = new ObjectRef("a", null, 1, null);
      for (Call call :
          List.<Call>of(
              () -> stranger.put("a", new byte[1]),
              () -> stranger.create("a", new byte[1]),
              () -> stranger.stat("a"),
              () -> stranger.get(ref),
              () -> stranger.list("a"),
              stranger::ping)) {
        assertThatThrownBy(call::run)
            .isInstanceOf(InvalidInputException.class)
            .hasMessageContaining(s3.endpoint().toString())
            .hasMessageContaining("winnow.store.secret-key");
      }
    }
  }

  @Test
  void aBucketIsMadeOnlyWhenAskedFor() {
    try (MinioObjectStore other = new MinioObjectStore(config(CREDENTIALS.secretKey(), "other"))) {
      // given a bucket that is not there
      assertThatThrownBy(() -> other.put("a", new byte[1]))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageContaining("bucket other")
          .hasMessageContaining("winnow.store.bucket");
      assertThatThrownBy(other::ping)
          .isInstanceOf(InvalidInputException.class)
          .hasMessageContaining("bucket other");
      // when
      assertThat(other.createBucket()).isTrue();
      // then
      assertThat(other.createBucket()).isFalse();
      other.ping();
      assertThat(other.list("")).isEmpty();
    }
  }

  @FunctionalInterface
  private interface Call {
    void run() throws Exception;
  }

  private static void assertAltered(Call read, String key) {
    assertThatThrownBy(read::run)
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining(key)
        .hasMessageContaining("was altered");
  }

  private static Path onDisk(String key) {
    Path path = home.resolve("buckets/winnow").resolve(key);
    assertThat(path).exists();
    return path;
  }

  private static String etag(String key) throws Exception {
    return plain.statObject(StatObjectArgs.builder().bucket("winnow").object(key).build()).etag();
  }
}
