package io.winnow.local.kafka;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Reads all partitions of some topics. It belongs to no consumer group, so other consumers are not
 * affected. Not thread-safe.
 */
public final class TopicReader implements AutoCloseable {
  private final KafkaConsumer<byte[], byte[]> consumer;
  private final List<TopicPartition> partitions;

  private TopicReader(Map<String, Object> kafka, Collection<String> topics) {
    Map<String, Object> settings = new HashMap<>(kafka);
    settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "latest");
    consumer =
        new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    partitions =
        consumer.listTopics().entrySet().stream()
            .filter(topic -> topics.contains(topic.getKey()))
            .flatMap(topic -> topic.getValue().stream())
            .map(partition -> new TopicPartition(partition.topic(), partition.partition()))
            .toList();
    consumer.assign(partitions);
  }

  /**
   * Starts at the first record of each partition.
   *
   * @param kafka settings of Kafka clients, including {@code bootstrap.servers}
   * @param topics a missing topic counts as empty
   */
  public static TopicReader fromBeginning(Map<String, Object> kafka, Collection<String> topics) {
    TopicReader reader = new TopicReader(kafka, topics);
    reader.consumer.seekToBeginning(reader.partitions);
    return reader;
  }

  /**
   * Starts after the last record of each partition; every record sent after the return is read.
   *
   * @param kafka settings of Kafka clients, including {@code bootstrap.servers}
   * @throws IllegalStateException a topic is missing
   */
  public static TopicReader fromEnd(Map<String, Object> kafka, Collection<String> topics) {
    TopicReader reader = new TopicReader(kafka, topics);
    Set<String> missing = new TreeSet<>(topics);
    reader.partitions.forEach(partition -> missing.remove(partition.topic()));
    if (!missing.isEmpty()) {
      reader.close();
      throw new IllegalStateException("Kafka has no topics " + missing);
    }
    reader.consumer.seekToEnd(reader.partitions);
    // seekToEnd is lazy: reading the positions performs it now
    reader.partitions.forEach(reader.consumer::position);
    return reader;
  }

  /** Waits for more records, at most for the given time. */
  public Iterable<ConsumerRecord<byte[], byte[]>> poll(Duration timeout) {
    return consumer.poll(timeout);
  }

  /** The current end of each partition. */
  Map<TopicPartition, Long> ends() {
    return consumer.endOffsets(partitions);
  }

  /** Whether every record before the given ends has been returned by {@link #poll}. */
  boolean reached(Map<TopicPartition, Long> ends) {
    return partitions.stream().allMatch(p -> consumer.position(p) >= ends.get(p));
  }

  @Override
  public void close() {
    consumer.close();
  }
}
