package io.winnow.integration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.winnow.contracts.Json;
import io.winnow.contracts.event.RunFailed;
import io.winnow.contracts.event.RunRequested;
import io.winnow.contracts.run.Run;
import io.winnow.contracts.spec.DatasetSpec;
import io.winnow.contracts.spec.RunSpec;
import io.winnow.local.client.EventSender;
import io.winnow.local.system.Replica;
import io.winnow.local.system.Service;
import io.winnow.store.artifact.RunFolder;
import io.winnow.store.object.MinioObjectStore;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.WebElement;

/**
 * The console of a local system. {@code -Dwinnow.screenshots=docs/console} keeps pictures of its
 * pages there, of a run that takes some minutes.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@ExtendWith(SharedSystem.Extension.class)
class ConsoleIT {
  private static final int RUNS = 200;
  private static final Duration WHOLE_RUN = Duration.ofMinutes(8);
  private static final int DESKTOP = 1280;
  private static final int PHONE = 390;
  private static final int LONG_PAGE = 8_000;

  private static final String MODEL =
      "\"channels\": 16, \"channelMultipliers\": [1, 2], \"resBlocksPerLevel\": 1";

  /** A run of which every stage takes seconds. */
  private static final Map<String, String> SMALL =
      Map.ofEntries(
          Map.entry("surrogate.images", "2000"),
          Map.entry("selection.ratio", "0.1"),
          Map.entry("reweight.referenceImages", "1600"),
          Map.entry("reweight.proxyImages", "1600"),
          Map.entry("reweight.batch", "16"),
          Map.entry("reweight.model.settings", MODEL),
          Map.entry("model.settings", MODEL),
          Map.entry("training.images", "2400"),
          Map.entry("training.batch", "16"),
          Map.entry("training.snapshotImages", "800"),
          Map.entry("sampling.images", "80"),
          Map.entry("sampling.steps", "4"));

  /** One that is worth being looked at. */
  private static final Map<String, String> TO_BE_SHOWN =
      Map.of(
          "selection.ratio", "0.25",
          "surrogate.images", "6000",
          "reweight.referenceImages", "2000",
          "reweight.proxyImages", "1000",
          "training.batch", "32",
          "training.images", "9000",
          "training.snapshotImages", "3000",
          "sampling.images", "200",
          "sampling.guidance", "2");

  @TempDir static Path folder;
  private final HttpClient http = HttpClient.newHttpClient();
  private SharedSystem shared;
  private Browser browser;

  @BeforeAll
  void start(SharedSystem shared) {
    this.shared = shared;
  }

  @AfterAll
  void stop() {
    if (browser != null) {
      browser.close();
    }
  }

  @Test
  @Order(1)
  void aRunIsAskedForAndWatchedToItsLastGridInABrowser() throws Exception {
    // given a browser at the address that the launcher prints
    Optional<Browser> found = Browser.start(folder.resolve("profile"));
    assumeTrue(found.isPresent(), "there is no chromium with its chromedriver on this machine");
    browser = found.get();
    browser.open(shared.system().connection().console(true).orElseThrow());
    browser.await("main a[href='#/new']");
    assertThat(browser.address())
        .as("the token is not left in the address")
        .doesNotContain("token");

    // when something is asked for that cannot be
    browser.click("nav a[href='#/new']");
    browser.fill("name", "console");
    browser.script("document.querySelectorAll('details').forEach(d => d.open = true)");
    assertThat(browser.await("[name='dataset.source']").getDomProperty("value"))
        .endsWith("fashion-mnist");
    browser.fill("training.batch", 0);
    // then the field says why, before it is sent
    assertThat(browser.await("label.bad .why").getText()).contains("from 1 to 65536");
    assertThat(browser.await("#start").isEnabled()).isFalse();

    // when the form is filled in and sent
    for (Map.Entry<String, String> field :
        (screenshots().isEmpty() ? SMALL : TO_BE_SHOWN).entrySet()) {
      browser.fill(field.getKey(), field.getValue());
    }
    shoot("new", DESKTOP, 1_500);
    browser.await("#start:not(:disabled)");
    browser.script("document.querySelector('#start').click()");

    // then its page is live, stage by stage, to the last grid
    browser.await("#stages");
    browser.await("#loss canvas", WHOLE_RUN);
    shoot("live", DESKTOP);
    browser.await("#status .badge.succeeded", WHOLE_RUN);
    browser.await("#quality");
    String page = browser.text();
    for (String stage :
        List.of(
            "import", "surrogate", "encode", "select", "reweight", "train", "sample", "evaluate")) {
      assertThat(page).contains(stage);
    }
    assertThat(browser.count("#stages .badge:not(.succeeded):not(.reused)")).isZero();
    WebElement grid = browser.await("#grid");
    assertThat(grid.getDomAttribute("src")).endsWith("/samples.png");
    assertThat(((Number) browser.script("return document.querySelector('#grid').naturalWidth")))
        .isNotEqualTo(0L);
    // untrained, after 800, 1600 and at the end
    assertThat(browser.await("#moment").getDomAttribute("max")).isEqualTo("3");
    for (String chart : List.of("#loss", "#weights", "#curve")) {
      browser.await(chart + " canvas");
    }
    assertThat(browser.count("#lineage tbody tr")).isGreaterThanOrEqualTo(8);
    assertThat(browser.count("#cost tbody tr")).isGreaterThanOrEqualTo(8);
    assertThat(
            browser.script(
                "return [...document.images].filter(i => i.complete && !i.naturalWidth).length"))
        .as("pictures that are broken")
        .isEqualTo(0L);
    shoot("run", DESKTOP);
    shoot("run-top", DESKTOP, 900);
    shoot("run-phone", PHONE);
    browser.dark(true);
    shoot("run-dark", DESKTOP);
    browser.dark(false);
    assertNoComplaints();
  }

  @Test
  @Order(2)
  void anotherIsCancelledAndComparedWithIt() throws Exception {
    assumeTrue(browser != null, "there is no chromium with its chromedriver on this machine");
    // given one that goes on
    browser.click("nav a[href='#/new']");
    browser.fill("name", "stopped");
    browser.fill("seed", 8);
    browser.await("#start:not(:disabled)");
    browser.click("#start");

    // when
    browser.click("#cancel");

    // then
    browser.await("#status .badge.cancelled", Duration.ofSeconds(60));
    assertThat(browser.text()).contains("requested in the console");

    // when both are chosen in the list
    browser.click("nav a[href='#/']");
    browser.await("#runs tbody tr:nth-child(2)");
    browser.click("#runs tbody tr:nth-child(1) input");
    browser.click("#runs tbody tr:nth-child(2) input");
    browser.click("a[href^='#/compare/']");

    // then they stand side by side
    browser.await("#compared tbody tr:nth-child(5)");
    assertThat(browser.text()).contains("seed 8", "console", "stopped", "Fréchet distance");
    shoot("compare", DESKTOP);
    assertNoComplaints();
  }

  @Test
  @Order(3)
  void afterARestartAmongTwoHundredRunsAllIsAsBefore() throws Exception {
    // given two hundred more runs in Kafka and the store
    MinioObjectStore store = shared.store();
    try (EventSender sender = new EventSender(shared.system().connection().kafkaClients())) {
      IntStream.range(0, RUNS).parallel().forEach(i -> fail(store, sender, i));
    }
    JsonNode list = settled();
    assertThat(list.findValuesAsText("status"))
        .filteredOn("failed"::equals)
        .hasSizeGreaterThanOrEqualTo(RUNS);
    String newest = list.get(list.size() - 1).get("id").asText();
    JsonNode page = json("/api/runs/" + newest);

    // when
    Replica console = Replica.of(Service.CONSOLE);
    shared.system().kill(console);
    shared.system().start(console);

    // then
    assertThat(settled()).isEqualTo(list);
    assertThat(json("/api/runs/" + newest)).isEqualTo(page);
    if (browser != null) {
      lookAtTheList();
    }
  }

  private static void fail(MinioObjectStore store, EventSender sender, int number) {
    Run run =
        new Run(
            "earlier-" + number,
            RunSpec.of(DatasetSpec.of("/data/number-" + number)),
            Instant.parse("2026-01-01T00:00:00Z").plusSeconds(number));
    RunFailed failure =
        new RunFailed(run.id(), "import", "there is no data set", "give one", run.requestedAt());
    new RunFolder(store, run.id()).request(run);
    new RunFolder(store, run.id()).failed(failure);
    sender.send(new RunRequested(run));
    sender.send(failure);
  }

  private void lookAtTheList() throws Exception {
    browser.open(base() + "/");
    browser.await("#runs tbody tr:nth-child(" + RUNS + ")");
    shoot("list", DESKTOP, 900);
    shoot("list-phone", PHONE, 900);
    browser.click("#runs tbody tr:nth-child(2) a");
    browser.await("#quality");
    String run = browser.address();
    // measured, not judged: machines differ
    browser.open("about:blank");
    browser.open(run);
    browser.await("#quality");
    System.out.printf(
        "a finished run's page with %d runs: shown after %s ms%n",
        RUNS,
        browser.script(
            "return Math.round(performance.getEntriesByName('run-shown')[0].startTime)"));
    assertNoComplaints();
  }

  private static String screenshots() {
    return System.getProperty("winnow.screenshots", "");
  }

  private void assertNoComplaints() {
    // that a spec is refused while it is being written is no fault
    assertThat(browser.complaints())
        .filteredOn(text -> !text.contains("/api/spec/check"))
        .isEmpty();
  }

  /** The list, once it has not changed for a while. */
  private JsonNode settled() throws Exception {
    JsonNode before = json("/api/runs");
    while (true) {
      Thread.sleep(1_000);
      JsonNode now = json("/api/runs");
      if (now.equals(before)) {
        return now;
      }
      before = now;
    }
  }

  private String base() {
    return shared.system().connection().services().get(Service.CONSOLE.folder());
  }

  private JsonNode json(String path) throws IOException, InterruptedException {
    HttpResponse<byte[]> answer =
        http.send(
            HttpRequest.newBuilder(URI.create(base() + path)).build(),
            HttpResponse.BodyHandlers.ofByteArray());
    assertThat(answer.statusCode()).as(path).isEqualTo(200);
    return Json.parse(answer.body(), JsonNode.class, path);
  }

  private void shoot(String name, int width) throws IOException, InterruptedException {
    shoot(name, width, LONG_PAGE);
  }

  private void shoot(String name, int width, int most) throws IOException, InterruptedException {
    Path into =
        screenshots().isEmpty()
            ? folder.resolve("screenshots")
            : Path.of(System.getProperty("winnow.root")).resolve(screenshots());
    browser.shoot(into.resolve(name + ".png"), width, most);
    browser.size(DESKTOP, 900);
  }
}
