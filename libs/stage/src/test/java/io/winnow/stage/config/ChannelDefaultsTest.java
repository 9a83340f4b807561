package io.winnow.stage.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.SmallRyeConfigBuilder;
import io.winnow.contracts.event.EventType;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ChannelDefaultsTest {
  private static final String FEATURES = "mp.messaging.incoming.features-ready.";

  @Test
  void derivesAChannelsSettingsFromItsName() {
    // given a service that only has a channel
    SmallRyeConfig config = config(Map.of(FEATURES + "connector", "smallrye-kafka"));

    // then the rest follows
    assertThat(text(config, FEATURES + "topic")).isEqualTo("winnow.features.ready.v1");
    assertThat(text(config, FEATURES + "dead-letter-queue.topic"))
        .isEqualTo("winnow.features.ready.v1.dlq");
    assertThat(text(config, FEATURES + "group.id")).isEqualTo("selector.features-ready");
    assertThat(text(config, FEATURES + "group.instance.id")).isEqualTo("selector-7.features-ready");
    assertThat(text(config, FEATURES + "cloud-events")).isEqualTo("false");
    assertThat(config.getPropertyNames())
        .contains(FEATURES + "group.instance.id", FEATURES + "topic");
  }

  @Test
  void namesNoChannelThatIsNotThere() {
    SmallRyeConfig config = config(Map.of(FEATURES + "connector", "smallrye-kafka"));
    assertThat(config.getPropertyNames())
        .filteredOn(name -> name.startsWith("mp.messaging.incoming."))
        .allMatch(name -> name.startsWith(FEATURES));
  }

  @Test
  void whatIsConfiguredWins() {
    // given a channel of a name of its own
    String mine = "mp.messaging.incoming.mine.";
    SmallRyeConfig config =
        config(
            Map.of(
                mine + "connector", "smallrye-kafka",
                mine + "topic", "elsewhere",
                mine + "group.id", "g"));

    // then its settings stand, and the others follow from them
    assertThat(text(config, mine + "topic")).isEqualTo("elsewhere");
    assertThat(text(config, mine + "group.id")).isEqualTo("g");
    assertThat(text(config, mine + "dead-letter-queue.topic")).isEqualTo("elsewhere.dlq");
    assertThat(text(config, mine + "group.instance.id")).isEqualTo("selector-7.mine");
  }

  @Test
  void leavesOtherSettingsAlone() {
    SmallRyeConfig config = config(Map.of());
    assertThat(text(config, FEATURES + "connector")).isNull();
    assertThat(text(config, "mp.messaging.outgoing.features-ready.topic")).isNull();
    assertThat(text(config, "mp.messaging.incoming.nobody.topic")).isNull();
  }

  @Test
  void namesChannelsAsDocumented() {
    assertThat(ChannelDefaults.channel(EventType.SHARD_ENCODE)).isEqualTo("shard-encode");
    assertThat(ChannelDefaults.channel(EventType.RUN_CANCEL)).isEqualTo("run-cancel");
  }

  @Test
  void leavesWhoTheProcessIsToTheStart() {
    // given a value that would be kept at build time
    SmallRyeConfig config = config(Map.of(FEATURES + "connector", "smallrye-kafka"));

    // then it is the expression, not what the builder's machine made of it
    assertThat(config.getConfigValue(FEATURES + "group.instance.id").getRawValue())
        .isEqualTo("${winnow.instance}.features-ready");
  }

  private static String text(SmallRyeConfig config, String name) {
    return config.getOptionalValue(name, String.class).orElse(null);
  }

  private static SmallRyeConfig config(Map<String, String> given) {
    Map<String, String> all = new HashMap<>(given);
    all.put("quarkus.application.name", "selector");
    all.put("winnow.instance", "${quarkus.application.name}-7");
    return new SmallRyeConfigBuilder()
        .addDefaultInterceptors()
        .withInterceptors(new ChannelDefaults())
        .withSources(new PropertiesConfigSource(all, "test", 100))
        .build();
  }
}
