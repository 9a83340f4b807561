package io.winnow.local.system;

import io.winnow.contracts.InvalidInputException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * The four services and the console, and how much Java heap each gets (tensors live outside it).
 */
public enum Service {
  ENCODER(512),
  SELECTOR(384),
  REWEIGHT(512),
  TRAINER(512),
  /** Shows what the others do; nothing of a run is its work. */
  CONSOLE(128);

  /** Those that work for runs. */
  public static final Set<Service> WORKERS =
      Collections.unmodifiableSet(EnumSet.range(ENCODER, TRAINER));

  private final int heapMegabytes;

  Service(int heapMegabytes) {
    this.heapMegabytes = heapMegabytes;
  }

  int heapMegabytes() {
    return heapMegabytes;
  }

  /**
   * Settings of native memory that differ from those of the script {@code winnow}. The selector has
   * few allocations, large and of many sizes (rows of a class, covariances): kept for later, they
   * leave gaps that grow. So these go straight to the system and back, and matrices lie in large
   * pages, where factors are found in four fifths of the time.
   */
  public Map<String, String> nativeMemory() {
    return this == SELECTOR
        ? Map.of(
            "MALLOC_MMAP_MAX_",
            "65536",
            "MALLOC_MMAP_THRESHOLD_",
            "16777216",
            "THP_MEM_ALLOC_ENABLE",
            "1")
        : Map.of();
  }

  /** What it is called, e.g. {@code encoder-service}; also the folder of a worker's module. */
  public String folder() {
    return this == CONSOLE ? "console" : name().toLowerCase(Locale.ROOT) + "-service";
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
