package io.winnow.stage.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.internals.BuiltInPartitioner;
import org.apache.kafka.common.utils.Utils;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SeriesPartitionerTest {

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6, 8, 12, 30, 64})
  void aSeriesIsDealtOutEvenly(int partitions) {
    // given the keys of a run's shards, three and a half for each partition
    int[] shards = new int[partitions];
    int total = 3 * partitions + partitions / 2;

    // when each gets its partition
    IntStream.range(0, total)
        .map(i -> SeriesPartitioner.partition("20261125-run/" + i, partitions))
        .forEach(p -> shards[p]++);

    // then none has more than one more than another
    int most = Arrays.stream(shards).max().orElseThrow();
    assertThat(most - Arrays.stream(shards).min().orElseThrow()).isLessThanOrEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(ints = {4, 18, 30, 60})
  void halfOfASeriesIsInEachHalfOfThePartitionsAndHalfInOddOnes(int shards) {
    for (int run = 0; run < 50; run++) {
      // given the two ways in which two replicas share 12 partitions
      String series = "run-" + run + "/";

      // when
      int[] partitions =
          IntStream.range(0, shards)
              .map(i -> SeriesPartitioner.partition(series + i, 12))
              .toArray();

      // then each replica has as many, whichever way it is
      assertThat(Arrays.stream(partitions).filter(p -> p < 6).count()).isEqualTo(shards / 2);
      assertThat(Arrays.stream(partitions).filter(p -> p % 2 == 0).count()).isEqualTo(shards / 2);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"20261125-run", "a/b", "", "x/12345678901"})
  void anyOtherKeyGoesWhereKafkaWouldSendIt(String key) {
    assertThat(SeriesPartitioner.partition(key, 12))
        .isEqualTo(BuiltInPartitioner.partitionForKey(Utils.utf8(key), 12));
  }
}
