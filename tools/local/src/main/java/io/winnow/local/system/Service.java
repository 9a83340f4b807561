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

/** The four services and the console, with the Java heap of each; tensors are outside the heap. */
public enum Service {
  ENCODER(512),
  SELECTOR(384),
  REWEIGHT(512),
  TRAINER(512),
  /** Shows the state of runs; not needed to process them. */
  CONSOLE(128);

  /** The services that process runs. */
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
   * Environment variables for native memory that differ from those of the script {@code winnow}.
   * The selector makes few large allocations of many sizes (rows of a class, covariances), and
   * malloc would fragment if it cached them. They are therefore mapped and unmapped individually;
   * huge pages reduce the time of matrix factorisations by a fifth.
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

  /** Its name, such as {@code encoder-service}; also the folder of its module. */
  public String folder() {
    return this == CONSOLE ? "console" : name().toLowerCase(Locale.ROOT) + "-service";
  }

  /** The jar that starts it, once it is built. */
  public Path jar(Path root) {
    return root.resolve(folder()).resolve("target/quarkus-app/quarkus-run.jar");
  }

  /**
   * Checks that services are built.
   *
   * @param root the folder that contains the services
   * @throws InvalidInputException one is not built
   */
  static void requireBuilt(Path root, Collection<Service> services) {
    services.stream()
        .sorted()
        .map(service -> service.jar(root))
        .filter(jar -> !Files.exists(jar))
        .findFirst()
        .ifPresent(
            jar -> {
              throw new InvalidInputException(
                  jar + " is missing", "build it with mvn -DskipTests package in " + root);
            });
  }
}
