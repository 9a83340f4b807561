package io.winnow.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.winnow.contracts.Json;
import io.winnow.contracts.run.StageRecord;
import io.winnow.contracts.spec.SelectionSpec;
import io.winnow.local.system.Home;
import io.winnow.local.testing.LiveServers;
import io.winnow.store.artifact.Address;
import io.winnow.store.artifact.ArtifactDraft;
import io.winnow.store.artifact.ArtifactStore;
import io.winnow.store.object.MinioObjectStore;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command against a real store and a selector that answers as a test says. */
class SelectCommandTest {
  private static final byte[] CARD =
      """
      {"all": {"count": 50, "kept": 13, "pruned": 37, "recall": 0.914, "coverage": 0.8,
               "variance": 0.75, "scores": {}},
       "classes": [{"name": "ant", "count": 20, "kept": 5, "recall": 0.9, "coverage": 0.7},
                   {"name": "bee", "count": 30, "kept": 8, "recall": 0.92, "coverage": 0.85,
                    "variance": 1.25}],
       "selection": {}}
      """
          .getBytes(StandardCharsets.UTF_8);

  private record Answer(int status, String json) {}

  @TempDir static Path folder;
  private static LiveServers servers;
  private static MinioObjectStore objects;

  private final Deque<Answer> answers = new ArrayDeque<>();
  private HttpServer selector;
  private JsonNode asked;
  private String shown;
  private Cli cli;

  @BeforeAll
  static void start() throws Exception {
    servers = new LiveServers(new Home(folder.resolve("home")));
    objects = servers.store();
  }

  @AfterAll
  static void stop() {
    objects.close();
    servers.close();
  }

  @BeforeEach
  void listen() throws IOException {
    selector = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    selector.createContext("/", this::answer);
    selector.start();
    Map<String, String> environment = new HashMap<>(servers.connection().environment());
    environment.put("WINNOW_SELECTOR_URL", "http://127.0.0.1:" + selector.getAddress().getPort());
    environment.put("WINNOW_API_TOKEN", "let me in");
    cli = new Cli(folder, folder.resolve("other"), environment);
  }

  @AfterEach
  void hangUp() {
    selector.stop(0);
  }

  private void answer(HttpExchange exchange) throws IOException {
    byte[] body = exchange.getRequestBody().readAllBytes();
    if (exchange.getRequestMethod().equals("POST")) {
      asked = Json.mapper().readTree(body);
      shown = exchange.getRequestHeaders().getFirst("Authorization");
    }
    Answer next = answers.remove();
    byte[] json = next.json().getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(next.status(), json.length);
    exchange.getResponseBody().write(json);
    exchange.close();
  }

  @Test
  void followsTheJobAndPrintsTheCardAndThePicturePaths() {
    // given a selector that works for a while
    String address = coreset("new");
    answers.add(new Answer(202, "{\"id\": \"selection-1.select.2\", \"state\": \"waiting\"}"));
    answers.add(new Answer(200, "{\"state\": \"running\", \"done\": 10, \"total\": 50}"));
    answers.add(
        new Answer(
            200, "{\"state\": \"succeeded\", \"address\": \"" + address + "\", \"total\": 50}"));

    // when
    int code =
        cli.run(
            "select",
            "tiny",
            "--criterion",
            "k-means",
            "--per-class",
            "ant=5,bee=8",
            "--min-per-class",
            "2",
            "--scope",
            "global",
            "--seed",
            "7",
            "--encoder",
            "models/1",
            "-o",
            folder.resolve("out").toString());

    // then the request has the given settings
    assertThat(code).as(cli.err()).isZero();
    assertThat(asked.get("dataset").asText()).isEqualTo("tiny");
    assertThat(asked.get("encoder").asText()).isEqualTo("models/1");
    assertThat(asked.get("seed").asLong()).isEqualTo(7);
    SelectionSpec selection =
        Json.parse(asked.get("selection").toString().getBytes(), SelectionSpec.class, "selection");
    assertThat(selection.criterion()).isEqualTo("k-means");
    assertThat(selection.perClass()).isEqualTo(Map.of("ant", 5, "bee", 8));
    assertThat(selection.ratio()).isNull();
    assertThat(selection.minPerClass()).isEqualTo(2);
    assertThat(selection.scope()).isEqualTo(SelectionSpec.Scope.GLOBAL);
    // and the table has a line a class
    assertThat(cli.out())
        .startsWith(address + System.lineSeparator())
        .containsPattern("all +\\| +50 \\| +13 \\| +0\\.91 \\| +0\\.80 \\| +0\\.75 ")
        .containsPattern("ant +\\| +20 \\| +5 \\| +0\\.90 \\| +0\\.70 \\| +- ")
        .containsPattern("bee +\\| +30 \\| +8 \\| +0\\.92 \\| +0\\.85 \\| +1\\.25 ")
        .contains("top kept: " + folder.resolve("out/top-kept.png"))
        .contains("map of the coreset: " + folder.resolve("out/map.png"));
    assertThat(folder.resolve("out/top-kept.png")).hasBinaryContent(new byte[] {7});
  }

  @Test
  void programsGetTheCardAsJson() throws Exception {
    // given a coreset that is there
    String address = coreset("old");
    answers.add(new Answer(200, "{\"coreset\": {\"address\": \"" + address + "\"}}"));

    // when
    int code = cli.run("select", "tiny", "--json");

    // then
    assertThat(code).as(cli.err()).isZero();
    JsonNode printed = Json.mapper().readTree(cli.out());
    assertThat(printed.get("coreset").asText()).isEqualTo(address);
    assertThat(printed.get("reused").asBoolean()).isTrue();
    assertThat(printed.get("card").get("classes").get(1).get("kept").asInt()).isEqualTo(8);
    assertThat(printed.get("pictures").get("map of the coreset").asText()).endsWith("map.png");
  }

  @Test
  void theSelectorsErrorsArePrintedUnchanged() {
    // given
    answers.add(new Answer(400, "{\"problem\": \"no features\", \"remedy\": \"make some\"}"));

    // when
    int code = cli.run("select", "tiny");

    // then
    assertThat(code).isEqualTo(2);
    assertThat(cli.err()).contains("no features: make some");
  }

  @Test
  void aFailedJobIsAFailure() {
    // given
    answers.add(new Answer(202, "{\"id\": \"1\"}"));
    answers.add(new Answer(200, "{\"state\": \"failed\", \"message\": \"too many rows\"}"));

    // when
    int code = cli.run("select", "tiny");

    // then
    assertThat(code).isEqualTo(1);
    assertThat(cli.err()).contains("the selection failed: too many rows");
  }

  @Test
  void theTokenIsSentAndARejectionExplained() {
    // given a selector that knows another
    answers.add(new Answer(401, ""));

    // when
    int code = cli.run("select", "tiny");

    // then
    assertThat(shown).isEqualTo("Bearer let me in");
    assertThat(code).isEqualTo(2);
    assertThat(cli.err()).contains("rejected the API token").contains("WINNOW_API_TOKEN");
  }

  @Test
  void anOverloadedOrAbsentSelectorIsAFailure() {
    // given
    answers.add(new Answer(503, "{\"problem\": \"others first\", \"remedy\": \"try later\"}"));

    // when
    int busy = cli.run("select", "tiny");
    String said = cli.err();
    selector.stop(0);
    int away = cli.run("select", "tiny");

    // then
    assertThat(busy).isEqualTo(1);
    assertThat(said).contains("answered 503: others first, try later");
    assertThat(away).isEqualTo(1);
    assertThat(cli.err()).contains("does not answer");
  }

  @Test
  void invalidInputIsRejectedBeforeARequestIsSent() {
    // then
    assertThat(cli.run("select", "tiny", "--ratio", "2")).isEqualTo(2);
    assertThat(cli.err()).contains("\"selection.ratio\" is 2.0");
    assertThat(cli.run("select", "tiny", "--ratio", "0.5", "--count", "3")).isEqualTo(2);
    assertThat(cli.err()).contains("twice");
    assertThat(cli.run("select", "tiny", "--criterion", "best")).isEqualTo(2);
    assertThat(cli.err()).contains("k-means").contains("interval");
    assertThat(asked).isNull();
  }

  @Test
  void anEmptyHomeHasNothingToSelectFrom() {
    // given no system and no store
    Cli fresh = new Cli(folder, folder.resolve("empty"));

    // when
    int code = fresh.run("select", "tiny");

    // then
    assertThat(code).isEqualTo(2);
    assertThat(fresh.err()).contains("there is no run in " + folder.resolve("empty"));
  }

  private static String coreset(String name) {
    ArtifactDraft draft =
        new ArtifactStore(objects).draft(Address.of("coresets", "select", "2", name, List.of()));
    draft.put("card.json", CARD, null, null);
    draft.put("topKept.png", new byte[] {7}, null, null);
    draft.put("map.png", new byte[] {8}, null, null);
    return draft.commit(new StageRecord.Cost(0, 0)).ref().address();
  }
}
