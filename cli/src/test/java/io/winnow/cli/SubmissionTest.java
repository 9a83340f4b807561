package io.winnow.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.winnow.contracts.ArtifactRef;
import io.winnow.contracts.Json;
import io.winnow.contracts.Lineage;
import io.winnow.contracts.ObjectRef;
import io.winnow.contracts.event.EventCodec;
import io.winnow.contracts.event.EventType;
import io.winnow.contracts.event.ModelEvaluated;
import io.winnow.contracts.event.RunCancel;
import io.winnow.contracts.event.RunFailed;
import io.winnow.contracts.event.RunProgress;
import io.winnow.contracts.event.RunRequested;
import io.winnow.contracts.run.Run;
import io.winnow.contracts.run.RunReport;
import io.winnow.contracts.run.StageRecord;
import io.winnow.local.client.EventSender;
import io.winnow.local.system.Home;
import io.winnow.local.testing.LiveServers;
import io.winnow.store.artifact.RunFolder;
import io.winnow.store.object.Digests;
import io.winnow.store.object.MinioObjectStore;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Commands against a real broker and store; the test plays the services' part. */
class SubmissionTest {
  @TempDir static Path folder;
  private static LiveServers servers;
  private static MinioObjectStore store;
  private static Path home;

  private Cli cli;
  private Path specs;

  @BeforeAll
  static void start() throws Exception {
    home = folder.resolve("home");
    servers = new LiveServers(new Home(home));
    store = servers.store();
  }

  @AfterAll
  static void stop() {
    store.close();
    servers.close();
  }

  @BeforeEach
  void specs() throws Exception {
    cli = new Cli(folder, home);
    specs = Files.createDirectories(folder.resolve("specs"));
    Files.createDirectories(specs.resolve("images"));
  }

  private Path spec(String json) throws Exception {
    return Files.writeString(specs.resolve("spec.json"), json);
  }

  @Test
  void publishesTheRunAsACloudEventWithAbsolutePaths() throws Exception {
    // given a spec with a data set, a surrogate and an autoencoder beside it
    byte[] surrogate = "a surrogate".getBytes(StandardCharsets.UTF_8);
    Files.write(specs.resolve("phi.pt"), surrogate);
    byte[] autoencoder = "an autoencoder".getBytes(StandardCharsets.UTF_8);
    Files.write(specs.resolve("vae.pt"), autoencoder);
    Path spec =
        spec(
            """
            {"name": "my run", "dataset": {"source": "images"}, "surrogate": {"source": "phi.pt"},
             "latent": {"autoencoder": "vae.pt"}, "selection": {"ratio": 0.1}, "seed": 7}
            """);

    // when
    int code = cli.run("submit", spec.toString(), "--json");

    // then the id is printed
    assertThat(cli.err()).isEmpty();
    assertThat(code).isZero();
    String id = Json.mapper().readTree(cli.out()).get("run").asText();
    assertThat(id).matches("\\d{8}-\\d{6}-my-run-[0-9a-f]{4}");

    // and the record says all that a CloudEvent must, keyed by the run
    ConsumerRecord<String, byte[]> record = last(EventType.RUN_REQUESTED, id);
    assertThat(header(record, "ce_specversion")).isEqualTo("1.0");
    assertThat(header(record, "ce_type")).isEqualTo("winnow.run.requested.v1");
    assertThat(header(record, "ce_source")).isEqualTo("/winnow/local");
    assertThat(header(record, "ce_id")).hasSize(36);
    assertThat(Instant.parse(header(record, "ce_time"))).isBefore(Instant.now().plusSeconds(1));
    assertThat(header(record, "content-type")).isEqualTo("application/json");

    // and its run is what was asked for, the surrogate being in the store
    Run run =
        ((RunRequested) EventCodec.decode(EventType.RUN_REQUESTED.topic(), record.value())).run();
    assertThat(run.id()).isEqualTo(id);
    assertThat(run.spec().seed()).isEqualTo(7);
    assertThat(run.spec().selection().ratio()).isEqualTo(0.1);
    assertThat(run.spec().dataset().source())
        .isEqualTo(specs.resolve("images").toAbsolutePath().toString());
    String key = "surrogates/" + Digests.sha256(surrogate) + "/phi.pt";
    assertThat(run.spec().surrogate().source()).isEqualTo(key);
    assertThat(store.find(key)).hasValue(surrogate);
    String latent = "autoencoders/" + Digests.sha256(autoencoder) + "/vae.pt";
    assertThat(run.spec().latent().autoencoder()).isEqualTo(latent);
    assertThat(store.find(latent)).hasValue(autoencoder);

    // and it is listed at once
    assertThat(new RunFolder(store, id).request()).hasValue(run);
    cli.run("status");
    assertThat(cli.out()).contains(id, "running").doesNotContain("No system is running");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{'dataset': {'source': 'imagse'}} | there is no data set at SPECS/imagse",
        "{'dataset': {'source': 'images'}, 'surrogate': {'source': 'phy.pt'}}"
            + "| 'phy.pt' is neither a file nor an object in the store",
        "{'dataset': {'source': 'images'}, 'latent': {'autoencoder': 'vea.pt'}}"
            + "| autoencoder 'vea.pt' is neither a file nor an object"
      })
  void rejectsMissingFiles(String json, String problem) throws Exception {
    // when
    int code = cli.run("submit", spec(json.replace('\'', '"')).toString());

    // then
    assertThat(code).isEqualTo(2);
    assertThat(cli.err()).contains(problem.replace('\'', '"').replace("SPECS", specs.toString()));
    assertThat(cli.err().lines()).hasSize(1);
  }

  @Test
  void leavesPathsOfARemoteSystemUnchanged() throws Exception {
    // given a system that the environment names
    Map<String, String> environment = servers.connection().environment();
    Cli elsewhere = new Cli(folder, folder.resolve("another home"), environment);

    // when
    int code =
        elsewhere.run("submit", spec("{\"dataset\": {\"source\": \"/data/mine\"}}").toString());

    // then
    assertThat(elsewhere.err()).isEmpty();
    assertThat(code).isZero();
    Run run = new RunFolder(store, elsewhere.out().strip()).request().orElseThrow();
    assertThat(run.spec().dataset().source()).isEqualTo("/data/mine");
  }

  @Test
  void waitingPrintsProgressAndThenTheReport() throws Exception {
    // given services that make a report of every run
    CompletableFuture<Void> services =
        answer(
            run -> {
              RunReport report = report(run);
              ObjectRef ref = new RunFolder(store, run.id()).report(report);
              return new ModelEvaluated(run, report.lineage(), ref);
            });

    // when
    int code =
        cli.run("submit", "--wait", spec("{\"dataset\": {\"source\": \"images\"}}").toString());

    // then
    services.get(10, TimeUnit.SECONDS);
    assertThat(cli.err()).isEmpty();
    assertThat(code).isZero();
    assertThat(cli.out())
        .contains("train            50 %  500/1,000 images  250/s  0:02 left")
        .containsPattern("images kept +\\| 3 of 12")
        .containsPattern("Fréchet distance +\\| +4\\.50")
        .containsPattern("seconds: encode +\\| +\\(7\\.0\\)");

    // when its report is asked for, then the pictures come with it
    String id = cli.out().replaceAll("(?s).*winnow report (\\S+).*", "$1");
    assertThat(cli.run("report", id, "-o", folder.resolve("out").toString())).isZero();
    assertThat(cli.out())
        .contains("cat   1.500", "dog   0.500", "Reused", "encode feedfeedfeed")
        .contains("samples by class: " + folder.resolve("out/samples.png"));
    assertThat(folder.resolve("out/samples.png")).hasContent("a picture");

    // and as JSON
    assertThat(cli.run("report", id, "--json")).isZero();
    JsonNode json = Json.mapper().readTree(cli.out());
    assertThat(json.at("/report/frechet").asDouble()).isEqualTo(4.5);
    assertThat(json.at("/pictures/samples by class").asText())
        .isEqualTo(home.resolve("reports").resolve(id).resolve("samples.png").toString());

    // and its end is in the list
    assertThat(cli.run("status", id)).isZero();
    assertThat(cli.out()).contains(id + ": succeeded");
    assertThat(cli.run("cancel", id)).isEqualTo(2);
    assertThat(cli.err()).contains("has already ended: succeeded");
  }

  @Test
  void aFailedRunIsExitCode1WithProblemAndRemedy() throws Exception {
    // given
    CompletableFuture<Void> services =
        answer(
            run ->
                new RunFailed(
                    run.id(), "import", "a.png has 4 channels", "convert to RGB", Instant.now()));

    // when
    int code =
        cli.run("submit", "--wait", spec("{\"dataset\": {\"source\": \"images\"}}").toString());

    // then
    services.get(10, TimeUnit.SECONDS);
    assertThat(code).isEqualTo(1);
    assertThat(cli.err())
        .startsWith("winnow: run ")
        .contains("failed in import: a.png has 4 channels (convert to RGB)");
    assertThat(cli.err().lines()).hasSize(1);
  }

  @Test
  void cancellingPublishesAnEventAndEndsTheWait() throws Exception {
    // given a run
    cli.run("submit", spec("{\"dataset\": {\"source\": \"images\"}}").toString());
    String id = cli.out().strip();

    // when
    int code = cli.run("cancel", id, "--reason", "changed my mind");

    // then
    assertThat(code).isZero();
    RunCancel cancel =
        (RunCancel)
            EventCodec.decode(EventType.RUN_CANCEL.topic(), last(EventType.RUN_CANCEL, id).value());
    assertThat(cancel.reason()).isEqualTo("changed my mind");

    // and a missing one is rejected
    assertThat(cli.run("cancel", "no-such-run")).isEqualTo(2);
    assertThat(cli.err()).contains("there is no run \"no-such-run\"", "winnow status");

    // and a report that is not there yet too
    assertThat(cli.run("report", id)).isEqualTo(2);
    assertThat(cli.err()).contains("has no report yet", "winnow status " + id);
  }

  @Test
  void aRunThatTheStoreDoesNotKnowIsCancelledByForce() throws Exception {
    // when
    int code = cli.run("cancel", "--force", "never-requested", "--reason", "blocks others");

    // then
    assertThat(code).as(cli.err()).isZero();
    ConsumerRecord<String, byte[]> record = last(EventType.RUN_CANCEL, "never-requested");
    RunCancel cancel = (RunCancel) EventCodec.decode(EventType.RUN_CANCEL.topic(), record.value());
    assertThat(cancel.runId()).isEqualTo("never-requested");
    assertThat(cancel.reason()).isEqualTo("blocks others");

    // and one that has ended, too, which is refused otherwise
    new RunFolder(store, "ended")
        .failed(new RunFailed("ended", "train", "why", "remedy", Instant.EPOCH));
    assertThat(cli.run("cancel", "ended")).isEqualTo(2);
    assertThat(cli.err()).contains("run ended has already ended: failed");
    assertThat(cli.run("cancel", "--force", "ended")).as(cli.err()).isZero();
    assertThat(last(EventType.RUN_CANCEL, "ended")).isNotNull();

    // but no id that services would refuse
    assertThat(cli.run("cancel", "--force", "../up")).isEqualTo(2);
    assertThat(cli.err()).contains("run id \"../up\" is not usable");
  }

  /** Sends some progress and then the end for the next run that is asked for. */
  private CompletableFuture<Void> answer(Function<Run, io.winnow.contracts.event.Event> end) {
    KafkaConsumer<String, byte[]> consumer = consumer(EventType.RUN_REQUESTED);
    consumer.seekToEnd(consumer.assignment());
    consumer.assignment().forEach(consumer::position);
    return CompletableFuture.runAsync(
        () -> {
          try (consumer;
              EventSender sender = new EventSender(servers.connection().kafkaClients())) {
            for (var records = consumer.poll(Duration.ZERO);
                true;
                records = consumer.poll(Duration.ofMillis(200))) {
              for (ConsumerRecord<String, byte[]> record : records) {
                Run run =
                    ((RunRequested)
                            EventCodec.decode(EventType.RUN_REQUESTED.topic(), record.value()))
                        .run();
                sender.send(
                    new RunProgress(
                        run.id(),
                        "train",
                        RunProgress.State.RUNNING,
                        500,
                        1000,
                        "images",
                        250,
                        2.0,
                        "models/1",
                        null,
                        null,
                        Instant.now()));
                sender.send(end.apply(run));
                return;
              }
            }
          }
        });
  }

  private static RunReport report(Run run) {
    ObjectRef picture = store.put("pictures/grid", "a picture".getBytes(StandardCharsets.UTF_8));
    ArtifactRef features =
        new ArtifactRef("features/" + "feed".repeat(16), "feed".repeat(16), picture);
    return new RunReport(
        run,
        Lineage.of(features),
        12,
        3,
        List.of("cat", "dog"),
        List.of(2L, 1L),
        List.of(1.5, 0.5),
        4.5,
        99.0,
        100,
        20,
        "surrogate feed",
        List.of(
            new StageRecord("encode", features, true, new StageRecord.Cost(7, 12), Instant.EPOCH),
            new StageRecord("train", features, false, new StageRecord.Cost(3, 60), Instant.EPOCH)),
        picture,
        null,
        null,
        null,
        List.of());
  }

  private static String header(ConsumerRecord<?, ?> record, String name) {
    return new String(record.headers().lastHeader(name).value(), StandardCharsets.UTF_8);
  }

  private static ConsumerRecord<String, byte[]> last(EventType type, String key) {
    try (KafkaConsumer<String, byte[]> consumer = consumer(type)) {
      consumer.seekToBeginning(consumer.assignment());
      Map<String, ConsumerRecord<String, byte[]>> found = new HashMap<>();
      long deadline = System.nanoTime() + Duration.ofSeconds(10).toNanos();
      while (!found.containsKey(key)) {
        assertThat(System.nanoTime()).as("no record of " + key).isLessThan(deadline);
        consumer.poll(Duration.ofMillis(200)).forEach(r -> found.put(r.key(), r));
      }
      return found.get(key);
    }
  }

  private static KafkaConsumer<String, byte[]> consumer(EventType type) {
    KafkaConsumer<String, byte[]> consumer =
        new KafkaConsumer<>(
            servers.connection().kafkaClients(),
            new StringDeserializer(),
            new ByteArrayDeserializer());
    consumer.assign(
        consumer.partitionsFor(type.topic()).stream()
            .map(p -> new TopicPartition(p.topic(), p.partition()))
            .toList());
    return consumer;
  }
}
