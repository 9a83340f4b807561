package io.winnow.stage.health;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.quarkus.bootstrap.logging.InitialConfigurator;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.winnow.stage.testing.WinnowServers;
import jakarta.inject.Inject;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.logging.Filter;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.Test;

/** The connector's consumers in a running service, and what its log leaves out. */
@QuarkusTest
@QuarkusTestResource(WinnowServers.class)
class KafkaChannelsTest {
  @Inject IncomingChannels channels;

  @ConfigProperty(name = "mp.messaging.connector.smallrye-kafka.default.api.timeout.ms")
  long patienceMillis;

  @Test
  void everyChannelHasItsPartitionsAlsoAfterARebalance() throws Exception {
    assertThat(channels.names()).containsExactlyInAnyOrder("run-requested", "run-cancel");
    assertThat(channels.ended()).isEmpty();
    for (String channel : channels.names()) {
      await().until(() -> !channels.lacksPartition(channel));

      // when
      channels.rebalance(channel);

      // then
      await().until(() -> !channels.lacksPartition(channel));
    }
    assertThat(channels.ended()).isEmpty();
  }

  @Test
  void anOutageAtAPartitionsFirstRecordIsWaitedFor() {
    // the connector's one question there ends the channel if it is not answered in time
    assertThat(patienceMillis).isGreaterThanOrEqualTo(24 * 60 * 60 * 1000L);
  }

  @Test
  void theConsoleLeavesRepetitionsOfKafkasClientsOut() {
    List<Filter> filters =
        Arrays.stream(InitialConfigurator.DELAYED_HANDLER.getHandlers())
            .map(Handler::getFilter)
            .filter(Objects::nonNull)
            .toList();
    LogRecord line =
        new LogRecord(Level.WARNING, "[Consumer clientId=a] Connection to node 1 is a test's");
    line.setLoggerName("org.apache.kafka.clients.NetworkClient");
    assertThat(filters).anyMatch(filter -> filter.isLoggable(line) && !filter.isLoggable(line));
  }
}
