package io.winnow.selector;

import io.smallrye.common.annotation.Blocking;
import io.winnow.artifacts.LossTable;
import io.winnow.artifacts.features.Features;
import io.winnow.contracts.InvalidInputException;
import io.winnow.contracts.Json;
import io.winnow.contracts.Lineage;
import io.winnow.contracts.LineageKey;
import io.winnow.contracts.event.FeaturesReady;
import io.winnow.contracts.event.Subject;
import io.winnow.contracts.run.Run;
import io.winnow.contracts.spec.DatasetSpec;
import io.winnow.contracts.spec.ReweightSpec;
import io.winnow.contracts.spec.RunSpec;
import io.winnow.contracts.spec.RunSpecBuilder;
import io.winnow.datasets.Dataset;
import io.winnow.stage.jobs.JobView;
import io.winnow.stage.rest.Problem;
import io.winnow.stage.rest.Problems;
import io.winnow.store.artifact.Address;
import io.winnow.store.artifact.Artifact;
import io.winnow.store.artifact.ArtifactStore;
import io.winnow.store.object.StoreUnavailableException;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.headers.Header;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/**
 * {@code POST /selections}: a coreset from features that are kept, without a run. It is the
 * artifact that a run with the same settings makes, at the same address, so that either reuses the
 * other's.
 */
@Path("/selections")
@Tag(name = "selections", description = "Coresets from features that are kept")
public class SelectionsResource {
  private static final int DIGEST_SHOWN = 12;

  private final ArtifactStore store;
  private final ArtifactResolver artifacts;
  private final SelectStage select;
  private final SelectionWorker worker;

  SelectionsResource(
      ArtifactStore store, ArtifactResolver artifacts, SelectStage select, SelectionWorker worker) {
    this.store = store;
    this.artifacts = artifacts;
    this.select = select;
    this.worker = worker;
  }

  @POST
  @Consumes(MediaType.APPLICATION_JSON)
  @Produces(MediaType.APPLICATION_JSON)
  @Blocking
  @Operation(
      summary = "Selects again from features that are kept",
      description =
          "Answers with the coreset if it is there, or begins a job that makes it. Ask again once"
              + " the job is done. Equal requests have one coreset, which runs with the same"
              + " settings reuse.")
  @RequestBody(
      required = true,
      description = "What to select; only the data set has no default",
      content = @Content(schema = @Schema(implementation = SelectionRequest.class)))
  @APIResponse(
      responseCode = "200",
      description = "The coreset, which was there",
      content = @Content(schema = @Schema(implementation = SelectionView.class)))
  @APIResponse(
      responseCode = "202",
      description = "The job that makes it, or that was making it already",
      headers = @Header(name = "Location", description = "the job, /jobs/{id}"),
      content = @Content(schema = @Schema(implementation = JobView.class)))
  @APIResponse(
      responseCode = "400",
      description = "Nothing can be selected like that",
      content = @Content(schema = @Schema(implementation = Problem.class)))
  @APIResponse(
      responseCode = "503",
      description = "Too many requests are waiting, or the store is away: try again later",
      content = @Content(schema = @Schema(implementation = Problem.class)))
  public Response select(byte[] body) {
    try {
      FeaturesReady event = event(request(body));
      Address address = select.address(event);
      Optional<Artifact> there = store.reuse(address.path());
      if (there.isPresent()) {
        Lineage lineage = event.lineage();
        return Response.ok(
                SelectionView.of(
                    there.get(),
                    lineage.require(LineageKey.DATASET),
                    lineage.require(LineageKey.FEATURES)))
            .build();
      }
      JobView job = worker.submit(named(event, address), address);
      return Response.accepted(job).location(URI.create("/jobs/" + job.id())).build();
    } catch (InvalidInputException e) {
      return Problems.of(e);
    } catch (StoreUnavailableException e) {
      return Problems.of(e);
    } catch (RejectedExecutionException e) {
      return Problems.later("too many selections are waiting");
    }
  }

  private static SelectionRequest request(byte[] body) {
    byte[] json = body == null || body.length == 0 ? "{}".getBytes(StandardCharsets.UTF_8) : body;
    return Json.parse(json, SelectionRequest.class, "the request");
  }

  /** What a run would say that has come as far as its features. */
  private FeaturesReady event(SelectionRequest asked) {
    Artifact dataset = artifacts.dataset(asked.dataset());
    Artifact features = artifacts.features(dataset.ref(), asked.features(), asked.encoder());
    SelectStage.requireFit(
        asked.selection(),
        Dataset.open(store, dataset.ref()),
        Features.open(store, features.ref()));
    RunSpec spec =
        RunSpecBuilder.builder()
            .dataset(DatasetSpec.of(dataset.ref().address()))
            .selection(asked.selection())
            .reweight(reweight(asked, dataset))
            .seed(asked.seed())
            .build();
    return new FeaturesReady(
        new Run("selection", spec, Instant.EPOCH),
        Lineage.of(dataset.ref()).with(LineageKey.FEATURES, features.ref()),
        Subject.DATASET);
  }

  // no weights are derived here, so the reference need not have the noise schedule of a proxy
  private ReweightSpec reweight(SelectionRequest asked, Artifact dataset) {
    String reference = null;
    if (asked.selection().ranksByLosses()) {
      reference =
          asked.reference() != null
              ? artifacts.model(asked.reference())
              : artifacts.referenceOfLosses(
                  dataset.ref(), LossTable.Draws.of(asked.selection(), asked.seed()));
    }
    return ReweightSpec.of("uniform", reference);
  }

  /** Equal selections have one name, so that those who ask at the same time follow one job. */
  private static FeaturesReady named(FeaturesReady event, Address address) {
    String id = "selection-" + address.digest().substring(0, DIGEST_SHOWN);
    Run run = event.run();
    return new FeaturesReady(
        new Run(id, run.spec(), run.requestedAt()), event.lineage(), event.subject());
  }
}
