package io.winnow.stage.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.smallrye.config.SmallRyeConfigBuilder;
import io.winnow.contracts.InvalidInputException;
import io.winnow.contracts.ObjectRef;
import io.winnow.contracts.run.StageRecord;
import io.winnow.embedded.EmbeddedS3;
import io.winnow.stage.api.Checkpoint;
import io.winnow.stage.config.StageSettings;
import io.winnow.store.object.MinioObjectStore;
import io.winnow.store.object.StoreConfig;
import io.winnow.store.tensor.Tensor;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What lies in the store after checkpoints were kept, by one process or by two. */
class CheckpointsTest {
  private static final StageRecord.Cost COST = new StageRecord.Cost(1.5, 7);

  @TempDir static Path folder;
  @TempDir Path scratch;
  private static EmbeddedS3 s3;
  private static MinioObjectStore objects;

  private Checkpoints checkpoints;
  private String digest;

  @BeforeAll
  static void start() {
    s3 = EmbeddedS3.start(folder, 0, new EmbeddedS3.Credentials("test", "a-secret"), "test");
    objects =
        new MinioObjectStore(
            new StoreConfig(s3.endpoint().toString(), "test", "a-secret", "test", "us-east-1"));
  }

  @AfterAll
  static void stop() {
    objects.close();
    s3.close();
  }

  @BeforeEach
  void name() {
    digest = UUID.randomUUID().toString();
    checkpoints = checkpoints(10);
  }

  @ParameterizedTest
  @CsvSource({"0, 7 8", "1, 1 2 3 4 5 6 7 8", "3, 3 6 7 8", "8, 7 8", "10, 7 8"})
  void keepsTheLastTwoAndEveryNth(int keepEvery, String expected) {
    // given
    Checkpoints some = checkpoints(keepEvery);

    // when
    for (int n = 1; n <= 8; n++) {
      assertThat(save(some, n, n - 1)).isEqualTo(Checkpoints.Result.SAVED);
    }

    // then each is there with its state, and all go in the end
    List<String> numbers = List.of(expected.split(" "));
    assertThat(keys("json"))
        .extracting(key -> key.replaceFirst("^0*", ""))
        .isEqualTo(numbers.stream().map(n -> n + ".json").toList());
    assertThat(keys("safetensors")).hasSameSizeAs(numbers);
    assertThat(some.highest(digest)).isEqualTo(8);
    some.clear(digest);
    assertThat(keys("")).isEmpty();
    assertThat(some.highest(digest)).isZero();
  }

  @Test
  void aNegativeIntervalIsRefused() {
    assertThatThrownBy(() -> checkpoints(-1))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("winnow.stage.checkpoint-keep-every")
        .hasMessageContaining("-1");
  }

  @Test
  void aCheckpointIsReadBackWhole() {
    // when
    save(checkpoints, 4, 0);

    // then
    Checkpoints.Saved last = checkpoints.last(digest, scratch).orElseThrow();
    assertThat(last.number()).isEqualTo(4);
    assertThat(last.cost()).isEqualTo(COST);
    assertThat(last.checkpoint().position()).isEqualTo(40);
    assertThat(last.checkpoint().counters())
        .containsOnly(Map.entry("step", 4L), Map.entry("seed", Long.MIN_VALUE));
    assertThat(last.checkpoint().tensors()).containsOnlyKeys("x");
    assertThat(last.checkpoint().tensors().get("x").longs()).containsExactly(4);
    assertThat(scratch).isEmptyDirectory();
  }

  @Test
  void aPointerWithoutCountersIsSkipped() {
    // given an intact checkpoint, and a newer one whose pointer is incomplete
    save(checkpoints, 1, 0);
    ObjectRef data;
    try (Checkpoints.Spilled spilled = spill(2)) {
      data = objects.put("checkpoints/" + digest + "/00000002-a.safetensors", spilled.file());
    }
    String pointer =
        "{\"cost\":{\"images\":7,\"seconds\":1.5},\"data\":{\"key\":\"%s\",\"sha256\":\"%s\",\"size\":%d},\"position\":20}"
            .formatted(data.key(), data.sha256(), data.size());
    put("00000002.json", pointer);

    // then
    Checkpoint checkpoint = checkpoints.last(digest, scratch).orElseThrow().checkpoint();
    assertThat(checkpoint.position()).isEqualTo(10);
    assertThat(checkpoint.tensors().get("x").longs()).containsExactly(1);
  }

  @Test
  void aDamagedNewestIsPassedOverAndTheWholeOneBeforeItStays() {
    // given three checkpoints, the last one damaged
    save(checkpoints, 1, 0);
    save(checkpoints, 2, 1);
    save(checkpoints, 3, 2);
    put(keys("safetensors").get(1), "not a state");
    Checkpoints.Saved last = checkpoints.last(digest, scratch).orElseThrow();
    assertThat(last.number()).isEqualTo(2);
    long next = checkpoints.highest(digest) + 1;
    assertThat(next).isEqualTo(4);

    // when the next one is kept
    save(checkpoints, next, last.number());

    // then the damaged one is gone
    assertThat(keys("json")).containsExactly("00000002.json", "00000004.json");
    assertThat(keys("safetensors")).hasSize(2);
    assertThat(checkpoints.last(digest, scratch).orElseThrow().number()).isEqualTo(4);
  }

  @Test
  void aStateWithoutPointerDoesNotExistAndIsRemoved() {
    // given what a process left that died before it wrote the pointer, even under an Nth number
    put("00000010-a.safetensors", "half");
    assertThat(checkpoints.last(digest, scratch)).isEmpty();

    // when
    save(checkpoints, checkpoints.highest(digest) + 1, 0);

    // then
    assertThat(keys("json")).containsExactly("00000011.json");
    assertThat(keys("safetensors")).hasSize(1);
  }

  @Test
  void aSecondTryChangesNothing() {
    // given a state that was kept, but whose writer was told that the store is away
    try (Checkpoints.Spilled state = spill(1)) {
      checkpoints.save(digest, 1, state, 0, () -> true);
      List<String> before = keys("");

      // when
      Checkpoints.Result outcome = checkpoints.save(digest, 1, state, 0, () -> true);

      // then
      assertThat(outcome).isEqualTo(Checkpoints.Result.SAVED);
      assertThat(keys("")).isEqualTo(before).hasSize(2);
    }
  }

  @Test
  void ofTwoProcessesOneGetsTheNumber() {
    // given
    save(checkpoints, 1, 0);
    List<String> before = keys("");
    byte[] pointer = objects.find("checkpoints/" + digest + "/00000001.json").orElseThrow();

    // when another state is to be kept under its number
    Checkpoints.Result outcome = save(checkpoints, 1, 0);

    // then the first one stays, and nothing is left of the other
    assertThat(outcome).isEqualTo(Checkpoints.Result.TAKEN);
    assertThat(keys("")).isEqualTo(before);
    assertThat(objects.find("checkpoints/" + digest + "/00000001.json")).contains(pointer);
  }

  @ParameterizedTest
  @CsvSource({"1", "2"})
  void whoDoesNotHoldTheJobAnyMoreKeepsAndRemovesNothing(int lostAt) {
    // given
    save(checkpoints, 1, 0);
    save(checkpoints, 2, 1);
    List<String> before = keys("");
    int[] looks = new int[1];

    // when the job is lost before the pointer is written, or just after
    try (Checkpoints.Spilled state = spill(3)) {
      Checkpoints.Result outcome = checkpoints.save(digest, 3, state, 2, () -> ++looks[0] < lostAt);

      // then
      assertThat(outcome).isEqualTo(Checkpoints.Result.LOST);
    }
    assertThat(keys("")).isEqualTo(before);
    assertThat(looks[0]).isEqualTo(lostAt);
  }

  @Test
  void theFileOfAStateIsRemoved() {
    try (Checkpoints.Spilled state = spill(1)) {
      assertThat(Files.exists(state.file())).isTrue();
    }
    assertThat(scratch).isEmptyDirectory();
  }

  private static Checkpoints checkpoints(int keepEvery) {
    StageSettings settings =
        new SmallRyeConfigBuilder()
            .addDiscoveredConverters()
            .withMapping(StageSettings.class)
            .withDefaultValue("winnow.stage.checkpoint-keep-every", String.valueOf(keepEvery))
            .build()
            .getConfigMapping(StageSettings.class);
    return new Checkpoints(objects, settings);
  }

  private Checkpoints.Spilled spill(long number) {
    Map<String, Long> counters = Map.of("step", number, "seed", Long.MIN_VALUE);
    Map<String, Tensor> tensors = Map.of("x", Tensor.of(new long[] {number}, 1));
    return checkpoints.spill(new Checkpoint(10 * number, counters, tensors), COST, scratch);
  }

  private Checkpoints.Result save(Checkpoints some, long number, long previous) {
    try (Checkpoints.Spilled state = spill(number)) {
      return some.save(digest, number, state, previous, () -> true);
    }
  }

  private void put(String name, String content) {
    objects.put("checkpoints/" + digest + "/" + name, content.getBytes(StandardCharsets.UTF_8));
  }

  /** Names of the job's objects that end so, in order. */
  private List<String> keys(String end) {
    String prefix = "checkpoints/" + digest + "/";
    return objects.list(prefix).stream()
        .map(object -> object.key().substring(prefix.length()))
        .filter(key -> key.endsWith(end))
        .toList();
  }
}
