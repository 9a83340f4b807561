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
import io.winnow.local.client.SpecResolver;
import io.winnow.local.system.Service;
import io.winnow.repository.PrometheusQueries;
import io.winnow.store.artifact.ExperimentFolder;
import io.winnow.store.artifact.RunFolder;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** An experiment through the real services, interrupted by a restart of the system. */
@ExtendWith(SharedSystem.Extension.class)
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
  void resumesAfterARestart(SharedSystem shared) throws Exception {
    // given an experiment whose system was stopped after the first run
    Set<String> others = new TreeSet<>(RunFolder.runs(shared.store()));
    DrawnImages.write(folder.resolve("images"), 150);
    ExperimentSpec spec =
        Json.parse(SPEC.getBytes(StandardCharsets.UTF_8), ExperimentSpec.class, "the experiment");
    Planner planner = new Planner(spec, folder, null);
    Experiment interrupted = plan(shared, planner);
    String first = interrupted.runs().get(0).run();
    assertThatThrownBy(
            () ->
                run(
                    shared,
                    interrupted,
                    () ->
                        new RunFolder(shared.store(), first).report().isPresent()
                            ? Optional.of("stopped by the test")
                            : Optional.empty()))
        .hasMessageContaining("stopped by the test");
    shared.restart();

    // when it is started again
    Instant again = Instant.now();
    Experiment experiment = plan(shared, planner);
    ExperimentRunner.Outcome outcome = run(shared, experiment, Optional::empty);

    // then it keeps the first run, and there is one run per member
    assertThat(outcome.missing()).isEmpty();
    Member full = experiment.runs().get(0);
    assertThat(outcome.reports().get(full.run()).run().requestedAt()).isBefore(again);
    assertThat(RunFolder.runs(shared.store()).stream().filter(run -> !others.contains(run)))
        .containsExactlyElementsOf(experiment.runs().stream().map(Member::run).toList());

    // and the report has every figure
    Reporter.Written written =
        new Reporter(shared.store()).write(experiment, outcome, folder.resolve("report"));
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

    // and the trainer serves it
    String view = get(shared, Service.TRAINER, "/experiments/" + experiment.id());
    assertThat(view).contains("\"succeeded\":2", "/experiments/" + experiment.id() + "/report");
    assertThat(get(shared, Service.TRAINER, "/experiments/" + experiment.id() + "/report"))
        .isEqualTo(Files.readString(written.page()));

    // and the services export every metric that the dashboard and the alerts query
    assertThat(metrics(shared)).containsAll(PrometheusQueries.metrics());

    // and one trace has every stage of the run, across services
    String last = experiment.runs().get(1).run();
    shared
        .traces()
        .await(
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

  private static Experiment plan(SharedSystem shared, Planner planner) {
    return new ExperimentFolder(shared.store(), planner.id())
        .plan(planner.plan(() -> null).experiment());
  }

  private static ExperimentRunner.Outcome run(
      SharedSystem shared, Experiment experiment, Supplier<Optional<String>> trouble)
      throws InterruptedException {
    Instant deadline = Instant.now().plus(Duration.ofMinutes(8));
    return new ExperimentRunner(
            shared.client(),
            shared.store(),
            member -> new SpecResolver(shared.store(), true).resolve(member.spec(), folder),
            System.out,
            member -> new PlainDisplay(System.out),
            () ->
                Instant.now().isAfter(deadline)
                    ? Optional.of("no end after 8 minutes")
                    : trouble.get().or(shared.system()::failure))
        .run(experiment, 1, false, null);
  }

  private static Set<String> metrics(SharedSystem shared) throws Exception {
    Set<String> exported = new TreeSet<>();
    for (Service service : Service.WORKERS) {
      exported.addAll(PrometheusQueries.exported(get(shared, service, "/q/metrics")));
    }
    return exported;
  }

  private static String get(SharedSystem shared, Service service, String path) throws Exception {
    URI uri =
        URI.create(shared.system().connection().services().get(service.folder())).resolve(path);
    return HttpClient.newHttpClient()
        .send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString())
        .body();
  }
}
