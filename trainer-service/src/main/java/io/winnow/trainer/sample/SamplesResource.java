package io.winnow.trainer.sample;

import io.smallrye.common.annotation.Blocking;
import io.winnow.contracts.InvalidInputException;
import io.winnow.contracts.Json;
import io.winnow.models.ModelFile;
import io.winnow.models.ModelSampler;
import io.winnow.models.sample.SampleRequest;
import io.winnow.stage.rest.Problem;
import io.winnow.stage.rest.Problems;
import io.winnow.store.artifact.Artifact;
import io.winnow.store.artifact.ArtifactStore;
import io.winnow.store.object.StoreUnavailableException;
import io.winnow.torch.engine.Torch;
import jakarta.inject.Provider;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.Response.Status;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/**
 * {@code POST /models/{id}/samples}: images on demand. They are drawn on a separate thread, one
 * request at a time, even while a training runs; they do not change its bits.
 */
@Path("/models")
@Tag(name = "models", description = "Trained diffusion models")
public class SamplesResource {
  private static final String PNG = "image/png";

  private final ArtifactStore store;
  private final Provider<Torch> torch;
  private final SamplingWorker worker;

  SamplesResource(ArtifactStore store, Provider<Torch> torch, SamplingWorker worker) {
    this.store = store;
    this.torch = torch;
    this.worker = worker;
  }

  @POST
  @Path("{id}/samples")
  @Consumes(MediaType.APPLICATION_JSON)
  @Produces({PNG, MediaType.APPLICATION_JSON})
  @Blocking
  @Operation(
      summary = "Draws images from a model",
      description =
          "Returns an image with one row per class, or a square of one class. Equal requests to the"
              + " same model return equal bytes.")
  @RequestBody(
      description = "What to draw; every field has a default, and the body may be empty",
      content = @Content(schema = @Schema(implementation = SampleRequest.class)))
  @APIResponse(
      responseCode = "200",
      description = "The image",
      content =
          @Content(
              mediaType = PNG,
              schema = @Schema(implementation = String.class, format = "binary")))
  @APIResponse(
      responseCode = "400",
      description = "The model cannot draw this",
      content = @Content(schema = @Schema(implementation = Problem.class)))
  @APIResponse(
      responseCode = "404",
      description = "There is no such model",
      content = @Content(schema = @Schema(implementation = Problem.class)))
  @APIResponse(
      responseCode = "503",
      description = "Too many requests are waiting, or the store is unavailable: try again later",
      content = @Content(schema = @Schema(implementation = Problem.class)))
  public CompletionStage<Response> draw(
      @Parameter(description = "digest of the model, from its address models/<digest>") String id,
      byte[] body) {
    try {
      Optional<Artifact> artifact = find(id);
      if (artifact.isEmpty()) {
        return done(
            Problems.of(
                Status.NOT_FOUND,
                "there is no diffusion model \"" + id + "\"",
                "use the digest of a model's address, as \"winnow status RUN --json\" shows it"));
      }
      ModelSampler drawing = ModelSampler.of(ModelFile.read(store, artifact.get()), request(body));
      return worker
          .submit(() -> drawing.draw(torch.get(), store, artifact.get()).png())
          .thenApply(png -> Response.ok(png, PNG).build())
          .exceptionally(SamplesResource::failed);
    } catch (InvalidInputException | StoreUnavailableException | RejectedExecutionException e) {
      return done(failed(e));
    }
  }

  // surrogates have addresses of the same form
  private Optional<Artifact> find(String id) {
    return id.matches("[0-9a-f]{64}")
        ? store
            .find("models/" + id)
            .filter(
                model ->
                    model.manifest().entries().stream()
                        .anyMatch(entry -> entry.name().equals(ModelFile.NAME)))
        : Optional.empty();
  }

  private static SampleRequest request(byte[] body) {
    return body == null || body.length == 0
        ? SampleRequest.defaults()
        : Json.parse(body, SampleRequest.class, "the request");
  }

  private static Response failed(Throwable thrown) {
    return Problems.of(thrown, "too many requests for samples are waiting");
  }

  private static CompletionStage<Response> done(Response response) {
    return CompletableFuture.completedFuture(response);
  }
}
