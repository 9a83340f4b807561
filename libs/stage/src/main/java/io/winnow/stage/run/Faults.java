package io.winnow.stage.run;

import io.winnow.contracts.InvalidInputException;
import io.winnow.stage.StopException;
import io.winnow.store.object.StoreUnavailableException;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.SerializationException;

/** Which faults pass, which tell a job to leave, and what is told of the others. */
public final class Faults {
  // a wrapped cause lies one or two levels deep; the bound only guards against a cycle
  private static final int DEPTH = 16;

  private static final Set<Class<? extends Exception>> FINAL =
      Set.of(
          RecordTooLargeException.class, SerializationException.class, InvalidTopicException.class);

  private Faults() {}

  /** True for faults that go away by waiting. */
  public static boolean isTransient(Throwable fault) {
    return find(fault, StoreUnavailableException.class).isPresent()
        || find(fault, KafkaUnavailableException.class).isPresent()
        || find(fault, StopException.class)
            .filter(stop -> stop.reason() == StopException.Reason.LEASE_LOST)
            .isPresent();
  }

  /** The stop signal in a fault, also where a job has wrapped it. */
  public static Optional<StopException> stop(Throwable fault) {
    return find(fault, StopException.class);
  }

  /** What is wrong and what to do about it, for a fault that ends the run. */
  public static InvalidInputException explain(String stage, Throwable fault) {
    Optional<InvalidInputException> bad = find(fault, InvalidInputException.class);
    if (bad.isPresent()) {
      return bad.get();
    }
    if (find(fault, OutOfMemoryError.class).isPresent()) {
      return new InvalidInputException(
          "stage " + stage + " ran out of memory: " + fault.getMessage(),
          "give its service more memory, or ask for smaller batches",
          fault);
    }
    return new InvalidInputException(
        "stage " + stage + " broke: " + fault,
        "look for the stack trace in its service's log and report it",
        fault);
  }

  /** A fault of Kafka's as one to wait for, unless trying again is no use. */
  public static RuntimeException kafka(String what, Throwable fault) {
    if (fault instanceof AuthorizationException || FINAL.contains(fault.getClass())) {
      return new IllegalStateException(what + " and never will: " + fault, fault);
    }
    return new KafkaUnavailableException(what + ": " + fault, fault);
  }

  private static <T extends Throwable> Optional<T> find(Throwable fault, Class<T> type) {
    Throwable cause = fault;
    for (int i = 0; cause != null && i < DEPTH; i++, cause = cause.getCause()) {
      if (type.isInstance(cause)) {
        return Optional.of(type.cast(cause));
      }
    }
    return Optional.empty();
  }
}
