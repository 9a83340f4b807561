package io.winnow.trainer.experiment;

import io.smallrye.common.annotation.Blocking;
import io.winnow.contracts.run.Experiment;
import io.winnow.stage.rest.Problem;
import io.winnow.stage.rest.Problems;
import io.winnow.store.artifact.ArtifactStore;
import io.winnow.store.artifact.ExperimentFolder;
import io.winnow.store.object.ObjectStore;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.Response.Status;
import java.util.List;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** {@code GET /experiments}: the experiments of {@code winnow experiment} and their progress. */
@Path("/experiments")
@Tag(name = "experiments", description = "Runs that are compared with each other")
public class ExperimentsResource {

  private final ObjectStore store;

  ExperimentsResource(ArtifactStore artifacts) {
    this.store = artifacts.objects();
  }

  @GET
  @Produces(MediaType.APPLICATION_JSON)
  @Blocking
  @Operation(summary = "Lists the ids of all experiments")
  @APIResponse(responseCode = "200", description = "Sorted")
  public Response all() {
    return Response.ok(ExperimentFolder.experiments(store)).build();
  }

  @GET
  @Path("{id}")
  @Produces(MediaType.APPLICATION_JSON)
  @Blocking
  @Operation(summary = "Returns an experiment and the status of its runs")
  @APIResponse(
      responseCode = "200",
      description = "The experiment",
      content = @Content(schema = @Schema(implementation = ExperimentView.class)))
  @APIResponse(
      responseCode = "404",
      description = "There is no such experiment",
      content = @Content(schema = @Schema(implementation = Problem.class)))
  @APIResponse(
      responseCode = "503",
      description = "The store is unavailable: try again later",
      content = @Content(schema = @Schema(implementation = Problem.class)))
  public Response one(String id) {
    ExperimentFolder folder = new ExperimentFolder(store, id);
    Optional<Experiment> plan = folder.plan();
    if (plan.isEmpty()) {
      return unknown(id);
    }
    boolean reported = folder.find(ExperimentFolder.FIGURES).isPresent();
    String report = reported ? "/experiments/" + id + "/report" : null;
    return Response.ok(ExperimentView.of(store, plan.get(), report)).build();
  }

  @GET
  @Path("{id}/report")
  @Produces({MediaType.TEXT_HTML, MediaType.APPLICATION_JSON})
  @Blocking
  @Operation(summary = "Returns the report", description = "One page, as of the last run.")
  @APIResponse(
      responseCode = "200",
      description = "The page",
      content = @Content(mediaType = MediaType.TEXT_HTML))
  @APIResponse(
      responseCode = "404",
      description = "There is no such experiment, or it has no report yet",
      content = @Content(schema = @Schema(implementation = Problem.class)))
  public Response report(String id) {
    return new ExperimentFolder(store, id)
        .find(ExperimentFolder.PAGE)
        .map(page -> Response.ok(page, MediaType.TEXT_HTML_TYPE.withCharset("utf-8")))
        .map(Response.ResponseBuilder::build)
        .orElseGet(() -> unknown(id));
  }

  private Response unknown(String id) {
    List<String> known = ExperimentFolder.experiments(store);
    return Problems.of(
        Status.NOT_FOUND,
        "there is no experiment \"" + id + "\", or it has no report yet",
        known.isEmpty()
            ? "start one with \"winnow experiment SPEC.json\""
            : "GET /experiments lists them; the last is " + known.get(known.size() - 1));
  }
}
