package io.winnow.stage.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.smallrye.reactive.messaging.kafka.api.IncomingKafkaRecordMetadata;
import io.winnow.contracts.InvalidInputException;
import io.winnow.stage.config.RetrySettings;
import io.winnow.stage.config.StageSettings;
import io.winnow.stage.testing.TestProcess;
import io.winnow.store.local.Time;
import io.winnow.store.testing.InMemoryObjectStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TimeoutException;
import org.eclipse.microprofile.reactive.messaging.Message;
import org.eclipse.microprofile.reactive.messaging.Metadata;
import org.junit.jupiter.api.Test;

/** What becomes of a message whose dead letter Kafka does not take. */
class DeadLetterSettlementTest {
  private static final InvalidInputException CAUSE = new InvalidInputException("bad", "mend it");

  private final List<Throwable> nacks = new ArrayList<>();
  private final List<byte[]> cut = new ArrayList<>();
  private final List<RuntimeException> faultsOfCut = new ArrayList<>();
  private int acknowledged;

  private final OversizedDeadLetters letters =
      new OversizedDeadLetters(Map.of()) {
        @Override
        void write(IncomingKafkaRecordMetadata<?, ?> source, byte[] value, Throwable cause) {
          assertThat(source.getTopic()).isEqualTo("winnow.run.cancel.v1");
          assertThat(cause).isSameAs(CAUSE);
          if (!faultsOfCut.isEmpty()) {
            throw faultsOfCut.remove(0);
          }
          cut.add(value);
        }
      };

  private void refuse(int bytes, Exception... faults) throws Exception {
    List<Exception> left = new ArrayList<>(List.of(faults));
    ConsumerRecord<String, byte[]> record =
        new ConsumerRecord<>("winnow.run.cancel.v1", 0, 3, "key", new byte[bytes]);
    Message<byte[]> message =
        Message.of(
            record.value(),
            Metadata.of(new IncomingKafkaRecordMetadata<>(record, "run-cancel")),
            () -> {
              acknowledged++;
              return CompletableFuture.completedFuture(null);
            },
            cause -> {
              nacks.add(cause);
              return left.isEmpty()
                  ? CompletableFuture.completedFuture(null)
                  : CompletableFuture.failedFuture(left.remove(0));
            });
    TransientFaultRetry retry =
        new TransientFaultRetry(
            TestProcess.settings(Map.of()).getConfigMapping(RetrySettings.class),
            new Lifecycle(TestProcess.settings(Map.of()).getConfigMapping(StageSettings.class)),
            Time.system(),
            new InMemoryObjectStore());
    assertThat(new EventMessages(retry, letters).refuse(message, CAUSE).toCompletableFuture())
        .isCompleted();
  }

  @Test
  void aDeadLetterThatKafkaTakesIsSentOnce() throws Exception {
    refuse(10);
    assertThat(nacks).containsExactly(CAUSE);
    assertThat(cut).isEmpty();
    assertThat(acknowledged).isZero();
  }

  @Test
  void whileKafkaIsAwayItIsSentAgain() throws Exception {
    refuse(10, new TimeoutException("away"), new TimeoutException("away"));
    assertThat(nacks).hasSize(3);
    assertThat(cut).isEmpty();
    assertThat(acknowledged).isZero();
  }

  @Test
  void oneThatIsTooLargeIsCutAndItsMessageAcknowledged() throws Exception {
    refuse(800_000, new RecordTooLargeException("too large"));
    assertThat(cut).hasSize(1);
    assertThat(acknowledged).isEqualTo(1);
  }

  @Test
  void oneThatCannotFitIsCutAtOnce() throws Exception {
    refuse(1_000_000);
    assertThat(nacks).isEmpty();
    assertThat(cut).hasSize(1);
    assertThat(acknowledged).isEqualTo(1);
  }

  @Test
  void aCutOneIsSentAgainWhileKafkaIsAway() throws Exception {
    faultsOfCut.add(Faults.kafka("write", new TimeoutException("away")));
    faultsOfCut.add(Faults.kafka("write", new java.util.concurrent.TimeoutException("slow")));
    refuse(1_000_000);
    assertThat(cut).hasSize(1);
    assertThat(acknowledged).isEqualTo(1);
  }

  @Test
  void aMessageWhoseCutDeadLetterIsRefusedIsAcknowledged() throws Exception {
    faultsOfCut.add(Faults.kafka("write", new RecordTooLargeException("too large")));
    refuse(1_000_000);
    assertThat(cut).isEmpty();
    assertThat(acknowledged).isEqualTo(1);
  }
}
