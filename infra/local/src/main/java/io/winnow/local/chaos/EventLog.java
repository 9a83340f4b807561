package io.winnow.local.chaos;

import io.winnow.contracts.event.EventType;
import io.winnow.storage.object.Digests;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** What was said on the topics of events; each call looks anew. */
final class EventLog {
  private static final Duration POLL = Duration.ofMillis(200);

  private final Map<String, Object> kafka;

  /**
   * @param kafka settings of its clients, {@code bootstrap.servers} among them
   */
  EventLog(Map<String, Object> kafka) {
    this.kafka = kafka;
  }

  /** The records of a run, dead letters left out, in no order between topics. */
  List<ConsumerRecord<String, byte[]>> of(String runId) {
    return read(Arrays.stream(EventType.values()).map(EventType::topic).toList()).stream()
        .filter(record -> record.key() != null)
        .filter(record -> record.key().equals(runId) || record.key().startsWith(runId + "/"))
        .toList();
  }

  /** How many dead letters there are. */
  int deadLetters() {
    return read(Arrays.stream(EventType.values()).map(EventType::deadLetterTopic).toList()).size();
  }

  private List<ConsumerRecord<String, byte[]>> read(List<String> topics) {
    try (KafkaConsumer<String, byte[]> consumer =
        new KafkaConsumer<>(kafka, new StringDeserializer(), new ByteArrayDeserializer())) {
      List<TopicPartition> partitions =
          topics.stream()
              .flatMap(topic -> consumer.partitionsFor(topic).stream())
              .map(partition -> new TopicPartition(partition.topic(), partition.partition()))
              .toList();
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
      List<ConsumerRecord<String, byte[]>> records = new ArrayList<>();
      while (partitions.stream().anyMatch(p -> consumer.position(p) < ends.get(p))) {
        consumer.poll(POLL).forEach(records::add);
      }
      return records;
    }
  }

  /**
   * Says again all that was said of a run, in an order that is drawn; what was said twice is said
   * once, or there would be twice as much of it each time.
   */
  void again(String runId, Random random) {
    Set<String> known = new HashSet<>();
    List<ConsumerRecord<String, byte[]>> records = new ArrayList<>(of(runId));
    records.removeIf(record -> !known.add(record.topic() + " " + Digests.sha256(record.value())));
    // what others only watch changes nothing
    records.removeIf(
        record ->
            record.topic().equals(EventType.RUN_PROGRESS.topic())
                || record.topic().equals(EventType.MODEL_EVALUATED.topic()));
    Collections.shuffle(records, random);
    try (KafkaProducer<String, byte[]> producer =
        new KafkaProducer<>(kafka, new StringSerializer(), new ByteArraySerializer())) {
      List<Future<?>> sent = new ArrayList<>();
      for (ConsumerRecord<String, byte[]> record : records) {
        sent.add(
            producer.send(
                new ProducerRecord<>(
                    record.topic(), null, record.key(), record.value(), record.headers())));
      }
      for (Future<?> one : sent) {
        one.get();
      }
    } catch (ExecutionException e) {
      throw new IllegalStateException("Kafka does not take a record again: " + e.getCause(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  /** Records that consumer groups have not settled yet. */
  long unsettled() {
    try (Admin admin = Admin.create(kafka);
        KafkaConsumer<String, byte[]> consumer =
            new KafkaConsumer<>(kafka, new StringDeserializer(), new ByteArrayDeserializer())) {
      long all = 0;
      for (var group : admin.listGroups().all().get()) {
        Map<TopicPartition, OffsetAndMetadata> settled =
            admin.listConsumerGroupOffsets(group.groupId()).partitionsToOffsetAndMetadata().get();
        Map<TopicPartition, Long> ends = consumer.endOffsets(settled.keySet());
        for (Map.Entry<TopicPartition, OffsetAndMetadata> one : settled.entrySet()) {
          all += ends.get(one.getKey()) - one.getValue().offset();
        }
      }
      return all;
    } catch (ExecutionException e) {
      throw new IllegalStateException("Kafka does not tell its groups: " + e.getCause(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }
}
