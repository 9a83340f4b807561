package io.winnow.stage.logging;

import io.quarkus.logging.LoggingFilter;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.logging.Filter;
import java.util.logging.LogRecord;
import java.util.regex.Pattern;

/**
 * Lets each kind of line of Kafka's clients through once a minute. While Kafka is away, every
 * client says so several times a second.
 */
@LoggingFilter(name = "winnow-repeated-warnings")
public final class RepeatedWarnings implements Filter {
  private static final String CLIENTS = "org.apache.kafka.clients";
  private static final long INTERVAL_NANOS = TimeUnit.MINUTES.toNanos(1);
  private static final int MOST_KINDS = 1_000;
  // [Producer clientId=…] before the text
  private static final Pattern CLIENT = Pattern.compile("^\\[[^\\]]*\\] ?");
  private static final Pattern NUMBER = Pattern.compile("-?\\d+");

  private final Map<String, Long> last = new ConcurrentHashMap<>();
  private final LongSupplier nanos;

  /** By the machine's clock. */
  public RepeatedWarnings() {
    this(System::nanoTime);
  }

  RepeatedWarnings(LongSupplier nanos) {
    this.nanos = nanos;
  }

  @Override
  public boolean isLoggable(LogRecord line) {
    String logger = line.getLoggerName();
    String message = line.getMessage();
    if (logger == null || message == null || !logger.startsWith(CLIENTS)) {
      return true;
    }
    long now = nanos.getAsLong();
    Long before = last.get(kind(message));
    if (before != null && now - before < INTERVAL_NANOS) {
      return false;
    }
    if (last.size() >= MOST_KINDS) {
      last.clear();
    }
    last.put(kind(message), now);
    return true;
  }

  private static String kind(String message) {
    return NUMBER.matcher(CLIENT.matcher(message).replaceFirst("")).replaceAll("#");
  }
}
