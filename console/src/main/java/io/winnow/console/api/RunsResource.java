package io.winnow.console.api;

import io.smallrye.common.annotation.Blocking;
import io.smallrye.mutiny.Multi;
import io.winnow.console.artifact.Curves;
import io.winnow.console.artifact.MadeBy;
import io.winnow.console.artifact.RunArtifacts;
import io.winnow.console.run.LiveView;
import io.winnow.console.run.RunIndex;
import io.winnow.console.run.RunLine;
import io.winnow.contracts.Json;
import io.winnow.contracts.run.RunStatus;
import io.winnow.contracts.spec.RunSpec;
import io.winnow.stage.rest.Problem;
import io.winnow.stage.rest.Problems;
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

/** Runs: listed, looked at, asked for, cancelled. */
@Path("/api/runs")
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "runs", description = "Runs: listed, looked at, asked for, cancelled")
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

  /** Where a new run is. */
  @Schema(name = "Asked", description = "A run that was asked for")
  public record Asked(String run) {}

  /** Why a run is to end. */
  @Schema(name = "Cancel", description = "Why a run is to end")
  public record Cancel(String reason) {}

  @GET
  @Operation(summary = "All runs, the newest first")
  public List<RunLine> list() {
    return index.lines();
  }

  @POST
  @Consumes(MediaType.APPLICATION_JSON)
  @Operation(
      summary = "Asks for a run",
      description = "Answers once the broker has the request; the run may wait for others.")
  @RequestBody(
      required = true,
      description = "The spec; only {\"dataset\": {\"source\": …}} has no default",
      content = @Content(schema = @Schema(implementation = RunSpec.class)))
  @APIResponse(
      responseCode = "201",
      description = "It is asked for",
      content = @Content(schema = @Schema(implementation = Asked.class)))
  @APIResponse(
      responseCode = "400",
      description = "The spec is none",
      content = @Content(schema = @Schema(implementation = Problem.class)))
  @APIResponse(responseCode = "401", description = "Without the token of winnow.api.token")
  @APIResponse(
      responseCode = "503",
      description = "Kafka or the store is away: try again later",
      content = @Content(schema = @Schema(implementation = Problem.class)))
  public Response submit(byte[] body) {
    if (!requests.brokerAnswers()) {
      return Problems.later("Kafka is away");
    }
    String run = requests.submit(requests.spec(body)).id();
    return Response.created(URI.create("/api/runs/" + run)).entity(new Asked(run)).build();
  }

  @GET
  @Path("changes")
  @Produces(MediaType.SERVER_SENT_EVENTS)
  @RestStreamElementType(MediaType.TEXT_PLAIN)
  @Operation(summary = "A number whenever the list has changed, at most twice a second")
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
      description = "There is no such run",
      content = @Content(schema = @Schema(implementation = Problem.class)))
  public Response one(String run) {
    RunFolder folder = new RunFolder(objects, run);
    return index
        .live(run)
        .map(
            live ->
                Response.ok(
                        new RunPage(
                            run,
                            folder.request().orElse(null),
                            live,
                            folder.stages(),
                            folder.report().orElse(null)))
                    .build())
        .orElseGet(() -> unknown(run));
  }

  @GET
  @Path("{run}/live")
  @Produces(MediaType.SERVER_SENT_EVENTS)
  @RestStreamElementType(MediaType.APPLICATION_JSON)
  @Operation(summary = "How far a run is, whenever that has changed, at most twice a second")
  public Multi<LiveView> live(String run) {
    return ticks(() -> index.version(run))
        .map(version -> index.live(run))
        .filter(Optional::isPresent)
        .map(Optional::get);
  }

  @GET
  @Path("{run}/lineage")
  @Operation(summary = "What a run has made and found so far, and from what")
  public List<MadeBy> lineage(String run) {
    return artifacts.lineage(run);
  }

  @GET
  @Path("{run}/curves")
  @Operation(summary = "Loss and class weights over a run's trainings")
  public Curves curves(String run) {
    return artifacts.curves(run);
  }

  @POST
  @Path("{run}/cancel")
  @Consumes(MediaType.APPLICATION_JSON)
  @Operation(summary = "Asks for a run's end; what it has committed stays")
  @RequestBody(content = @Content(schema = @Schema(implementation = Cancel.class)))
  @APIResponse(responseCode = "202", description = "Services notice within seconds")
  @APIResponse(responseCode = "401", description = "Without the token of winnow.api.token")
  @APIResponse(
      responseCode = "404",
      description = "There is no such run",
      content = @Content(schema = @Schema(implementation = Problem.class)))
  @APIResponse(
      responseCode = "409",
      description = "It is over",
      content = @Content(schema = @Schema(implementation = Problem.class)))
  public Response cancel(String run, byte[] body) {
    String reason =
        body == null || body.length == 0
            ? null
            : Json.parse(body, Cancel.class, "the request").reason();
    RunStatus status = index.line(run).map(RunLine::status).orElse(null);
    if (status == null) {
      return unknown(run);
    }
    if (status != RunStatus.RUNNING) {
      return Problems.of(
          Response.Status.CONFLICT,
          "run " + run + " is over: " + status,
          "there is nothing to cancel");
    }
    if (!requests.brokerAnswers()) {
      return Problems.later("Kafka is away");
    }
    requests.cancel(run, reason);
    return Response.accepted().build();
  }

  private static Response unknown(String run) {
    return Problems.of(
        Response.Status.NOT_FOUND, "there is no run \"" + run + "\"", "GET /api/runs lists them");
  }

  /** The version now, and then each time that it has changed. */
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
