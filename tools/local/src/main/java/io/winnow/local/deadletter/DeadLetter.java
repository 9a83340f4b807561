package io.winnow.local.deadletter;

import com.fasterxml.jackson.annotation.JsonIgnore;
import io.winnow.contracts.InvalidInputException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;

/**
 * A record that could not be read or has failed for good.
 *
 * @param id where it lies now: {@code <dead-letter topic>:<partition>:<offset>}
 * @param run its key, which is a run's id where the record is Winnow's own; null without a key
 * @param at when it was put here
 * @param topic where it came from
 * @param reason why it is here
 * @param headers its own and those that tell the cause, as text
 * @param bytes of its value
 * @param record itself
 */
public record DeadLetter(
    String id,
    String run,
    Instant at,
    String topic,
    String reason,
    Map<String, String> headers,
    int bytes,
    @JsonIgnore ConsumerRecord<byte[], byte[]> record) {

  /** The end of a dead-letter topic's name. */
  static final String SUFFIX = ".dlq";

  /** What SmallRye's dead-letter queue adds to a record begins so. */
  private static final String CAUSE = "dead-letter-";

  private static final Pattern ID = Pattern.compile("[a-z0-9.]+\\.dlq:\\d{1,9}:\\d{1,18}");
  private static final Pattern KEY = Pattern.compile("^(.*)/\\d+$");

  static DeadLetter of(ConsumerRecord<byte[], byte[]> record) {
    Map<String, String> headers = new TreeMap<>();
    for (Header header : record.headers()) {
      headers.put(header.key(), text(header.value()));
    }
    String topic = record.topic();
    return new DeadLetter(
        topic + ":" + record.partition() + ":" + record.offset(),
        run(record.key()),
        Instant.ofEpochMilli(record.timestamp()),
        headers.getOrDefault(CAUSE + "topic", topic.substring(0, topic.length() - SUFFIX.length())),
        headers.getOrDefault(CAUSE + "reason", "(no reason was given)"),
        headers,
        record.value() == null ? 0 : record.value().length,
        record);
  }

  /**
   * @throws InvalidInputException not the form of an id
   */
  static String requireId(String id) {
    if (!ID.matcher(id).matches()) {
      throw new InvalidInputException(
          "\"" + id + "\" is not a dead letter's id",
          "name one as \"winnow dlq list\" does: TOPIC:PARTITION:OFFSET");
    }
    return id;
  }

  // shards of a run have keys of their own: run/0, run/1 …
  private static String run(byte[] key) {
    if (key == null) {
      return null;
    }
    Matcher shard = KEY.matcher(text(key));
    return shard.matches() ? shard.group(1) : text(key);
  }

  /** Whether a header tells the cause, and is not the record's own. */
  static boolean tellsCause(String header) {
    return header.startsWith(CAUSE);
  }

  /** The value, as text where it is text. */
  public Optional<String> text() {
    return Optional.ofNullable(record.value()).map(DeadLetter::text);
  }

  private static String text(byte[] bytes) {
    return bytes == null ? "" : new String(bytes, StandardCharsets.UTF_8);
  }
}
