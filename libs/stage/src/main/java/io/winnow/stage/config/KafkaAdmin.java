package io.winnow.stage.config;

import io.smallrye.common.annotation.Identifier;
import io.winnow.store.local.Time;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;

/** Kafka's admin client as a bean, with the settings of all channels ({@code kafka.*}). */
@ApplicationScoped
class KafkaAdmin {

  @Produces
  @Singleton
  Admin admin(@Identifier("default-kafka-broker") Map<String, Object> kafka, Time time) {
    // the first client of the process: the channels' would fail for the same reason
    new KafkaNames(time, KafkaNames::resolves)
        .await(String.valueOf(kafka.get(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG)));
    Map<String, Object> settings = new HashMap<>(kafka);
    settings.keySet().retainAll(AdminClientConfig.configNames());
    settings.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, 5_000);
    settings.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, 10_000);
    return Admin.create(settings);
  }

  void close(@Disposes Admin admin) {
    admin.close(Duration.ofSeconds(1));
  }
}
