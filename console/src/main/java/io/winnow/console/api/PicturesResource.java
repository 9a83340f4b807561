package io.winnow.console.api;

import io.smallrye.common.annotation.Blocking;
import io.winnow.console.artifact.RunArtifacts;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Response;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestQuery;

/** Pictures of artifacts. An artifact never changes, so browsers may keep them. */
@Path("/api")
@Produces("image/png")
@Tag(name = "pictures", description = "Pictures of artifacts")
@Blocking
public class PicturesResource {
  private static final String FOREVER = "public, max-age=31536000, immutable";

  private final RunArtifacts artifacts;

  PicturesResource(RunArtifacts artifacts) {
    this.artifacts = artifacts;
  }

  @GET
  @Path("pictures/{address: [A-Za-z0-9][A-Za-z0-9_/-]*}/{name: [A-Za-z0-9_-]+\\.png}")
  @Operation(summary = "A picture of an artifact")
  public Response picture(String address, String name) {
    return forever(artifacts.picture(address, name));
  }

  @GET
  @Path("grids/{address: [A-Za-z0-9][A-Za-z0-9_/-]*}/{split: [a-z0-9-]+}.png")
  @Operation(summary = "The first samples of a split, one row per class")
  public Response grid(String address, String split, @RestQuery @DefaultValue("8") int columns) {
    return forever(artifacts.grid(address, split, Math.max(1, columns)));
  }

  private static Response forever(byte[] png) {
    return Response.ok(png).header("Cache-Control", FOREVER).build();
  }
}
