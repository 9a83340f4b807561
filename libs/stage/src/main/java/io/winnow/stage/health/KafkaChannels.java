package io.winnow.stage.health;

import io.smallrye.reactive.messaging.health.HealthReport;
import io.smallrye.reactive.messaging.kafka.KafkaClientService;
import io.smallrye.reactive.messaging.kafka.KafkaConnector;
import io.smallrye.reactive.messaging.kafka.KafkaConsumer;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.eclipse.microprofile.config.Config;
import org.eclipse.microprofile.reactive.messaging.spi.Connector;

/** {@link IncomingChannels} of the connector's consumers. */
@ApplicationScoped
class KafkaChannels implements IncomingChannels {
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private final KafkaClientService clients;
  private final KafkaConnector connector;
  private final Admin admin;
  private final Config config;

  KafkaChannels(
      KafkaClientService clients,
      @Connector(KafkaConnector.CONNECTOR_NAME) KafkaConnector connector,
      Admin admin,
      Config config) {
    this.connector = connector;
    this.clients = clients;
    this.admin = admin;
    this.config = config;
  }

  @Override
  public Set<String> names() {
    return clients.getConsumerChannels();
  }

  @Override
  public List<String> ended() {
    return ended(connector.getLiveness(), names());
  }

  // a fault that ends a consumer's stream stays in the report; outgoing channels go on after theirs
  static List<String> ended(HealthReport report, Set<String> incoming) {
    return report.getChannels().stream()
        .filter(channel -> !channel.isOk() && incoming.contains(channel.getChannel()))
        .map(channel -> "channel " + channel.getChannel() + " has ended: " + channel.getMessage())
        .toList();
  }

  @Override
  public boolean lacksPartition(String channel) throws Exception {
    KafkaConsumer<?, ?> consumer = clients.getConsumer(channel);
    if (!consumer.getAssignments().await().atMost(PATIENCE).isEmpty()) {
      return false;
    }
    String group = String.valueOf(consumer.configuration().get(ConsumerConfig.GROUP_ID_CONFIG));
    String topic = config.getValue("mp.messaging.incoming." + channel + ".topic", String.class);
    int partitions =
        admin
            .describeTopics(List.of(topic))
            .allTopicNames()
            .get(PATIENCE.toSeconds(), TimeUnit.SECONDS)
            .get(topic)
            .partitions()
            .size();
    int members =
        admin
            .describeConsumerGroups(List.of(group))
            .all()
            .get(PATIENCE.toSeconds(), TimeUnit.SECONDS)
            .get(group)
            .members()
            .size();
    return members <= partitions;
  }

  @Override
  public void rebalance(String channel) {
    clients
        .getConsumer(channel)
        .runOnPollingThread(
            (Consumer<Object, Object> consumer) ->
                consumer.enforceRebalance("a member has no partition"))
        .subscribe()
        .with(done -> {}, fault -> {});
  }
}
