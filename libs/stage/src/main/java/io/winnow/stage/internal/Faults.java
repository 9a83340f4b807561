package io.winnow.stage.internal;

import io.winnow.contracts.InvalidInputException;
import io.winnow.stage.api.StopException;
import io.winnow.store.object.StoreUnavailableException;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.SerializationException;

/** Which faults are transient, which end a job early, and how the others are explained. */
public final class Faults {
  // causes are wrapped one or two levels deep; the bound only guards against a cycle
  private static final int DEPTH = 16;

  private static final Set<Class<? extends Exception>> FINAL =
      Set.of(
          RecordTooLargeException.class, SerializationException.class, InvalidTopicException.class);

  private Faults() {}

  /** True for faults that go away with time. */
  public static boolean isTransient(Throwable fault) {
    return find(fault, StoreUnavailableException.class).isPresent()
        || find(fault, KafkaUnavailableException.class).isPresent()
        || find(fault, StopException.class)
            .filter(stop -> stop.reason() == StopException.Reason.LEASE_LOST)
            .isPresent();
  }

  /** The stop in a fault, even if a job has wrapped it. */
  public static Optional<StopException> stop(Throwable fault) {
    return find(fault, StopException.class);
  }

  /** The problem and the remedy, for a fault that fails the run. */
  public static InvalidInputException explain(String stage, Throwable fault) {
    Optional<InvalidInputException> bad = find(fault, InvalidInputException.class);
    if (bad.isPresent()) {
      return bad.get();
    }
    Optional<String> memory = MemoryFaults.reason(fault);
    if (memory.isPresent()) {
      return new InvalidInputException(
          "stage " + stage + " ran out of memory: " + memory.get(),
          "reduce the batch, the model or the image size, or give its service more memory",
          fault);
    }
    return new InvalidInputException(
        "stage " + stage + " failed with a bug: " + fault,
        "find the stack trace in the log of its service and report it",
        fault);
  }

  /** A fault of Kafka as a transient one, unless retrying is of no use. */
  public static RuntimeException kafka(String what, Throwable fault) {
    if (fault instanceof AuthorizationException || FINAL.contains(fault.getClass())) {
      return new IllegalStateException(what + " for good: " + fault, fault);
    }
    return new KafkaUnavailableException(what + ": " + fault, fault);
  }

  /** The first fault of a type among a fault and its causes. */
  static <T extends Throwable> Optional<T> find(Throwable fault, Class<T> type) {
    Throwable cause = fault;
    for (int i = 0; cause != null && i < DEPTH; i++, cause = cause.getCause()) {
      if (type.isInstance(cause)) {
        return Optional.of(type.cast(cause));
      }
    }
    return Optional.empty();
  }
}
