package io.winnow.stage.config;

import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.clients.producer.Partitioner;
import org.apache.kafka.common.Cluster;
import org.apache.kafka.common.utils.Utils;

/**
 * Which partition a record goes to: by the hash of its key, as Kafka does by default. But keys
 * {@code NAME/0}, {@code NAME/1}, … are one series of work, whose records are dealt out evenly: by
 * chance one replica would get half as many again as another. Neighbours in a series lie far apart,
 * as replicas may hold partitions that are neighbours.
 */
public final class SeriesPartitioner implements Partitioner {
  private static final Pattern SERIES = Pattern.compile("(.+)/(\\d{1,9})");

  @Override
  public int partition(
      String topic, Object key, byte[] keyBytes, Object value, byte[] bytes, Cluster cluster) {
    return partition(String.valueOf(key), cluster.partitionsForTopic(topic).size());
  }

  /** The partition, 0 to {@code partitions} − 1. */
  static int partition(String key, int partitions) {
    Matcher series = SERIES.matcher(key);
    if (!series.matches()) {
      return hash(key, partitions);
    }
    long position = Long.parseLong(series.group(2)) * stride(partitions);
    return (int) ((start(series.group(1), partitions) + position) % partitions);
  }

  private static int hash(String text, int partitions) {
    return Utils.toPositive(Utils.murmur2(Utils.utf8(text))) % partitions;
  }

  // Only there does the rest of a series that is no multiple of the partitions fall on both halves,
  // and on odd and even ones, in equal parts.
  private static int start(String series, int partitions) {
    return partitions % 2 == 0 ? hash(series, 2) * (partitions / 2) : 0;
  }

  // the smallest step of at least half of the way round that meets every partition
  private static int stride(int partitions) {
    int stride = Math.max(1, (partitions + 1) / 2);
    while (gcd(stride, partitions) != 1) {
      stride++;
    }
    return stride;
  }

  private static int gcd(int a, int b) {
    return b == 0 ? a : gcd(b, a % b);
  }

  @Override
  public void configure(Map<String, ?> settings) {
    // has none
  }

  @Override
  public void close() {
    // holds nothing
  }
}
