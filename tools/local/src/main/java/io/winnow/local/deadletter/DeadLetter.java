package io.winnow.local.deadletter;

import com.fasterxml.jackson.annotation.JsonIgnore;
import io.winnow.contracts.InvalidInputException;
import io.winnow.contracts.event.DeadLetterHeaders;
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
 * A record that could not be read or has failed permanently.
 *
 * @param id its position: {@code <dead-letter topic>:<partition>:<offset>}
 * @param run id of its run, from its key; null without a key
 * @param at when it became a dead letter
 * @param topic its original topic
 * @param reason why it became a dead letter
 * @param headers original headers and those with the cause, as text
 * @param bytes size of its value
 * @param record the record on the dead-letter topic
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

  /** Suffix of a dead-letter topic's name. */
  static final String SUFFIX = ".dlq";

  /** Prefix of the headers that SmallRye's dead-letter queue adds. */
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
        headers.getOrDefault(CAUSE + "reason", "(no reason given)"),
        headers,
        record.value() == null ? 0 : record.value().length,
        record);
  }

  /**
   * Checks the form of an id.
   *
   * @throws InvalidInputException it is not an id
   */
  static String requireId(String id) {
    if (!ID.matcher(id).matches()) {
      throw new InvalidInputException(
          "\"" + id + "\" is not a dead letter's id",
          "give an id as listed by \"winnow dlq list\": TOPIC:PARTITION:OFFSET");
    }
    return id;
  }

  // shards of a run have the keys run/0, run/1 …
  private static String run(byte[] key) {
    if (key == null) {
      return null;
    }
    Matcher shard = KEY.matcher(text(key));
    return shard.matches() ? shard.group(1) : text(key);
  }

  /** Whether it has only the beginning of the record's value, because the whole was too large. */
  boolean cut() {
    String original = headers.get(DeadLetterHeaders.ORIGINAL_BYTES);
    return original != null && !original.equals(Integer.toString(bytes));
  }

  /** Whether a header was added with the cause, and is not an original one. */
  static boolean isCause(String header) {
    return header.startsWith(CAUSE) || header.equals(DeadLetterHeaders.ORIGINAL_BYTES);
  }

  /** The value decoded as UTF-8; empty for a null value. */
  public Optional<String> text() {
    return Optional.ofNullable(record.value()).map(DeadLetter::text);
  }

  private static String text(byte[] bytes) {
    return bytes == null ? "" : new String(bytes, StandardCharsets.UTF_8);
  }
}
