package io.winnow.stage.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.smallrye.reactive.messaging.kafka.api.IncomingKafkaRecordMetadata;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.Test;

class OversizedDeadLettersTest {

  @Test
  void keepsHeadersCauseAndPlaceAndTheBeginningOfTheValue() {
    // given a record of a megabyte with a small and a huge header
    RecordHeaders headers = new RecordHeaders();
    headers.add("ce_type", "winnow.run.requested.v1".getBytes(StandardCharsets.UTF_8));
    headers.add("huge", new byte[500_000]);
    byte[] value = new byte[1_048_000];
    value[3] = 7;

    // when
    ProducerRecord<byte[], byte[]> letter =
        OversizedDeadLetters.letter(
            source("run-1", headers), value, new IllegalStateException("x".repeat(1 << 20)));

    // then
    assertThat(letter.topic()).isEqualTo("winnow.run.requested.v1.dlq");
    assertThat(letter.key()).asString(StandardCharsets.UTF_8).isEqualTo("run-1");
    assertThat(letter.value()).hasSize(65_536).contains(7);
    assertThat(header(letter, "ce_type")).hasValue("winnow.run.requested.v1");
    assertThat(header(letter, "huge")).isEmpty();
    assertThat(header(letter, "dead-letter-topic")).hasValue("winnow.run.requested.v1");
    assertThat(header(letter, "dead-letter-partition")).hasValue("2");
    assertThat(header(letter, "dead-letter-offset")).hasValue("17");
    assertThat(header(letter, "dead-letter-reason"))
        .hasValueSatisfying(r -> assertThat(r).hasSize(4096));
    assertThat(header(letter, "winnow-original-bytes")).hasValue("1048000");
  }

  @Test
  void fitsWhateverTheRecordHas() {
    // given the worst: a huge key and very many headers
    RecordHeaders headers = new RecordHeaders();
    for (int i = 0; i < 10_000; i++) {
      headers.add("h" + i, new byte[90]);
    }

    // when
    ProducerRecord<byte[], byte[]> letter =
        OversizedDeadLetters.letter(
            source("k".repeat(900_000), headers), null, new RuntimeException());

    // then
    long size = letter.value().length;
    for (Header header : letter.headers()) {
      size += header.key().length() + header.value().length;
    }
    assertThat(letter.key()).isNull();
    assertThat(size).isLessThan(300_000);
  }

  private static IncomingKafkaRecordMetadata<String, byte[]> source(
      String key, RecordHeaders headers) {
    ConsumerRecord<String, byte[]> record =
        new ConsumerRecord<>(
            "winnow.run.requested.v1",
            2,
            17,
            0,
            TimestampType.CREATE_TIME,
            1,
            1,
            key,
            new byte[0],
            headers,
            Optional.empty());
    return new IncomingKafkaRecordMetadata<>(record, "run-requested");
  }

  private static Optional<String> header(ProducerRecord<byte[], byte[]> letter, String name) {
    return Optional.ofNullable(letter.headers().lastHeader(name))
        .map(header -> new String(header.value(), StandardCharsets.UTF_8));
  }
}
