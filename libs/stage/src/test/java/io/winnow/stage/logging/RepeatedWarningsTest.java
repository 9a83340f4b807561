package io.winnow.stage.logging;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import org.junit.jupiter.api.Test;

class RepeatedWarningsTest {
  private static final String NETWORK = "org.apache.kafka.clients.NetworkClient";
  private static final String REFUSED =
      "[Consumer clientId=%s, groupId=g] Connection to node %d (localhost/127.0.0.1:9092) could not"
          + " be established. Node may not be available.";

  private final AtomicLong now = new AtomicLong();
  private final RepeatedWarnings filter = new RepeatedWarnings(now::get);

  @Test
  void anOutageOfKafkaIsALineAMinuteWhateverTheNumberOfClients() {
    int shown = 0;
    // ten clients, twice a second, for three minutes
    for (int i = 0; i < 360; i++) {
      for (int client = 0; client < 10; client++) {
        shown += shown(NETWORK, REFUSED.formatted("c-" + client, -1 - i % 3)) ? 1 : 0;
      }
      now.addAndGet(Duration.ofMillis(500).toNanos());
    }
    assertThat(shown).isEqualTo(3);
  }

  @Test
  void otherLinesAreShown() {
    assertThat(shown(NETWORK, REFUSED.formatted("a", 1))).isTrue();
    assertThat(shown(NETWORK, "[Producer clientId=p] Error while fetching metadata")).isTrue();
    assertThat(shown("io.winnow.stage.internal.JobRun", "the same")).isTrue();
    assertThat(shown("io.winnow.stage.internal.JobRun", "the same")).isTrue();
    assertThat(shown(null, null)).isTrue();
  }

  private boolean shown(String logger, String message) {
    LogRecord line = new LogRecord(Level.WARNING, message);
    line.setLoggerName(logger);
    return filter.isLoggable(line);
  }
}
