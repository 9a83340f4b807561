package io.winnow.console.api;

import io.winnow.contracts.InvalidInputException;
import io.winnow.contracts.event.RunCancel;
import io.winnow.contracts.event.RunRequested;
import io.winnow.contracts.run.Run;
import io.winnow.contracts.run.RunIds;
import io.winnow.contracts.spec.RunSpec;
import io.winnow.datasets.source.SourceFormats;
import io.winnow.stage.api.EventPublisher;
import io.winnow.store.artifact.RunFolder;
import io.winnow.store.object.ObjectStore;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;

/** Submits and cancels runs. */
@ApplicationScoped
class RunRequests {
  private static final int SECONDS = 3;

  private final EventPublisher publisher;
  private final ObjectStore objects;
  private final Admin admin;

  RunRequests(EventPublisher publisher, ObjectStore objects, Admin admin) {
    this.publisher = publisher;
    this.objects = objects;
    this.admin = admin;
  }

  /** Whether a broker answers: publishing would wait for one without a limit. */
  boolean brokerAnswers() {
    try {
      return !admin.describeCluster().nodes().get(SECONDS, TimeUnit.SECONDS).isEmpty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    } catch (ExecutionException | TimeoutException e) {
      return false;
    }
  }

  /**
   * @throws InvalidInputException the spec is invalid, or its surrogate or autoencoder is not in
   *     the store
   */
  RunSpec spec(byte[] json) {
    RunSpec spec = RunSpec.parse(json == null ? new byte[0] : json, "the spec");
    SourceFormats.require(spec.dataset().format());
    if (!spec.surrogate().trained()) {
      requireObject("surrogate", spec.surrogate().source());
    }
    if (spec.latent() != null) {
      requireObject("autoencoder", spec.latent().source());
    }
    return spec;
  }

  private void requireObject(String what, String key) {
    if (objects.stat(key).isEmpty()) {
      throw new InvalidInputException(
          "the " + what + " \"" + key + "\" is not in the store",
          "give the key of an object; \"winnow submit\" uploads a file");
    }
  }

  /** Returns once the broker and the store have the request. */
  Run submit(RunSpec spec) {
    Instant now = Instant.now().truncatedTo(ChronoUnit.MILLIS);
    Run run = new Run(RunIds.create(spec.name(), now), spec, now);
    publisher.publish(new RunRequested(run));
    // the encoder writes it too, but may be busy with another run
    new RunFolder(objects, run.id()).request(run);
    return run;
  }

  void cancel(String run, String reason) {
    publisher.publish(new RunCancel(run, reason, Instant.now()));
  }
}
