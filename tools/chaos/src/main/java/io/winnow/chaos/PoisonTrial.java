package io.winnow.chaos;

import io.winnow.contracts.event.EventType;
import io.winnow.contracts.run.RunStatus;
import io.winnow.local.deadletter.DeadLetters;
import io.winnow.local.kafka.RecordSender;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * Records that cannot be read on every topic, from a client that may write there. Nobody stops
 * reading: a run gives the same bytes, and another one can be cancelled.
 */
record PoisonTrial() implements Trial {
  private static final List<String> VALUES =
      List.of(
          "",
          "\u0000\u0001",
          "not JSON",
          "[]",
          "{}",
          "{\"runId\":null}",
          "{\"runId\":\"nul\\u0000byte\"}",
          "{\"runId\":\"" + "L".repeat(300) + "\"}",
          "{\"runId\":\"../../up\",\"stage\":\"train\",\"state\":\"running\",\"done\":1,\"total\":2}",
          "{\"run\":{\"id\":\"x\"}}",
          "{\"runId\":\"p\",\"stage\":\"train\",\"state\":\"running\",\"done\":2,\"total\":2}");
  private static final byte[] NOT_UTF8 = {(byte) 0xff, (byte) 0xfe, '{'};

  @Override
  public String name() {
    return "poison event on every topic";
  }

  @Override
  public String run(TrialSystem system, List<String> problems) throws InterruptedException {
    int before = system.events().deadLetters();
    List<ProducerRecord<byte[], byte[]>> poison = records();
    try (RecordSender sender = new RecordSender(system.system().connection().kafkaClients())) {
      sender.send(poison);
    }
    system.complete(() -> {}).ifPresent(problems::add);
    requireCancellable(system, problems);
    List<String> notices = system.takeNotices();
    if (!notices.isEmpty()) {
      problems.add("services died: " + notices.get(0));
    }
    int letters = system.events().deadLetters() - before;
    if (letters == 0) {
      problems.add("no record became a dead letter");
    }
    dropDeadLetters(system);
    return poison.size()
        + " records on "
        + EventType.values().length
        + " topics; "
        + letters
        + " dead letters";
  }

  private static void requireCancellable(TrialSystem system, List<String> problems)
      throws InterruptedException {
    system.empty();
    String run = system.client().submit(system.spec()).id();
    system.client().cancel(run, "part of a trial");
    RunStatus status = system.awaitEnd(run);
    if (status != RunStatus.CANCELLED) {
      problems.add("a run that was cancelled is " + status);
    }
  }

  private static void dropDeadLetters(TrialSystem system) {
    DeadLetters letters =
        new DeadLetters(system.system().connection().kafkaClients(), system.store());
    letters.drop(letters.list());
  }

  /** Every value on every topic, with a correct header, with a wrong one and with none. */
  static List<ProducerRecord<byte[], byte[]>> records() {
    List<byte[]> values = new ArrayList<>();
    VALUES.forEach(value -> values.add(value.getBytes(StandardCharsets.UTF_8)));
    values.add(NOT_UTF8);
    values.add(null);
    List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
    for (EventType type : EventType.values()) {
      for (byte[] value : values) {
        records.add(record(type, value, type.topic()));
      }
      byte[] empty = "{}".getBytes(StandardCharsets.UTF_8);
      records.add(record(type, empty, "winnow.no.such.v1"));
      records.add(record(type, empty, null));
      records.add(new ProducerRecord<>(type.topic(), empty));
    }
    return records;
  }

  private static ProducerRecord<byte[], byte[]> record(
      EventType type, byte[] value, String declared) {
    byte[] key = "poison".getBytes(StandardCharsets.UTF_8);
    ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(type.topic(), key, value);
    if (declared != null) {
      record.headers().add("ce_specversion", "1.0".getBytes(StandardCharsets.UTF_8));
      record.headers().add("ce_id", "1".getBytes(StandardCharsets.UTF_8));
      record.headers().add("ce_source", "/chaos".getBytes(StandardCharsets.UTF_8));
      record.headers().add("ce_type", declared.getBytes(StandardCharsets.UTF_8));
    }
    return record;
  }
}
