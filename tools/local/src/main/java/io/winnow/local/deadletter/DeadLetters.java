package io.winnow.local.deadletter;

import io.winnow.contracts.InvalidInputException;
import io.winnow.contracts.event.EventType;
import io.winnow.contracts.event.RunRequested;
import io.winnow.contracts.run.Run;
import io.winnow.local.client.EventSender;
import io.winnow.local.kafka.RecordSender;
import io.winnow.local.kafka.TopicRecords;
import io.winnow.store.artifact.RunFolder;
import io.winnow.store.object.ObjectStore;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;

/**
 * The dead-letter topics. A record is removed by appending all others of its partition again and
 * deleting everything before them. An interruption loses no record, but may leave duplicates. Use
 * it from one process at a time.
 */
public final class DeadLetters {
  private final Map<String, Object> kafka;
  private final ObjectStore store;

  /** Ends of the partitions when they were listed; later records are not touched. */
  private Map<TopicPartition, Long> ends = Map.of();

  /**
   * @param kafka settings of Kafka clients, including {@code bootstrap.servers}
   */
  public DeadLetters(Map<String, Object> kafka, ObjectStore store) {
    this.kafka = kafka;
    this.store = store;
  }

  /** Lists all dead letters, oldest first. */
  public List<DeadLetter> list() {
    TopicRecords all =
        TopicRecords.read(
            kafka, Arrays.stream(EventType.values()).map(EventType::deadLetterTopic).toList());
    ends = all.ends();
    List<DeadLetter> letters = new ArrayList<>(all.records().stream().map(DeadLetter::of).toList());
    letters.sort(Comparator.comparing(DeadLetter::at).thenComparing(DeadLetter::id));
    return letters;
  }

  /**
   * Reads one dead letter.
   *
   * @throws InvalidInputException there is no such dead letter, or the id is malformed
   */
  public DeadLetter get(String id) {
    return find(list(), id);
  }

  /**
   * Finds a dead letter in a list by its id.
   *
   * @throws InvalidInputException there is no such dead letter, or the id is malformed
   */
  public static DeadLetter find(List<DeadLetter> letters, String id) {
    DeadLetter.requireId(id);
    return letters.stream()
        .filter(letter -> letter.id().equals(id))
        .findFirst()
        .orElseThrow(
            () ->
                new InvalidInputException(
                    "there is no dead letter " + id,
                    "see \"winnow dlq list\"; ids change when other dead letters are removed"));
  }

  /**
   * The result of a replay.
   *
   * @param records number of records sent
   * @param runs failed runs that were reopened
   */
  public record Replayed(int records, List<String> runs) {}

  /**
   * Sends dead letters to their original topics and removes them. A failed run is reopened and
   * requested again: existing artifacts are reused, and stages that were skipped after the failure
   * run.
   *
   * @param selected from the last {@link #list}
   * @throws InvalidInputException one of them has only the beginning of its record; none is sent
   */
  public Replayed replay(Collection<DeadLetter> selected) {
    selected.stream().filter(DeadLetter::cut).findFirst().ifPresent(DeadLetters::refuseCut);
    Set<String> runs = new LinkedHashSet<>();
    try (RecordSender records = new RecordSender(kafka);
        EventSender sender = new EventSender(kafka)) {
      for (DeadLetter letter : selected) {
        failedRun(letter).ifPresent(folder -> reopen(folder, letter, sender, runs));
      }
      records.send(selected.stream().map(DeadLetters::original).toList());
      remove(records, selected);
    }
    return new Replayed(selected.size(), List.copyOf(runs));
  }

  /**
   * Deletes dead letters permanently.
   *
   * @param selected from the last {@link #list}
   */
  public void drop(Collection<DeadLetter> selected) {
    try (RecordSender records = new RecordSender(kafka)) {
      remove(records, selected);
    }
  }

  private static void refuseCut(DeadLetter letter) {
    throw new InvalidInputException(
        "dead letter "
            + letter.id()
            + " has only the first "
            + letter.bytes()
            + " bytes of its record, which was too large to keep",
        "submit its run again, and remove the dead letter with \"winnow dlq drop\"");
  }

  private Optional<RunFolder> failedRun(DeadLetter letter) {
    try {
      return Optional.ofNullable(letter.run())
          .map(run -> new RunFolder(store, run))
          .filter(folder -> folder.failed().isPresent());
    } catch (InvalidInputException e) {
      // the key is not a run id
      return Optional.empty();
    }
  }

  private static void reopen(
      RunFolder folder, DeadLetter letter, EventSender sender, Set<String> runs) {
    folder.reopen();
    Optional<Run> request = folder.request();
    if (request.isPresent() && !letter.topic().equals(EventType.RUN_REQUESTED.topic())) {
      sender.send(new RunRequested(request.get()));
    }
    runs.add(folder.id());
  }

  /** The record as it was on its original topic. */
  private static ProducerRecord<byte[], byte[]> original(DeadLetter letter) {
    ProducerRecord<byte[], byte[]> original =
        new ProducerRecord<>(letter.topic(), letter.record().key(), letter.record().value());
    for (Header header : letter.record().headers()) {
      if (!DeadLetter.isCause(header.key())) {
        original.headers().add(header);
      }
    }
    return original;
  }

  private void remove(RecordSender sender, Collection<DeadLetter> selected) {
    Map<TopicPartition, Long> before = ends;
    Set<String> removed = selected.stream().map(DeadLetter::id).collect(Collectors.toSet());
    Set<TopicPartition> touched =
        selected.stream()
            .map(letter -> new TopicPartition(letter.record().topic(), letter.record().partition()))
            .collect(Collectors.toSet());
    List<ProducerRecord<byte[], byte[]>> others = new ArrayList<>();
    for (DeadLetter letter : list()) {
      ConsumerRecord<byte[], byte[]> record = letter.record();
      TopicPartition partition = new TopicPartition(record.topic(), record.partition());
      if (touched.contains(partition)
          && record.offset() < before.getOrDefault(partition, 0L)
          && !removed.contains(letter.id())) {
        others.add(
            new ProducerRecord<>(
                record.topic(),
                record.partition(),
                record.timestamp(),
                record.key(),
                record.value(),
                record.headers()));
      }
    }
    sender.send(others);
    Map<TopicPartition, RecordsToDelete> old = new HashMap<>();
    touched.forEach(p -> old.put(p, RecordsToDelete.beforeOffset(before.get(p))));
    try (Admin admin = Admin.create(kafka)) {
      admin.deleteRecords(old).all().get();
    } catch (ExecutionException e) {
      throw new IllegalStateException("cannot delete dead letters from Kafka: " + e.getCause(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while deleting dead letters", e);
    }
  }
}
