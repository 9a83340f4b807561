package io.winnow.contracts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.winnow.contracts.event.Event;
import io.winnow.contracts.event.EventCodec;
import io.winnow.contracts.event.EventType;
import io.winnow.contracts.event.RunProgress;
import io.winnow.contracts.spec.RunSpec;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Which JSON is read, by whom it was written, and the words for what is not. */
class JsonTest {
  private static final String INTERNALS =
      "(?s).*(io\\.winnow|java\\.|com\\.fasterxml|Spec\\b|Jackson|Deserial|Coerc|REDACTED|Feature|Token"
          + "|StreamRead|`|Long\\b|Integer\\b|Double\\b).*";

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        // nothing is converted
        "training.batch | \"\" | is the text \"\" | give an integer",
        "training.batch | \"\\u0000\" | is the text \"\\u0000\" | give an integer",
        "training.batch | \"64\" | is the text \"64\" | give an integer",
        "training.batch | 64.0 | is 64.0 | give an integer",
        "training.batch | 6.4e1 | is 64.0 | give an integer",
        "training.batch | true | is true | give an integer",
        "training.batch | [64] | is a list | give an integer",
        "training.batch | {} | is an object | give an integer",
        "training.batch | null | is null | leave it out",
        "training.batch | 99999999999 | is 99999999999 | at most 2147483647",
        "training.images | 99999999999999999999 | is 99999999999999999999 | at most 9223372036854775807",
        "training.learningRate | \"\" | is the text | give a finite number",
        "training.learningRate | \"0.1\" | is the text \"0.1\" | give a finite number",
        "training.learningRate | \"NaN\" | is the text \"NaN\" | give a finite number",
        "training.learningRate | 1e999 | is Infinity | give a finite number",
        "training.learningRate | false | is false | give a finite number",
        "training.minSnr | -1 | is -1 | give true or false",
        "training.minSnr | 0 | is 0 | give true or false",
        "training.minSnr | \"true\" | is the text \"true\" | give true or false",
        "training.minSnr | \"\" | is the text \"\" | give true or false",
        "training.schedule | 1 | is 1 | use one of linear, cosine",
        "training.schedule | \"1\" | is the text \"1\" | use one of linear, cosine",
        "training.schedule | \"\" | is the text \"\" | use one of linear, cosine",
        "training.schedule | \"LINEAR\" | is the text \"LINEAR\" | did you mean \"linear\"?",
        "training.schedule | \" cosine\" | is the text \" cosine\" | did you mean \"cosine\"?",
        "training.schedule | \"cosinus\" | is the text \"cosinus\" | did you mean \"cosine\"?",
        "training.schedule | \"square\" | is the text \"square\" | use one of linear, cosine",
        "selection.criterion | 5 | is 5 | give a text",
        "selection.criterion | \"\" | is blank | leave it out",
        "selection.criterion | \"gausian\" | is \"gausian\" | did you mean \"gaussian\"?",
        "reweight.method | \"DRO\" | is \"DRO\" | did you mean \"dro\"?",
        "surrogate.source | 7 | is 7 | give a text",
        "surrogate.source | true | is true | give a text",
        "surrogate.mean | 0.5 | is 0.5 | give a list",
        "surrogate.mean[0] | [\"NaN\"] | is the text \"NaN\" | give a finite number",
        "surrogate.mean[1] | [0.5, \"0.5\"] | is the text \"0.5\" | give a finite number",
        "surrogate.std[0] | [1e400] | is Infinity | give a finite number",
        "surrogate.mean | [123.7, 116.3, 103.5] | is [123.7, 116.3, 103.5] | values from 0 to 1",
        "surrogate.std | [0.2, 0] | is [0.2, 0.0] | from 1e-6 to 1000000",
        "surrogate.std | [1, 1, 1, 1] | has 4 elements | at most 3",
        "selection.perClass.a | {\"a\": \"1\"} | is the text \"1\" | give an integer",
        "selection.perClass | [] | is a list | give an object",
        "training | \"\" | is the text \"\" | give an object",
        "training | [] | is a list | give an object",
        "training | null | is null | leave it out",
        // everything is bounded
        "training.images | 9223372036854775807 | is 9223372036854775807 | from 1 to 1e12",
        "training.warmupImages | 9223372036854775807 | is 9223372036854775807 | from 0 to 1e12",
        "training.checkpointImages | 9223372036854775807 | is 922 | from 1 to 1e12",
        "training.snapshotImages | 9223372036854775807 | is 922 | from 0 to 1e12",
        "reweight.referenceImages | 9223372036854775807 | is 922 | from 1 to 1e12",
        "reweight.proxyImages | 9223372036854775807 | is 922 | from 1 to 1e12",
        "surrogate.images | 9223372036854775807 | is 922 | from 1 to 1e12",
        "dataset.shardRows | 2147483647 | is 2147483647 | from 1 to 1000000",
        "selection.count | 2147483647 | is 2147483647 | from 1 to 1000000000",
        "selection.memoryMiB | 2147483647 | is 2147483647 | from 1 to 1048576",
        // unknown names
        "foo | 1 | has an unknown field | remove it; there are dataset",
        "sed | 1 | has an unknown field | did you mean \"seed\"?",
        "training.bach | 1 | has an unknown field | did you mean \"batch\"?",
        "training.zzzzzzzz | 1 | has an unknown field | remove it; there are batch",
        "name | \"a\\nb\" | is \"a\\nb\" | without control characters",
        "name | \"a\\ud800\" | is \"a\\ud800\" | without control characters",
        "dataset.source | \"a\\u0000b\" | is \"a\\u0000b\" | without control characters"
      })
  void whatPeopleWriteIsReadStrictly(String path, String value, String problem, String remedy) {
    // Given a spec with the value at its place
    byte[] json = spec(path.replaceAll("\\[.*|(?<=perClass)\\..*", ""), value);

    // When and then
    assertThatThrownBy(() -> RunSpec.parse(json, "spec my.json"))
        .isInstanceOfSatisfying(
            InvalidInputException.class,
            e -> {
              assertThat(e.problem()).startsWith("spec my.json");
              assertThat(e.problem()).contains("\"" + path + "\"").contains(problem);
              assertThat(e.remedy()).contains(remedy);
              assertThat(e.getMessage()).doesNotMatch(INTERNALS);
            });
  }

  private static byte[] spec(String path, String value) {
    String[] steps = path.split("\\.");
    String json = "\"" + steps[steps.length - 1] + "\": " + value;
    for (int i = steps.length - 2; i >= 0; i--) {
      String source =
          steps[i].equals("dataset") && !json.contains("source") ? "\"source\": \"d\", " : "";
      json = "\"" + steps[i] + "\": {" + source + json + "}";
    }
    String dataset = path.startsWith("dataset") ? "" : "\"dataset\": {\"source\": \"d\"}, ";
    return ("{" + dataset + json + "}").getBytes(StandardCharsets.UTF_8);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"seed\": 1, \"dataset\": {\"source\": \"d\"}, \"seed\": 2} | \"seed\" twice",
        "{\"dataset\": {\"source\": \"d\", \"source\": \"e\"}} | \"dataset.source\" twice",
        "{\"dataset\": {\"source\": \"d\"}, \"model\": {\"channels\": 2, \"channels\": 4}} | \"model.channels\" twice",
        "{\"dataset\": {\"source\": \"d\"}, \"selection\": {\"perClass\": {\"a\": 1, \"a\": 1}}} | \"selection.perClass.a\" twice",
        "{\"training\": {\"learningRate\": NaN}} | not valid JSON at line 1, column",
        "{\"training\": {\"learningRate\": Infinity}} | not valid JSON at line 1, column",
        "{\"seed\": 01} | not valid JSON at line 1, column",
        "{\"seed\": +1} | not valid JSON at line 1, column",
        "{'seed': 1} | not valid JSON at line 1, column",
        "{\"seed\": 1,} | not valid JSON at line 1, column",
        "{\"seed\": | not valid JSON at line 1, column",
        "{\"dataset\": {\"source\": \"d\"}} {} | not valid JSON at line 1, column 30",
        "{\"dataset\": {\"source\": \"d\"}} 7 | not valid JSON at line 1, column 30",
        "[] | is a list",
        "\"x\" | is the text \"x\"",
        "7 | is 7",
        "null | is empty",
        "'' | is empty"
      })
  void whatIsNoSpecAtAllIsSaidInPlainWords(String json, String problem) {
    assertThatThrownBy(() -> RunSpec.parse(json.getBytes(StandardCharsets.UTF_8), "spec my.json"))
        .isInstanceOfSatisfying(
            InvalidInputException.class,
            e -> {
              assertThat(e.problem()).startsWith("spec my.json").contains(problem);
              assertThat(e.remedy()).isNotBlank();
              assertThat(e.getMessage()).doesNotMatch(INTERNALS);
            });
  }

  @Test
  void aSpecHasALimit() {
    assertThatThrownBy(() -> RunSpec.parse(spec("name", "\"" + "x".repeat(201) + "\""), "spec"))
        .hasMessageContaining("\"name\" has 201 characters")
        .hasMessageContaining("at most 200");
    assertThatThrownBy(() -> RunSpec.parse(new byte[300_000], "spec"))
        .hasMessageContaining("300000 bytes");
    String classes =
        IntStream.range(0, 2_000)
            .mapToObj(i -> "\"" + "x".repeat(100) + i + "\": 1")
            .collect(Collectors.joining(", ", "{", "}"));
    assertThatThrownBy(() -> RunSpec.parse(spec("selection.perClass", classes), "spec"))
        .hasMessageContaining("\"selection.perClass\" has names of");
    String deep = "[".repeat(5_000) + "]".repeat(5_000);
    assertThatThrownBy(() -> RunSpec.parse(spec("name", deep), "spec"))
        .isInstanceOf(InvalidInputException.class)
        .satisfies(e -> assertThat(e.getMessage()).doesNotMatch(INTERNALS));
  }

  static Stream<Event> events() {
    return EventCodecTest.events();
  }

  @ParameterizedTest
  @MethodSource("events")
  void anEventOfALaterVersionIsReadWithoutWhatItAdds(Event event) {
    // Given an event to whose every object a later version has added fields
    String type = EventType.of(event).topic();
    JsonNode tree = Json.mapper().valueToTree(event);
    grow(tree);

    // When today's reader gets it
    Event read = EventCodec.decode(type, Json.bytes(tree));

    // Then it is the event
    assertThat(read).isEqualTo(event);
  }

  @ParameterizedTest
  @MethodSource("events")
  void anEventConvertsNothingEither(Event event) {
    // Given an event in which a text is a number
    String type = EventType.of(event).topic();
    ObjectNode tree = Json.mapper().valueToTree(event);
    if (tree.has("run")) {
      ((ObjectNode) tree.get("run")).put("id", 7);
    } else {
      tree.put("runId", 7);
    }

    // Then
    assertThatThrownBy(() -> EventCodec.decode(type, Json.bytes(tree)))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("give a text");
  }

  // settings of a model are no fields: one that is not known is another model
  private static void grow(JsonNode node) {
    if (node instanceof ObjectNode object) {
      object.properties().forEach(field -> grow(field.getValue()));
      boolean map = object.has("training.loss") || object.has("channels") || object.has("preset");
      if (object.has("dataset") && object.path("dataset").has("digest")) {
        object.set("laterArtifact", object.get("dataset"));
      } else if (!map) {
        object.put("laterText", "x").putObject("laterObject").put("deep", 1);
      }
    } else if (node instanceof ArrayNode array) {
      array.forEach(JsonTest::grow);
    }
  }

  @Test
  void anEventOfAnEarlierVersionHasTheDefaultOfWhatItLacks() {
    // Given an event as it was before specs had latents and priorities
    String json =
        "{\"run\": {\"id\": \"r\", \"requestedAt\": \"2026-01-31T12:00:00Z\","
            + " \"spec\": {\"dataset\": {\"source\": \"d\"}}}}";

    // When
    Event event =
        EventCodec.decode(EventType.RUN_REQUESTED.topic(), json.getBytes(StandardCharsets.UTF_8));

    // Then
    assertThat(event.runId()).isEqualTo("r");
  }

  @Test
  void aFigureThatIsNoNumberIsStillAFigure() {
    // Given the progress of a training whose loss is lost
    RunProgress progress =
        new RunProgress(
            "r",
            "train",
            RunProgress.State.RUNNING,
            1,
            2,
            "images",
            1,
            null,
            null,
            null,
            Map.of("training.loss", Double.NaN),
            Instant.EPOCH);

    // Then it survives the wire
    assertThat(EventCodec.decode("winnow.run.progress.v1", EventCodec.encode(progress)))
        .isEqualTo(progress);
  }
}
