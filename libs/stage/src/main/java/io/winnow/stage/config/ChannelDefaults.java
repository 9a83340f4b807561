package io.winnow.stage.config;

import io.smallrye.config.ConfigSourceInterceptor;
import io.smallrye.config.ConfigSourceInterceptorContext;
import io.smallrye.config.ConfigValue;
import io.smallrye.config.Priorities;
import io.winnow.contracts.event.EventType;
import jakarta.annotation.Priority;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Settings of incoming channels that differ from channel to channel, derived from the channel's
 * name, so that no service has to spell them out: for {@code features-ready}
 *
 * <ul>
 *   <li>{@code topic}: {@code winnow.features.ready.v1}, the event type of that name
 *   <li>{@code group.id}: {@code <quarkus.application.name>.features-ready}
 *   <li>{@code group.instance.id}: {@code <winnow.instance>.features-ready}, a static member: after
 *       a crash the same instance gets its partitions back at once
 *   <li>{@code dead-letter-queue.topic}: the topic with {@code .dlq}
 *   <li>{@code cloud-events}: false, because the connector would give up the whole channel at a
 *       record with an attribute that it cannot parse; {@link io.winnow.stage.StageRunner} reads
 *       the type itself and sends such a record to the dead-letter queue
 * </ul>
 *
 * A value that is configured anywhere wins.
 */
@Priority(Priorities.LIBRARY + 200)
public final class ChannelDefaults implements ConfigSourceInterceptor {
  private static final String PREFIX = "mp.messaging.incoming.";
  private static final Pattern ATTRIBUTE =
      Pattern.compile(Pattern.quote(PREFIX) + "([A-Za-z0-9_-]+)\\.(.+)");
  private static final Set<String> DERIVED =
      Set.of("topic", "group.id", "group.instance.id", "dead-letter-queue.topic", "cloud-events");

  /** The channel of an event type: {@code winnow.features.ready.v1} to {@code features-ready}. */
  public static String channel(EventType type) {
    return type.topic()
        .replaceFirst("^winnow\\.", "")
        .replaceFirst("\\.v\\d+$", "")
        .replace('.', '-');
  }

  @Override
  public ConfigValue getValue(ConfigSourceInterceptorContext context, String name) {
    ConfigValue given = context.proceed(name);
    Matcher attribute = ATTRIBUTE.matcher(name);
    if (given != null || !attribute.matches() || !DERIVED.contains(attribute.group(2))) {
      return given;
    }
    String channel = attribute.group(1);
    return derive(context, channel, attribute.group(2))
        .map(
            value ->
                ConfigValue.builder()
                    .withName(name)
                    .withValue(value)
                    .withRawValue(value)
                    .withConfigSourceName("winnow-stage channel defaults")
                    .build())
        .orElse(null);
  }

  private static Optional<String> derive(
      ConfigSourceInterceptorContext context, String channel, String attribute) {
    Optional<String> topic =
        Optional.ofNullable(context.proceed(PREFIX + channel + ".topic"))
            .map(ConfigValue::getValue)
            .or(() -> topic(channel));
    return switch (attribute) {
      case "topic" -> topic;
      case "dead-letter-queue.topic" -> topic.map(t -> t + ".dlq");
      // expressions: Quarkus keeps what it reads at build time, and these are known at start only
      case "group.id" -> Optional.of("${quarkus.application.name}." + channel);
      case "group.instance.id" -> Optional.of("${winnow.instance}." + channel);
      default -> Optional.of("false");
    };
  }

  private static Optional<String> topic(String channel) {
    return Arrays.stream(EventType.values())
        .filter(type -> channel(type).equals(channel))
        .map(EventType::topic)
        .findFirst();
  }

  @Override
  public Iterator<String> iterateNames(ConfigSourceInterceptorContext context) {
    Set<String> names = new LinkedHashSet<>();
    context.iterateNames().forEachRemaining(names::add);
    // only channels that are there: naming another would make the messaging layer look for it
    for (String name : Set.copyOf(names)) {
      Matcher attribute = ATTRIBUTE.matcher(name);
      if (attribute.matches() && attribute.group(2).equals("connector")) {
        DERIVED.forEach(derived -> names.add(PREFIX + attribute.group(1) + "." + derived));
      }
    }
    return names.iterator();
  }
}
