package io.winnow.stage.internal;

import io.smallrye.reactive.messaging.MutinyEmitter;
import io.smallrye.reactive.messaging.ce.OutgoingCloudEventMetadata;
import io.smallrye.reactive.messaging.kafka.api.OutgoingKafkaRecordMetadata;
import io.winnow.contracts.event.Event;
import io.winnow.contracts.event.EventCodec;
import io.winnow.contracts.event.EventType;
import io.winnow.stage.api.EventPublisher;
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
 * Publishes CloudEvents 1.0 in binary mode, on the topic of the event's type, keyed by run id.
 * Equal events have equal CloudEvents ids, so consumers can tell a republished event from a new
 * one.
 */
@ApplicationScoped
public class KafkaEventPublisher implements EventPublisher {
  private static final Logger LOG = Logger.getLogger(KafkaEventPublisher.class);
  // longer than the producer's own delivery.timeout.ms and max.block.ms together
  private static final Duration ATTEMPT = Duration.ofSeconds(60);
  private final MutinyEmitter<byte[]> emitter;
  private final TransientFaultRetry retry;
  private final URI source;

  public KafkaEventPublisher(
      @Channel("events-out") MutinyEmitter<byte[]> emitter,
      TransientFaultRetry retry,
      @ConfigProperty(name = "winnow.instance") String instance) {
    this.emitter = emitter;
    this.retry = retry;
    this.source = URI.create("/winnow/" + instance.replaceAll("[^A-Za-z0-9_.-]", "-"));
  }

  @Override
  public void publish(Event event, Consumer<Throwable> waiting) {
    try {
      retry.call("publish " + EventType.of(event).topic(), () -> send(event), waiting);
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException("Cannot publish " + EventType.of(event).topic(), e);
    }
  }

  @Override
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
      emitter.sendMessage(message(event)).await().atMost(ATTEMPT);
      return true;
    } catch (RuntimeException e) {
      throw Faults.kafka(
          "Kafka rejects a record on " + topic,
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
