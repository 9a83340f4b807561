package io.winnow.stage.config;

import io.quarkus.runtime.StartupEvent;
import io.winnow.contracts.event.EventType;
import io.winnow.store.local.DaemonThreads;
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
 * Creates every event's topic and its dead-letter topic before the channels open. A topic that the
 * broker creates on demand would get the broker's default number of partitions, and many brokers
 * create none. {@code winnow.topics.create=false} turns this off.
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

  /** True once the topics exist, or if they are not created here. */
  public boolean ready() {
    return ready;
  }

  // an observer of the same event with a lower priority opens the channels
  void onStart(@Observes @Priority(2) StartupEvent event) {
    if (!create || tryCreate()) {
      ready = true;
      return;
    }
    DaemonThreads.start("winnow-topics", this::createLater);
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
    List<NewTopic> topics = new ArrayList<>();
    for (EventType type : EventType.values()) {
      topics.add(new NewTopic(type.topic(), Optional.of(type.partitions()), Optional.empty()));
      topics.add(new NewTopic(type.deadLetterTopic(), Optional.of(1), Optional.empty()));
    }
    try {
      for (Map.Entry<String, KafkaFuture<Void>> topic :
          admin.createTopics(topics).values().entrySet()) {
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
