package io.winnow.stage.config;

import io.quarkus.runtime.StartupEvent;
import io.winnow.contracts.event.EventType;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.errors.TopicExistsException;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;

/**
 * Makes every event's topic and its dead-letter topic exist before the channels open: one that the
 * broker makes by itself gets its default number of partitions, and many brokers make none. {@code
 * winnow.topics.create=false} leaves that to others.
 */
@ApplicationScoped
public class Topics {
  private static final Logger LOG = Logger.getLogger(Topics.class);
  private static final long SECONDS_PER_TRY = 10;
  private static final long PAUSE_MILLIS = 2_000;

  private final Admin admin;
  private final boolean create;
  private volatile boolean ready;

  public Topics(
      Admin admin,
      @ConfigProperty(name = "winnow.topics.create", defaultValue = "true") boolean create) {
    this.admin = admin;
    this.create = create;
  }

  /** True once the topics are known to exist, or are left to others. */
  public boolean ready() {
    return ready;
  }

  // the channels are opened by an observer of the same event, much later in order
  void onStart(@Observes @Priority(1) StartupEvent event) {
    if (!create || tryCreate()) {
      ready = true;
      return;
    }
    Thread later = new Thread(this::createLater, "winnow-topics");
    later.setDaemon(true);
    later.start();
  }

  private void createLater() {
    try {
      do {
        Thread.sleep(PAUSE_MILLIS);
      } while (!tryCreate());
      ready = true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private boolean tryCreate() {
    List<NewTopic> wanted = new ArrayList<>();
    for (EventType type : EventType.values()) {
      wanted.add(new NewTopic(type.topic(), Optional.of(type.partitions()), Optional.empty()));
      wanted.add(new NewTopic(type.deadLetterTopic(), Optional.of(1), Optional.empty()));
    }
    try {
      for (Map.Entry<String, KafkaFuture<Void>> topic :
          admin.createTopics(wanted).values().entrySet()) {
        created(topic.getKey(), topic.getValue());
      }
      return true;
    } catch (ExecutionException | TimeoutException e) {
      LOG.warnf("Cannot create topics yet: %s", e.getCause() == null ? e : e.getCause());
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private static void created(String topic, KafkaFuture<Void> future)
      throws ExecutionException, TimeoutException, InterruptedException {
    try {
      future.get(SECONDS_PER_TRY, TimeUnit.SECONDS);
      LOG.debugf("Created topic %s", topic);
    } catch (ExecutionException e) {
      if (!(e.getCause() instanceof TopicExistsException)) {
        throw e;
      }
    }
  }
}
