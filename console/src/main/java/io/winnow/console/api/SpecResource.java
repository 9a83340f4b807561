package io.winnow.console.api;

import com.fasterxml.jackson.databind.JsonNode;
import io.smallrye.common.annotation.Blocking;
import io.winnow.contracts.Json;
import io.winnow.contracts.spec.DatasetSpec;
import io.winnow.contracts.spec.RunSpec;
import io.winnow.stage.rest.Problem;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** What a spec may say. */
@Path("/api/spec")
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "spec", description = "What a spec may say")
@Blocking
public class SpecResource {
  private static final String SCHEMA = "/io/winnow/contracts/schema/RunSpec.schema.json";

  private final RunRequests requests;
  private final ConsoleSettings settings;
  private final JsonNode schema;
  private final JsonNode defaults;

  SpecResource(RunRequests requests, ConsoleSettings settings) {
    this.requests = requests;
    this.settings = settings;
    this.schema = schema();
    // a source is the one thing that has to be said; it names the data set
    this.defaults = Json.mapper().valueToTree(RunSpec.of(DatasetSpec.of("SOURCE")));
  }

  /**
   * What a form is made of.
   *
   * @param schema JSON Schema of a spec
   * @param defaults a spec with every default said
   * @param sources data sets to be offered
   */
  @Schema(name = "SpecForm", description = "What a form is made of")
  public record Form(
      @Schema(implementation = Object.class) JsonNode schema,
      @Schema(implementation = Object.class) JsonNode defaults,
      List<String> sources) {}

  @GET
  @Operation(summary = "JSON Schema of a spec, its defaults, and data sets to be offered")
  public Form form() {
    return new Form(schema, defaults, settings.sources().orElse(List.of()));
  }

  @POST
  @Path("check")
  @Consumes(MediaType.APPLICATION_JSON)
  @Operation(summary = "Checks a spec, and says it with every default")
  @RequestBody(
      required = true,
      content = @Content(schema = @Schema(implementation = RunSpec.class)))
  @APIResponse(
      responseCode = "200",
      description = "The spec, wholly said",
      content = @Content(schema = @Schema(implementation = RunSpec.class)))
  @APIResponse(
      responseCode = "400",
      description = "What is wrong with it",
      content = @Content(schema = @Schema(implementation = Problem.class)))
  public RunSpec check(byte[] body) {
    return requests.spec(body);
  }

  private static JsonNode schema() {
    try (InputStream file = RunSpec.class.getResourceAsStream(SCHEMA)) {
      return Json.mapper().readTree(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
