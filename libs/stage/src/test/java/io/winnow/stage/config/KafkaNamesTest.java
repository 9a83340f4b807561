package io.winnow.stage.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.quarkus.runtime.configuration.ConfigurationException;
import io.winnow.store.local.Time;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class KafkaNamesTest {
  private final List<String> asked = new ArrayList<>();

  /** Time that passes by sleeping. */
  private static final class Sleeping implements Time {
    private long now;

    @Override
    public long nanos() {
      return now;
    }

    @Override
    public void sleep(Duration duration) {
      now += duration.toNanos();
    }

    @Override
    public Repetition every(Duration interval, String name, Runnable task) {
      throw new UnsupportedOperationException();
    }
  }

  @Test
  void waitsForANameThatAppears() {
    // given a name that resolves when it is asked for the fourth time
    Sleeping time = new Sleeping();
    KafkaNames names =
        new KafkaNames(
            time,
            host -> {
              asked.add(host);
              return asked.size() > 3;
            });

    // when
    names.await("kafka:9092");

    // then
    assertThat(asked).containsOnly("kafka").hasSize(4);
    assertThat(time.nanos()).isPositive();
  }

  @Test
  void oneNameIsEnough() {
    Sleeping time = new Sleeping();
    new KafkaNames(time, "b"::equals).await("a:9092, b:9092");
    assertThat(time.nanos()).isZero();
  }

  @Test
  void aNameThatNeverResolvesEndsTheProcessInOneLineWithSettingAndValue() {
    Sleeping time = new Sleeping();
    assertThatExceptionOfType(ConfigurationException.class)
        .isThrownBy(() -> new KafkaNames(time, host -> false).await("kafka:9092"))
        .withMessageContaining("kafka.bootstrap.servers=\"kafka:9092\"")
        .withMessageContaining("resolves")
        .withNoCause()
        .satisfies(e -> assertThat(e.getMessage()).doesNotContain("\n"));
    assertThat(Duration.ofNanos(time.nanos()))
        .isBetween(Duration.ofMinutes(2), Duration.ofMinutes(3));
  }

  @Test
  void whatIsNoListOfHostsIsRefusedAtOnce() {
    for (String servers : List.of("kafka", "", "kafka:9092,other")) {
      assertThatExceptionOfType(ConfigurationException.class)
          .isThrownBy(() -> new KafkaNames(new Sleeping(), host -> true).await(servers))
          .withMessageContaining("=\"" + servers + "\"")
          .withMessageContaining("host:port");
    }
  }

  @Test
  void resolvesWhatTheMachineKnows() {
    assertThat(KafkaNames.resolves("localhost")).isTrue();
    // RFC 6761, section 6.4: never resolves
    assertThat(KafkaNames.resolves("kafka.invalid")).isFalse();
  }
}
