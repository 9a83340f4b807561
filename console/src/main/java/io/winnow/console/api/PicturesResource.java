package io.winnow.console.api;

import io.smallrye.common.annotation.Blocking;
import io.winnow.console.artifact.RunArtifacts;
import jakarta.inject.Inject;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.ServiceUnavailableException;
import jakarta.ws.rs.core.Response;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
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

  private static final int AT_ONCE = 2;
  private static final Duration WAIT = Duration.ofSeconds(10);

  private final RunArtifacts artifacts;
  private final Duration wait;
  private final Semaphore turns = new Semaphore(AT_ONCE, true);

  @Inject
  PicturesResource(RunArtifacts artifacts) {
    this(artifacts, WAIT);
  }

  /**
   * @param wait how long a request may wait for its turn
   */
  PicturesResource(RunArtifacts artifacts, Duration wait) {
    this.artifacts = artifacts;
    this.wait = wait;
  }

  @GET
  @Path("pictures/{address: [A-Za-z0-9][A-Za-z0-9_/-]*}/{name: [A-Za-z0-9_-]+\\.png}")
  @Operation(summary = "A picture of an artifact")
  public Response picture(String address, String name) {
    return oneOfFew(() -> artifacts.picture(address, name));
  }

  @GET
  @Path("grids/{address: [A-Za-z0-9][A-Za-z0-9_/-]*}/{split: [a-z0-9-]+}.png")
  @Operation(summary = "The first samples of a split, one row per class")
  public Response grid(String address, String split, @RestQuery @DefaultValue("8") int columns) {
    return oneOfFew(() -> artifacts.grid(address, split, Math.max(1, columns)));
  }

  // pictures take memory; a page asks for several at once, and waits
  Response oneOfFew(Supplier<byte[]> picture) {
    boolean turn = false;
    try {
      turn = turns.tryAcquire(wait.toMillis(), TimeUnit.MILLISECONDS);
      if (!turn) {
        throw new ServiceUnavailableException(wait.toSeconds());
      }
      return forever(picture.get());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ServiceUnavailableException(wait.toSeconds());
    } finally {
      if (turn) {
        turns.release();
      }
    }
  }

  private static Response forever(byte[] png) {
    return Response.ok(png).header("Cache-Control", FOREVER).build();
  }
}
