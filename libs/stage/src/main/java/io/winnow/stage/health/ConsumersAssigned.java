package io.winnow.stage.health;

import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.winnow.store.local.DaemonThreads;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;
import org.jboss.logging.Logger;

/**
 * UP unless a consumer has had no partition for a while although its group has enough for every
 * member, as after Kafka has lost its topics: then records would wait unread. The group is asked to
 * distribute its partitions again. A replica beyond the number of partitions is idle and ready.
 */
@Readiness
@ApplicationScoped
class ConsumersAssigned implements HealthCheck {
  private static final Logger LOG = Logger.getLogger(ConsumersAssigned.class);
  private static final long SECONDS = 15;
  // a rebalance takes a few seconds
  private static final int LOOKS = 2;

  private final IncomingChannels channels;
  private final Map<String, Integer> looks = new HashMap<>();
  private final ConcurrentSkipListSet<String> idle = new ConcurrentSkipListSet<>();
  private final ScheduledExecutorService clock =
      Executors.newSingleThreadScheduledExecutor(DaemonThreads.named("winnow-assignments"));

  ConsumersAssigned(IncomingChannels channels) {
    this.channels = channels;
  }

  void onStart(@Observes StartupEvent event) {
    clock.scheduleWithFixedDelay(this::look, SECONDS, SECONDS, TimeUnit.SECONDS);
  }

  void onStop(@Observes ShutdownEvent event) {
    clock.shutdownNow();
  }

  /** Looks at every channel once. */
  void look() {
    channels.names().forEach(this::look);
  }

  private void look(String channel) {
    try {
      if (!channels.lacksPartition(channel)) {
        looks.remove(channel);
        idle.remove(channel);
      } else if (looks.merge(channel, 1, Integer::sum) >= LOOKS) {
        if (idle.add(channel)) {
          LOG.warnf("Channel %s has no partition; asking its group for a rebalance", channel);
        }
        channels.rebalance(channel);
      }
    } catch (Exception e) {
      LOG.debugf("Cannot look at the partitions of %s: %s", channel, e.getMessage());
    }
  }

  @Override
  public HealthCheckResponse call() {
    TreeSet<String> now = new TreeSet<>(idle);
    return now.isEmpty()
        ? HealthCheckResponse.up("partitions")
        : HealthCheckResponse.named("partitions")
            .down()
            .withData("problem", "without a partition, though there are enough: " + now)
            .build();
  }
}
