package io.winnow.stage.rest;

import io.winnow.stage.jobs.JobRegistry;
import io.winnow.stage.jobs.JobState;
import io.winnow.stage.jobs.JobView;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestQuery;

/** {@code GET /jobs} and {@code GET /jobs/{id}} of every service. */
@Path("/jobs")
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "jobs", description = "Running and recent jobs of this process")
public class JobsResource {
  private final JobRegistry jobs;

  public JobsResource(JobRegistry jobs) {
    this.jobs = jobs;
  }

  @GET
  @Operation(summary = "Lists running and recent jobs, newest first")
  public List<JobView> list(
      @Schema(description = "only jobs of this run") @RestQuery String run,
      @Schema(description = "only jobs in this state") @RestQuery JobState state) {
    return jobs.all().stream()
        .filter(job -> run == null || run.equals(job.run()))
        .filter(job -> state == null || state == job.state())
        .toList();
  }

  @GET
  @Path("{id}")
  @Operation(summary = "Returns one job")
  @APIResponse(
      responseCode = "200",
      description = "The job",
      content = @Content(schema = @Schema(implementation = JobView.class)))
  @APIResponse(
      responseCode = "404",
      description = "This process has no such job",
      content = @Content(schema = @Schema(implementation = Problem.class)))
  public Response one(String id) {
    return jobs.find(id)
        .map(job -> Response.ok(job).build())
        .orElseGet(
            () ->
                Problems.of(
                    Response.Status.NOT_FOUND,
                    "this process has no job \"" + id + "\"",
                    "use an id from GET /jobs; old jobs are removed from the list"));
  }
}
