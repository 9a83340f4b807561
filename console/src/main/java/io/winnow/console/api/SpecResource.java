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

/** The run spec: its schema, and a check. */
@Path("/api/spec")
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "spec", description = "The run spec: its schema, and a check")
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
    // a source is the only required field; it also names the data set
    this.defaults = Json.mapper().valueToTree(RunSpec.of(DatasetSpec.of("SOURCE")));
  }

  /**
   * What the form is generated from.
   *
   * @param schema JSON Schema of a spec
   * @param defaults a spec with all defaults
   * @param sources data sets that the form offers
   */
  @Schema(name = "SpecForm", description = "What the form is generated from")
  public record Form(
      @Schema(implementation = Object.class) JsonNode schema,
      @Schema(implementation = Object.class) JsonNode defaults,
      List<String> sources) {}

  @GET
  @Operation(
      summary = "JSON Schema of the run spec, its defaults, and the data sets that the form offers")
  public Form form() {
    return new Form(schema, defaults, settings.sources().orElse(List.of()));
  }

  @POST
  @Path("check")
  @Consumes(MediaType.APPLICATION_JSON)
  @Operation(summary = "Checks a spec and returns it with all defaults")
  @RequestBody(
      required = true,
      content = @Content(schema = @Schema(implementation = RunSpec.class)))
  @APIResponse(
      responseCode = "200",
      description = "The complete spec",
      content = @Content(schema = @Schema(implementation = RunSpec.class)))
  @APIResponse(
      responseCode = "400",
      description = "The spec is invalid",
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
