package io.winnow.stage.health;

import io.winnow.stage.config.Topics;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DescribeClusterOptions;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;
import org.eclipse.microprofile.health.Readiness;

/**
 * UP only while a broker answers and the topics exist; the channels have health checks of their
 * own.
 */
@Readiness
@ApplicationScoped
class KafkaReady implements HealthCheck {
  private static final int TIMEOUT_MILLIS = 3_000;

  private final Admin admin;
  private final Topics topics;

  KafkaReady(Admin admin, Topics topics) {
    this.admin = admin;
    this.topics = topics;
  }

  @Override
  public HealthCheckResponse call() {
    HealthCheckResponseBuilder response = HealthCheckResponse.named("Kafka broker");
    if (!topics.ready()) {
      return response.down().withData("problem", "topics could not be created yet").build();
    }
    try {
      int brokers =
          admin
              .describeCluster(new DescribeClusterOptions().timeoutMs(TIMEOUT_MILLIS))
              .nodes()
              .get(TIMEOUT_MILLIS, TimeUnit.MILLISECONDS)
              .size();
      return response.up().withData("brokers", brokers).build();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return response.down().withData("problem", "interrupted").build();
    } catch (Exception e) {
      return response
          .down()
          .withData("problem", String.valueOf(e.getCause() == null ? e : e.getCause()))
          .build();
    }
  }
}
