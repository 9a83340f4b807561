package io.winnow.local.kafka;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/**
 * The content of topics at one time.
 *
 * @param records ordered by offset within a partition; in no particular order across partitions
 * @param ends the offset after the last record of each partition
 */
public record TopicRecords(
    List<ConsumerRecord<byte[], byte[]>> records, Map<TopicPartition, Long> ends) {
  private static final Duration POLL = Duration.ofMillis(200);

  /**
   * Reads from the beginning to the current end.
   *
   * @param kafka settings of Kafka clients, including {@code bootstrap.servers}
   * @param topics a missing topic counts as empty
   */
  public static TopicRecords read(Map<String, Object> kafka, Collection<String> topics) {
    try (TopicReader reader = TopicReader.fromBeginning(kafka, topics)) {
      Map<TopicPartition, Long> ends = reader.ends();
      List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
      while (!reader.reached(ends)) {
        for (ConsumerRecord<byte[], byte[]> record : reader.poll(POLL)) {
          if (record.offset() < ends.get(new TopicPartition(record.topic(), record.partition()))) {
            records.add(record);
          }
        }
      }
      return new TopicRecords(records, ends);
    }
  }
}
