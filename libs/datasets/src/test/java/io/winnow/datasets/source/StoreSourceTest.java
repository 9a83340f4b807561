package io.winnow.datasets.source;

import static io.winnow.datasets.source.DatasetSource.TRAIN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.winnow.contracts.InvalidInputException;
import io.winnow.contracts.spec.DatasetSpec;
import io.winnow.embedded.EmbeddedS3;
import io.winnow.store.object.MinioObjectStore;
import io.winnow.store.object.StoreConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StoreSourceTest {
  @TempDir static Path servers;
  private static EmbeddedS3 s3;
  private static MinioObjectStore store;

  @TempDir Path temp;
  @TempDir Path scratch;

  @BeforeAll
  static void start() {
    EmbeddedS3.Credentials credentials = new EmbeddedS3.Credentials("winnow", "a-secret");
    s3 = EmbeddedS3.start(servers, 0, credentials, "winnow");
    store =
        new MinioObjectStore(
            new StoreConfig(s3.endpoint().toString(), "winnow", "a-secret", "winnow", "us-east-1"));
  }

  @AfterAll
  static void stop() throws Exception {
    store.close();
    s3.close();
  }

  @Test
  void readsTarShardsBelowAPrefixAndOneByItsKey() {
    // given
    for (int i = 0; i < 2; i++) {
      Path shard = temp.resolve("shards/" + i + ".tar");
      Tars.of(shard)
          .sample("a", 0, i)
          .sample("b", 1, i)
          .sample("c", 0, i)
          .sample("d", 1, i)
          .close();
      store.put("uploads/shards/" + i + ".tar", shard);
    }

    // when
    try (DatasetSource plain = Sources.open(temp.resolve("shards"));
        DatasetSource fetched = open("store:uploads/shards");
        DatasetSource one = open("store:uploads/shards/1.tar")) {
      // then
      assertThat(fetched.digest()).isEqualTo(plain.digest());
      assertThat(fetched.rows(DatasetSource.TRAIN)).isEqualTo(6);
      assertThat(one.rows(DatasetSource.TRAIN)).isEqualTo(2);
    }
    assertThat(scratch).isEmptyDirectory();
  }

  @Test
  void readsWhatLiesBelowAPrefixLikeTheFolder() throws IOException {
    // given a data set, and a neighbour whose key starts alike
    Path folder = Sources.pets(temp.resolve("pets"));
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        store.put("uploads/pets/" + folder.relativize(file).toString().replace('\\', '/'), file);
      }
    }
    store.put("uploads/pets2/cow/0.png", new byte[] {1});

    // when
    try (DatasetSource plain = Sources.open(folder);
        DatasetSource fetched = open("store:uploads/pets/")) {
      // then
      assertThat(fetched.digest()).isEqualTo(plain.digest());
      assertThat(fetched.classes()).isEqualTo(List.of("cat", "dog"));
      assertThat(Sources.rows(fetched, TRAIN, 10)).hasSize(6);
    }
    assertThat(scratch).isEmptyDirectory();
  }

  @Test
  void refusesAPrefixWithNothingBelow() {
    assertThatExceptionOfType(InvalidInputException.class)
        .isThrownBy(() -> open("store:uploads/nothing"))
        .withMessageContaining("store:uploads/nothing")
        .withMessageContaining("no object there");
  }

  private DatasetSource open(String source) {
    return DatasetSource.open(DatasetSpec.of(source), scratch, store);
  }
}
