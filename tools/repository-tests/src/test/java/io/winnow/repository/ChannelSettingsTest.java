package io.winnow.repository;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.StringReader;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The settings of every incoming channel, which each service writes out. */
class ChannelSettingsTest {
  private static final String PREFIX = "mp.messaging.incoming.";
  private static final Pattern SETTING =
      Pattern.compile(Pattern.quote(PREFIX) + "([a-z-]+)\\.([a-z.-]+)");

  /** A file, the channel, and its settings by name. */
  static Stream<Arguments> channels() throws Exception {
    List<Arguments> all = new ArrayList<>();
    for (String file :
        List.of(
            "libs/stage/src/main/resources/META-INF/microprofile-config.properties",
            "encoder-service/src/main/resources/application.properties",
            "selector-service/src/main/resources/application.properties",
            "reweight-service/src/main/resources/application.properties",
            "trainer-service/src/main/resources/application.properties")) {
      Properties properties = new Properties();
      properties.load(new StringReader(Repository.read(file)));
      Map<String, Map<String, String>> channels = new LinkedHashMap<>();
      for (String name : properties.stringPropertyNames()) {
        Matcher setting = SETTING.matcher(name);
        if (setting.matches()) {
          channels
              .computeIfAbsent(setting.group(1), channel -> new LinkedHashMap<>())
              .put(setting.group(2), properties.getProperty(name));
        }
      }
      String service =
          properties.getProperty("quarkus.application.name", "${quarkus.application.name}");
      channels.forEach(
          (channel, settings) -> all.add(Arguments.of(file, service, channel, settings)));
    }
    return all.stream();
  }

  @ParameterizedTest(name = "{2} in {0}")
  @MethodSource("channels")
  void aChannelIsNamedAfterItsEventAndHasAllSettings(
      String file, String service, String channel, Map<String, String> settings) throws Exception {
    // given the event of the channel's name
    EventType type =
        EventType.all().stream().filter(t -> t.channel().equals(channel)).findFirst().orElseThrow();

    // then
    assertThat(settings)
        .as(file)
        .containsExactlyInAnyOrderEntriesOf(
            Map.of(
                "connector",
                "smallrye-kafka",
                "topic",
                type.topic(),
                "group.id",
                service + "." + channel,
                "group.instance.id",
                "${winnow.instance}." + channel,
                "dead-letter-queue.topic",
                type.deadLetterTopic()));
  }
}
