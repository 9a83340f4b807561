package io.winnow.integration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.winnow.chaos.DrawnImages;
import io.winnow.contracts.Json;
import io.winnow.contracts.run.Experiment;
import io.winnow.contracts.run.Experiment.Member;
import io.winnow.experiments.ExperimentRunner;
import io.winnow.experiments.ExperimentSpec;
import io.winnow.experiments.Findings;
import io.winnow.experiments.Planner;
import io.winnow.experiments.Reporter;
import io.winnow.local.client.PlainDisplay;
import io.winnow.local.client.RunClient;
import io.winnow.local.client.SpecResolver;
import io.winnow.local.system.LocalSystem;
import io.winnow.local.system.Service;
import io.winnow.repository.PrometheusQueries;
import io.winnow.store.artifact.ExperimentFolder;
import io.winnow.store.artifact.RunFolder;
import io.winnow.store.object.MinioObjectStore;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An experiment through the real services, stopped in the middle and gone on with. */
class ExperimentIT {
  private static final String SPEC =
      """
      {"name": "tiny", "datasets": ["images"],
       "run": {
         "dataset": {"holdout": 0.2},
         "surrogate": {"images": 640, "batch": 32},
         "reweight": {"method": "uniform", "referenceImages": 320, "proxyImages": 320, "batch": 16,
                      "model": {"channels": 16, "channelMultipliers": [1], "resBlocksPerLevel": 1, "attentionResolutions": []}},
         "model": {"channels": 16, "channelMultipliers": [1], "resBlocksPerLevel": 1, "attentionResolutions": []},
         "training": {"images": 640, "batch": 16, "snapshotImages": 320},
         "sampling": {"images": 200, "curveImages": 100, "steps": 4, "gridPerClass": 2}},
       "arms": [
         {"name": "full", "run": {"selection": {"criterion": "random", "ratio": 1}}},
         {"name": "gaussian+dro", "run": {"selection": {"criterion": "gaussian"},
                                          "reweight": {"method": "dro"}}}],
       "ratios": [0.5]}
      """;

  @TempDir static Path folder;

  @Test
  void goesOnWhereItWasStopped() throws Exception {
    // given an experiment whose system was stopped after the first run
    DrawnImages.write(folder.resolve("images"), 150);
    ExperimentSpec spec =
        Json.parse(SPEC.getBytes(StandardCharsets.UTF_8), ExperimentSpec.class, "the experiment");
    Planner planner = new Planner(spec, folder, null);
    try (Session session = new Session()) {
      Experiment experiment = session.plan(planner);
      String first = experiment.runs().get(0).run();
      assertThatThrownBy(
              () ->
                  session.run(
                      experiment,
                      () ->
                          new RunFolder(session.store, first).report().isPresent()
                              ? Optional.of("stopped by the test")
                              : Optional.empty()))
          .hasMessageContaining("stopped by the test");
    }

    // when it is asked for again, and its system tells a collector what it does
    try (TraceCollector collector = new TraceCollector();
        Session session = new Session(collector.settings())) {
      Instant again = Instant.now();
      Experiment experiment = session.plan(planner);
      ExperimentRunner.Outcome outcome = session.run(experiment, Optional::empty);

      // then the first run is the one that was through, and each run was made once
      assertThat(outcome.missing()).isEmpty();
      Member full = experiment.runs().get(0);
      assertThat(outcome.reports().get(full.run()).run().requestedAt()).isBefore(again);
      assertThat(RunFolder.runs(session.store))
          .containsExactlyElementsOf(experiment.runs().stream().map(Member::run).toList());

      // and the report has every figure
      Reporter.Written written =
          new Reporter(session.store).write(experiment, outcome, folder.resolve("report"));
      assertThat(written.findings().arms())
          .extracting(Findings.Arm::title)
          .containsExactly("full", "gaussian+dro 50 %");
      Findings.Arm dro = written.findings().arms().get(1);
      assertThat(dro.overheadSeconds().mean()).isPositive();
      assertThat(dro.kid().values()).hasSize(1);
      assertThat(written.findings().arms().get(0).timesFaster().mean()).isEqualTo(1);
      assertThat(Files.readString(written.page()))
          .contains("Time to the quality of full", "data:image/png;base64,")
          .doesNotContain("src=\"http");

      // and the trainer tells of it
      String view = session.get("/experiments/" + experiment.id());
      assertThat(view).contains("\"evaluated\":2", "/experiments/" + experiment.id() + "/report");
      assertThat(session.get("/experiments/" + experiment.id() + "/report"))
          .isEqualTo(Files.readString(written.page()));

      // and whatever dashboard and alerts ask for is there to be asked
      assertThat(session.metrics()).containsAll(PrometheusQueries.metrics());

      // and every stage of the run is in one trace, whichever service did it
      String last = experiment.runs().get(1).run();
      collector.await(
          last,
          Set.of(
              "import",
              "surrogate",
              "encode",
              "select",
              "train-reference",
              "reweight",
              "train",
              "sample",
              "encode-samples",
              "evaluate"));
    }
  }

  /** One start of the system on one home. */
  private static final class Session implements AutoCloseable {
    private final LocalSystem system;
    private final MinioObjectStore store;
    private final RunClient client;

    Session() throws Exception {
      this(Map.of());
    }

    Session(Map<Service, Map<String, String>> properties) throws Exception {
      system = LocalSystem.start(TestRuns.options(folder.resolve("home"), 1, properties));
      store = new MinioObjectStore(system.connection().store());
      client = new RunClient(system.connection().kafkaClients(), store);
    }

    Experiment plan(Planner planner) {
      return new ExperimentFolder(store, planner.id()).plan(planner.plan(() -> null).experiment());
    }

    ExperimentRunner.Outcome run(Experiment experiment, Supplier<Optional<String>> trouble)
        throws InterruptedException {
      Instant deadline = Instant.now().plus(Duration.ofMinutes(8));
      return new ExperimentRunner(
              client,
              store,
              member -> new SpecResolver(store, true).resolve(member.spec(), folder),
              System.out,
              member -> new PlainDisplay(System.out),
              () ->
                  Instant.now().isAfter(deadline)
                      ? Optional.of("no end after 8 minutes")
                      : trouble.get().or(system::failure))
          .run(experiment, 1, false, null);
    }

    String get(String path) throws Exception {
      return get(Service.TRAINER, path);
    }

    Set<String> metrics() throws Exception {
      Set<String> shown = new TreeSet<>();
      for (Service service : Service.WORKERS) {
        shown.addAll(PrometheusQueries.exported(get(service, "/q/metrics")));
      }
      return shown;
    }

    private String get(Service service, String path) throws Exception {
      URI uri = URI.create(system.connection().services().get(service.folder())).resolve(path);
      return HttpClient.newHttpClient()
          .send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString())
          .body();
    }

    @Override
    public void close() {
      client.close();
      store.close();
      system.close();
    }
  }
}
