package io.winnow.chaos;

import io.winnow.contracts.event.EventType;
import io.winnow.local.kafka.RecordSender;
import io.winnow.local.kafka.TopicRecords;
import io.winnow.store.object.Digests;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.function.Function;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** The events on Kafka; each call reads the topics again. */
final class EventLog {
  private final Map<String, Object> kafka;

  /**
   * @param kafka settings of Kafka clients, including {@code bootstrap.servers}
   */
  EventLog(Map<String, Object> kafka) {
    this.kafka = kafka;
  }

  /** The records of a run without dead letters; in no particular order across topics. */
  List<ConsumerRecord<byte[], byte[]>> of(String runId) {
    return read(EventType::topic).stream()
        .filter(record -> record.key() != null)
        .filter(
            record -> {
              String key = new String(record.key(), StandardCharsets.UTF_8);
              return key.equals(runId) || key.startsWith(runId + "/");
            })
        .toList();
  }

  /** Number of dead letters. */
  int deadLetters() {
    return read(EventType::deadLetterTopic).size();
  }

  private List<ConsumerRecord<byte[], byte[]>> read(Function<EventType, String> topic) {
    return TopicRecords.read(kafka, Arrays.stream(EventType.values()).map(topic).toList())
        .records();
  }

  /**
   * Sends all distinct events of a run again, in random order. Duplicates are sent once; otherwise
   * the number of events would double with every call.
   */
  void replay(String runId, Random random) {
    Set<String> known = new HashSet<>();
    List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>(of(runId));
    records.removeIf(record -> !known.add(record.topic() + " " + Digests.sha256(record.value())));
    // no service acts on these two
    records.removeIf(
        record ->
            record.topic().equals(EventType.RUN_PROGRESS.topic())
                || record.topic().equals(EventType.MODEL_EVALUATED.topic()));
    Collections.shuffle(records, random);
    try (RecordSender sender = new RecordSender(kafka)) {
      sender.send(
          records.stream()
              .map(
                  record ->
                      new ProducerRecord<>(
                          record.topic(), null, record.key(), record.value(), record.headers()))
              .toList());
    }
  }

  /** Records that consumer groups have not committed yet, summed over all groups. */
  long consumerLag() {
    try (Admin admin = Admin.create(kafka);
        KafkaConsumer<byte[], byte[]> consumer =
            new KafkaConsumer<>(kafka, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      long lag = 0;
      for (var group : admin.listGroups().all().get()) {
        Map<TopicPartition, OffsetAndMetadata> committed =
            admin.listConsumerGroupOffsets(group.groupId()).partitionsToOffsetAndMetadata().get();
        Map<TopicPartition, Long> ends = consumer.endOffsets(committed.keySet());
        for (Map.Entry<TopicPartition, OffsetAndMetadata> one : committed.entrySet()) {
          lag += ends.get(one.getKey()) - one.getValue().offset();
        }
      }
      return lag;
    } catch (ExecutionException e) {
      throw new IllegalStateException(
          "cannot read the consumer groups of Kafka: " + e.getCause(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }
}
