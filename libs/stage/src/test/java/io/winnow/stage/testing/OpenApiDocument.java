package io.winnow.stage.testing;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import io.winnow.contracts.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.TreeMap;

/**
 * The committed OpenAPI documents, {@code docs/api/<service>.json}. After a change of an endpoint,
 * write them anew with {@code mvn test -Dtest='*ServiceTest,ConsoleTest'
 * -Dwinnow.schemas.write=true}.
 */
public final class OpenApiDocument {
  private OpenApiDocument() {}

  /**
   * Fails unless what the running {@code @QuarkusTest} says of its endpoints is committed.
   *
   * @param service such as {@code encoder}
   */
  public static void requireCommitted(String service) {
    byte[] given =
        given().get("/q/openapi?format=json").then().statusCode(200).extract().asByteArray();
    // sorted: the order in which endpoints are found is nobody's business
    String document = Json.pretty(Json.parse(given, TreeMap.class, "OpenAPI")) + "\n";
    Path file = root().resolve("docs/api").resolve(service + ".json");
    try {
      if (Boolean.getBoolean("winnow.schemas.write")) {
        Files.createDirectories(file.getParent());
        Files.writeString(file, document);
      }
      assertThat(file).exists();
      assertThat(Files.readString(file)).isEqualTo(document);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Path root() {
    Path folder = Path.of("").toAbsolutePath();
    while (!Files.exists(folder.resolve("docker-compose.yml"))) {
      folder = folder.getParent();
    }
    return folder;
  }
}
