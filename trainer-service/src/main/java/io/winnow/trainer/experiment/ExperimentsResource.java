package io.winnow.trainer.experiment;

import io.smallrye.common.annotation.Blocking;
import io.winnow.contracts.InvalidInputException;
import io.winnow.contracts.run.Experiment;
import io.winnow.stage.rest.Problem;
import io.winnow.stage.rest.Problems;
import io.winnow.store.artifact.ArtifactStore;
import io.winnow.store.artifact.ExperimentFolder;
import io.winnow.store.object.ObjectStore;
import io.winnow.store.object.StoreUnavailableException;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.Response.Status;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** {@code GET /experiments}: what {@code winnow experiment} planned, and how far it is. */
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
  @Operation(summary = "Ids of all experiments")
  @APIResponse(responseCode = "200", description = "In order")
  public Response all() {
    return answer(() -> Response.ok(ExperimentFolder.experiments(store)).build());
  }

  @GET
  @Path("{id}")
  @Produces(MediaType.APPLICATION_JSON)
  @Blocking
  @Operation(summary = "An experiment, its runs, and where each stands")
  @APIResponse(
      responseCode = "200",
      description = "As it is now",
      content = @Content(schema = @Schema(implementation = ExperimentView.class)))
  @APIResponse(
      responseCode = "404",
      description = "There is no such experiment",
      content = @Content(schema = @Schema(implementation = Problem.class)))
  @APIResponse(
      responseCode = "503",
      description = "The store is away: try again later",
      content = @Content(schema = @Schema(implementation = Problem.class)))
  public Response one(String id) {
    return answer(
        () -> {
          ExperimentFolder folder = new ExperimentFolder(store, id);
          Optional<Experiment> plan = folder.plan();
          if (plan.isEmpty()) {
            return unknown(id);
          }
          boolean reported = folder.find(ExperimentFolder.FIGURES).isPresent();
          String report = reported ? "/experiments/" + id + "/report" : null;
          return Response.ok(ExperimentView.of(store, plan.get(), report)).build();
        });
  }

  @GET
  @Path("{id}/report")
  @Produces({MediaType.TEXT_HTML, MediaType.APPLICATION_JSON})
  @Blocking
  @Operation(summary = "The report, one page", description = "As of its last run.")
  @APIResponse(
      responseCode = "200",
      description = "The page",
      content = @Content(mediaType = MediaType.TEXT_HTML))
  @APIResponse(
      responseCode = "404",
      description = "There is no such experiment, or no report of it yet",
      content = @Content(schema = @Schema(implementation = Problem.class)))
  public Response report(String id) {
    return answer(
        () ->
            new ExperimentFolder(store, id)
                .find(ExperimentFolder.PAGE)
                .map(page -> Response.ok(page, MediaType.TEXT_HTML_TYPE.withCharset("utf-8")))
                .map(Response.ResponseBuilder::build)
                .orElseGet(() -> unknown(id)));
  }

  private Response unknown(String id) {
    List<String> known = ExperimentFolder.experiments(store);
    return Problems.of(
        Status.NOT_FOUND,
        "there is no experiment \"" + id + "\", or no report of it yet",
        known.isEmpty()
            ? "begin one with \"winnow experiment SPEC.json\""
            : "GET /experiments lists them; the last is " + known.get(known.size() - 1));
  }

  private static Response answer(Supplier<Response> asked) {
    try {
      return asked.get();
    } catch (InvalidInputException e) {
      return Problems.of(e);
    } catch (StoreUnavailableException e) {
      return Problems.of(e);
    }
  }
}
