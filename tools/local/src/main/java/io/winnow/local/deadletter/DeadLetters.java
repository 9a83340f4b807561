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
 * The dead-letter topics. A record is taken out by writing all others of its partition anew and
 * deleting what was there before: whatever is interrupted on the way, none is lost, though some may
 * be there twice. For one process at a time.
 */
public final class DeadLetters {
  private final Map<String, Object> kafka;
  private final ObjectStore store;

  /** Where partitions end, so that what comes later is left alone. */
  private Map<TopicPartition, Long> ends = Map.of();

  /**
   * @param kafka settings of its clients, {@code bootstrap.servers} among them
   */
  public DeadLetters(Map<String, Object> kafka, ObjectStore store) {
    this.kafka = kafka;
    this.store = store;
  }

  /** All that are there now, the oldest first. */
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
   * @throws InvalidInputException no such letter, or an id of another form
   */
  public DeadLetter get(String id) {
    return named(list(), id);
  }

  /**
   * The one of a list that has this id.
   *
   * @throws InvalidInputException no such letter, or an id of another form
   */
  public static DeadLetter named(List<DeadLetter> letters, String id) {
    DeadLetter.requireId(id);
    return letters.stream()
        .filter(letter -> letter.id().equals(id))
        .findFirst()
        .orElseThrow(
            () ->
                new InvalidInputException(
                    "there is no dead letter " + id,
                    "look at \"winnow dlq list\"; letters get new ids when others are taken out"));
  }

  /** What a replay did. */
  public record Replayed(int records, List<String> runs) {}

  /**
   * Sends records to where they came from, as they came, and takes them out of here. A run that has
   * failed is begun anew: what it had made is found, and what other stages left out meanwhile comes
   * again.
   *
   * @param chosen of the last {@link #list}
   * @return how many, and the runs that were begun anew
   */
  public Replayed replay(Collection<DeadLetter> chosen) {
    Set<String> runs = new LinkedHashSet<>();
    try (RecordSender records = new RecordSender(kafka);
        EventSender sender = new EventSender(kafka)) {
      for (DeadLetter letter : chosen) {
        failedRun(letter).ifPresent(folder -> reopen(folder, letter, sender, runs));
      }
      records.send(chosen.stream().map(letter -> own(letter)).toList());
      remove(records, chosen);
    }
    return new Replayed(chosen.size(), List.copyOf(runs));
  }

  /**
   * Takes records out of here for good.
   *
   * @param chosen of the last {@link #list}
   */
  public void drop(Collection<DeadLetter> chosen) {
    try (RecordSender records = new RecordSender(kafka)) {
      remove(records, chosen);
    }
  }

  private Optional<RunFolder> failedRun(DeadLetter letter) {
    try {
      return Optional.ofNullable(letter.run())
          .map(run -> new RunFolder(store, run))
          .filter(folder -> folder.failed().isPresent());
    } catch (InvalidInputException e) {
      // a key that no run can have
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

  /** The record as it first came. */
  private static ProducerRecord<byte[], byte[]> own(DeadLetter letter) {
    ProducerRecord<byte[], byte[]> own =
        new ProducerRecord<>(letter.topic(), letter.record().key(), letter.record().value());
    for (Header header : letter.record().headers()) {
      if (!DeadLetter.tellsCause(header.key())) {
        own.headers().add(header);
      }
    }
    return own;
  }

  private void remove(RecordSender sender, Collection<DeadLetter> chosen) {
    Map<TopicPartition, Long> before = ends;
    Set<String> gone = chosen.stream().map(DeadLetter::id).collect(Collectors.toSet());
    Set<TopicPartition> touched =
        chosen.stream()
            .map(letter -> new TopicPartition(letter.record().topic(), letter.record().partition()))
            .collect(Collectors.toSet());
    List<ProducerRecord<byte[], byte[]>> others = new ArrayList<>();
    for (DeadLetter letter : list()) {
      ConsumerRecord<byte[], byte[]> record = letter.record();
      TopicPartition place = new TopicPartition(record.topic(), record.partition());
      if (touched.contains(place)
          && record.offset() < before.getOrDefault(place, 0L)
          && !gone.contains(letter.id())) {
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
    touched.forEach(place -> old.put(place, RecordsToDelete.beforeOffset(before.get(place))));
    try (Admin admin = Admin.create(kafka)) {
      admin.deleteRecords(old).all().get();
    } catch (ExecutionException e) {
      throw new IllegalStateException("Kafka does not delete dead letters: " + e.getCause(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while deleting dead letters", e);
    }
  }
}
