package io.winnow.stage;

import io.smallrye.reactive.messaging.MutinyEmitter;
import io.smallrye.reactive.messaging.ce.OutgoingCloudEventMetadata;
import io.smallrye.reactive.messaging.kafka.api.OutgoingKafkaRecordMetadata;
import io.winnow.contracts.event.Event;
import io.winnow.contracts.event.EventCodec;
import io.winnow.contracts.event.EventType;
import io.winnow.stage.run.Faults;
import io.winnow.stage.run.Patience;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.UUID;
import java.util.function.Consumer;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.eclipse.microprofile.reactive.messaging.Channel;
import org.eclipse.microprofile.reactive.messaging.Message;
import org.jboss.logging.Logger;

/**
 * Says things on Kafka: CloudEvents 1.0, binary mode, on the topic of the event's type, keyed by
 * run id. Equal events have equal CloudEvents ids, so a republished one can be told from a new one.
 */
@ApplicationScoped
public class EventPublisher {
  private static final Logger LOG = Logger.getLogger(EventPublisher.class);
  // longer than the producer's own delivery.timeout.ms and max.block.ms together
  private static final Duration TRY = Duration.ofSeconds(60);
  private final MutinyEmitter<byte[]> emitter;
  private final Patience patience;
  private final URI source;

  public EventPublisher(
      @Channel("events-out") MutinyEmitter<byte[]> emitter,
      Patience patience,
      @ConfigProperty(name = "winnow.instance") String instance) {
    this.emitter = emitter;
    this.patience = patience;
    this.source = URI.create("/winnow/" + instance.replaceAll("[^A-Za-z0-9_.-]", "-"));
  }

  /**
   * Returns when the broker has acknowledged the record; waits as long as Kafka is away. Blocks:
   * not for an event loop.
   *
   * @throws StopException the process was told to stop while Kafka was away
   * @throws IllegalStateException Kafka will never take this record
   */
  public void publish(Event event) {
    publish(event, fault -> {});
  }

  /**
   * The same.
   *
   * @param waiting told of each try that failed because Kafka is away
   */
  public void publish(Event event, Consumer<Throwable> waiting) {
    try {
      patience.call("publish " + EventType.of(event).topic(), () -> send(event), waiting);
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException("Cannot publish " + EventType.of(event).topic(), e);
    }
  }

  /** Hands a record over and does not wait; it may be lost while Kafka is away. */
  public void offer(Event event, Runnable settled) {
    try {
      emitter
          .sendMessage(message(event))
          .subscribe()
          .with(
              sent -> settled.run(),
              fault -> {
                LOG.debugf("Lost %s: %s", EventType.of(event).topic(), fault.getMessage());
                settled.run();
              });
    } catch (RuntimeException e) {
      // the emitter's buffer is full: Kafka has been away for a while
      LOG.debugf("Lost %s: %s", EventType.of(event).topic(), e.getMessage());
      settled.run();
    }
  }

  private boolean send(Event event) {
    String topic = EventType.of(event).topic();
    try {
      emitter.sendMessage(message(event)).await().atMost(TRY);
      return true;
    } catch (RuntimeException e) {
      throw Faults.kafka(
          "Kafka does not take a record on " + topic,
          e.getCause() instanceof Exception cause ? cause : e);
    }
  }

  private Message<byte[]> message(Event event) {
    String topic = EventType.of(event).topic();
    byte[] data = EventCodec.encode(event);
    return Message.of(data)
        .addMetadata(
            OutgoingKafkaRecordMetadata.<String>builder()
                .withTopic(topic)
                .withKey(event.key())
                .build())
        .addMetadata(
            OutgoingCloudEventMetadata.<byte[]>builder()
                .withId(id(topic, data))
                .withType(topic)
                .withSource(source)
                .withDataContentType("application/json")
                .withTimestamp(ZonedDateTime.now(ZoneOffset.UTC))
                .build());
  }

  private static String id(String topic, byte[] data) {
    ByteArrayOutputStream named = new ByteArrayOutputStream();
    named.writeBytes(topic.getBytes(StandardCharsets.UTF_8));
    named.write(0);
    named.writeBytes(data);
    return UUID.nameUUIDFromBytes(named.toByteArray()).toString();
  }
}
