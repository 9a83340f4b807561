package io.winnow.local.system;

import io.winnow.contracts.InvalidInputException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Locale;

/** The four services, and how much Java heap each gets (tensors live outside it). */
public enum Service {
  ENCODER(512),
  SELECTOR(384),
  REWEIGHT(512),
  TRAINER(512);

  private final int heapMegabytes;

  Service(int heapMegabytes) {
    this.heapMegabytes = heapMegabytes;
  }

  int heapMegabytes() {
    return heapMegabytes;
  }

  /** The module's folder, e.g. {@code encoder-service}. */
  public String folder() {
    return name().toLowerCase(Locale.ROOT) + "-service";
  }

  /** What starts it, once it is built. */
  public Path jar(Path root) {
    return root.resolve(folder()).resolve("target/quarkus-app/quarkus-run.jar");
  }

  /**
   * @param root the folder that holds the services
   * @param wanted those that have to be built
   * @throws InvalidInputException when one is not built
   */
  static void requireBuilt(Path root, Collection<Service> wanted) {
    wanted.stream()
        .sorted()
        .map(service -> service.jar(root))
        .filter(jar -> !Files.exists(jar))
        .findFirst()
        .ifPresent(
            jar -> {
              throw new InvalidInputException(
                  jar + " is not there", "build it: mvn -DskipTests package in " + root);
            });
  }
}
