package io.winnow.stage.health;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.winnow.stage.config.StageSettings;
import io.winnow.store.local.DaemonThreads;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.StreamSupport;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.TopicPartition;
import org.eclipse.microprofile.config.Config;
import org.jboss.logging.Logger;

/**
 * The number of records on the dead-letter topics of this service's channels: one gauge {@code
 * winnow.dlq.depth} per topic, updated every {@code winnow.stage.dlq-interval}.
 */
@ApplicationScoped
public class DeadLetterDepth {
  private static final Logger LOG = Logger.getLogger(DeadLetterDepth.class);
  private static final Pattern CHANNEL =
      Pattern.compile("mp\\.messaging\\.incoming\\.\"?([A-Za-z0-9_-]+)\"?\\.connector");
  private static final long SECONDS = 10;

  private final Admin admin;
  private final StageSettings settings;
  private final Set<String> topics;
  // null: unknown yet
  private volatile Map<String, Long> depths;
  private ScheduledExecutorService clock;

  DeadLetterDepth(Admin admin, StageSettings settings, Config config, MeterRegistry meters) {
    this.admin = admin;
    this.settings = settings;
    this.topics = topics(config);
    for (String topic : topics) {
      Gauge.builder("winnow.dlq.depth", this, self -> self.depth(topic))
          .description("Records on a dead-letter topic")
          .tag("topic", topic)
          .register(meters);
    }
  }

  private static Set<String> topics(Config config) {
    Set<String> topics = new TreeSet<>();
    StreamSupport.stream(config.getPropertyNames().spliterator(), false)
        .map(CHANNEL::matcher)
        .filter(Matcher::matches)
        .map(channel -> channel.group(1))
        .forEach(
            channel ->
                config
                    .getOptionalValue(
                        "mp.messaging.incoming." + channel + ".dead-letter-queue.topic",
                        String.class)
                    .ifPresent(topics::add));
    return topics;
  }

  /** Records by topic at the last update; omits empty topics. */
  public Map<String, Long> depths() {
    Map<String, Long> known = depths;
    return known == null ? Map.of() : known;
  }

  private double depth(String topic) {
    return depths == null ? Double.NaN : depths().getOrDefault(topic, 0L);
  }

  void onStart(@Observes StartupEvent event) {
    clock = Executors.newSingleThreadScheduledExecutor(DaemonThreads.named("winnow-dlq-depth"));
    long millis = settings.dlqInterval().toMillis();
    clock.scheduleWithFixedDelay(this::look, 0, millis, TimeUnit.MILLISECONDS);
  }

  void onStop(@Observes ShutdownEvent event) {
    clock.shutdownNow();
  }

  private void look() {
    try {
      Map<TopicPartition, OffsetSpec> first = new HashMap<>();
      Map<TopicPartition, OffsetSpec> end = new HashMap<>();
      Collection<TopicDescription> described =
          admin.describeTopics(topics).allTopicNames().get(SECONDS, TimeUnit.SECONDS).values();
      for (TopicDescription topic : described) {
        topic
            .partitions()
            .forEach(
                partition -> {
                  TopicPartition place = new TopicPartition(topic.name(), partition.partition());
                  first.put(place, OffsetSpec.earliest());
                  end.put(place, OffsetSpec.latest());
                });
      }
      Map<String, Long> found = new TreeMap<>();
      var firsts = admin.listOffsets(first).all().get(SECONDS, TimeUnit.SECONDS);
      var ends = admin.listOffsets(end).all().get(SECONDS, TimeUnit.SECONDS);
      ends.forEach(
          (place, offset) -> {
            long records = offset.offset() - firsts.get(place).offset();
            if (records > 0) {
              found.merge(place.topic(), records, Long::sum);
            }
          });
      depths = found;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (Exception e) {
      LOG.debugf("Cannot count dead letters now: %s", e.getMessage());
    }
  }
}
