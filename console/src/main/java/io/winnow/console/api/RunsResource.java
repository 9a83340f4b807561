package io.winnow.console.api;

import io.smallrye.common.annotation.Blocking;
import io.smallrye.mutiny.Multi;
import io.winnow.console.artifact.ArtifactView;
import io.winnow.console.artifact.Curves;
import io.winnow.console.artifact.RunArtifacts;
import io.winnow.console.run.LiveView;
import io.winnow.console.run.RunIndex;
import io.winnow.console.run.RunListItem;
import io.winnow.contracts.Json;
import io.winnow.contracts.run.RunStatus;
import io.winnow.contracts.spec.RunSpec;
import io.winnow.stage.rest.Problem;
import io.winnow.stage.rest.Problems;
import io.winnow.store.artifact.RunContents;
import io.winnow.store.artifact.RunFolder;
import io.winnow.store.object.ObjectStore;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestStreamElementType;

/** Lists, shows, submits and cancels runs. */
@Path("/api/runs")
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "runs", description = "Lists, shows, submits and cancels runs")
@Blocking
public class RunsResource {
  private static final Duration TICK = Duration.ofMillis(500);

  private final RunIndex index;
  private final RunArtifacts artifacts;
  private final RunRequests requests;
  private final ObjectStore objects;

  RunsResource(RunIndex index, RunArtifacts artifacts, RunRequests requests, ObjectStore objects) {
    this.index = index;
    this.artifacts = artifacts;
    this.requests = requests;
    this.objects = objects;
  }

  /** A submitted run. */
  @Schema(name = "Submitted", description = "A submitted run")
  public record Submitted(String run) {}

  /** Why a run is cancelled. */
  @Schema(name = "Cancel", description = "Why a run is cancelled")
  public record Cancel(String reason) {}

  @GET
  @Operation(summary = "All runs, newest first")
  public List<RunListItem> list() {
    return index.items();
  }

  @POST
  @Consumes(MediaType.APPLICATION_JSON)
  @Operation(
      summary = "Submits a run",
      description = "Returns once the broker has the request; the run may have to wait for others.")
  @RequestBody(
      required = true,
      description = "The run spec; only dataset.source is required",
      content = @Content(schema = @Schema(implementation = RunSpec.class)))
  @APIResponse(
      responseCode = "201",
      description = "Submitted",
      content = @Content(schema = @Schema(implementation = Submitted.class)))
  @APIResponse(
      responseCode = "400",
      description = "The spec is invalid",
      content = @Content(schema = @Schema(implementation = Problem.class)))
  @APIResponse(responseCode = "401", description = "The API token is missing or wrong")
  @APIResponse(
      responseCode = "503",
      description = "Kafka or the store is unavailable: try again later",
      content = @Content(schema = @Schema(implementation = Problem.class)))
  public Response submit(byte[] body) {
    if (!requests.brokerAnswers()) {
      return Problems.later("Kafka is unavailable");
    }
    String run = requests.submit(requests.spec(body)).id();
    return Response.created(URI.create("/api/runs/" + run)).entity(new Submitted(run)).build();
  }

  @GET
  @Path("changes")
  @Produces(MediaType.SERVER_SENT_EVENTS)
  @RestStreamElementType(MediaType.TEXT_PLAIN)
  @Operation(
      summary = "An event stream with a number per change of the list, at most two per second")
  public Multi<Long> changes() {
    return ticks(index::version);
  }

  @GET
  @Path("{run}")
  @Operation(summary = "One run: request, stages, report")
  @APIResponse(
      responseCode = "200",
      description = "The run",
      content = @Content(schema = @Schema(implementation = RunPage.class)))
  @APIResponse(
      responseCode = "404",
      description = "No such run",
      content = @Content(schema = @Schema(implementation = Problem.class)))
  public Response one(String run) {
    RunContents stored = new RunFolder(objects, run).contents();
    return index
        .live(run)
        .map(
            live ->
                Response.ok(
                        new RunPage(run, stored.request(), live, stored.stages(), stored.report()))
                    .build())
        .orElseGet(() -> unknown(run));
  }

  @GET
  @Path("{run}/live")
  @Produces(MediaType.SERVER_SENT_EVENTS)
  @RestStreamElementType(MediaType.APPLICATION_JSON)
  @Operation(summary = "An event stream with the progress of a run, at most two events per second")
  public Multi<LiveView> live(String run) {
    return ticks(() -> index.version(run))
        .map(version -> index.live(run))
        .filter(Optional::isPresent)
        .map(Optional::get);
  }

  @GET
  @Path("{run}/lineage")
  @Operation(summary = "The artifacts that a run has made or reused so far, and their inputs")
  public List<ArtifactView> lineage(String run) {
    return artifacts.lineage(run);
  }

  @GET
  @Path("{run}/curves")
  @Operation(summary = "Training loss and class weights")
  public Curves curves(String run) {
    return artifacts.curves(run);
  }

  @POST
  @Path("{run}/cancel")
  @Consumes(MediaType.APPLICATION_JSON)
  @Operation(summary = "Cancels a run; its artifacts stay in the store")
  @RequestBody(content = @Content(schema = @Schema(implementation = Cancel.class)))
  @APIResponse(responseCode = "202", description = "The services stop within seconds")
  @APIResponse(responseCode = "401", description = "The API token is missing or wrong")
  @APIResponse(
      responseCode = "404",
      description = "No such run",
      content = @Content(schema = @Schema(implementation = Problem.class)))
  @APIResponse(
      responseCode = "409",
      description = "The run has ended",
      content = @Content(schema = @Schema(implementation = Problem.class)))
  public Response cancel(String run, byte[] body) {
    String reason =
        body == null || body.length == 0
            ? null
            : Json.parse(body, Cancel.class, "the request").reason();
    RunStatus status = index.item(run).map(RunListItem::status).orElse(null);
    if (status == null) {
      return unknown(run);
    }
    if (status != RunStatus.RUNNING) {
      return Problems.of(
          Response.Status.CONFLICT,
          "run " + run + " has ended: " + status,
          "there is nothing to cancel");
    }
    if (!requests.brokerAnswers()) {
      return Problems.later("Kafka is unavailable");
    }
    requests.cancel(run, reason);
    return Response.accepted().build();
  }

  private static Response unknown(String run) {
    return Problems.of(
        Response.Status.NOT_FOUND, "there is no run \"" + run + "\"", "GET /api/runs lists them");
  }

  /** The current version, and then each new one. */
  private static Multi<Long> ticks(LongSupplier version) {
    AtomicLong last = new AtomicLong(Long.MIN_VALUE);
    return Multi.createFrom()
        .ticks()
        .every(TICK)
        .onOverflow()
        .drop()
        .map(tick -> version.getAsLong())
        .filter(now -> last.getAndSet(now) != now);
  }
}
