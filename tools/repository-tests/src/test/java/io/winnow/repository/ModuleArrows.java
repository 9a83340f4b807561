package io.winnow.repository;

import static java.util.Map.entry;

import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * The allowed dependencies between modules. They point downward only: services, console and tools →
 * stage → artifacts → store → contracts; models → torch; selection, reweighting and metrics →
 * torch; no service depends on another.
 *
 * <p>Five arrows go beyond that picture. Models depends on artifacts and datasets, because it
 * trains on stored data sets and stores what it trains. Reweighting depends on models, because DRO
 * trains a proxy model. Selection depends on metrics, because the coreset card states recall and
 * coverage. Bench depends on local, because it starts systems with several encoders. Experiments
 * depends on local and bench, because it starts a system and fits a budget to measured step times.
 */
public final class ModuleArrows {
  private static final Set<String> STORAGE = Set.of("artifacts", "store", "contracts");
  private static final Set<String> DATA = with(STORAGE, "datasets");
  private static final Set<String> MODELS = with(DATA, "models", "torch");
  private static final Set<String> SERVICE = with(MODELS, "stage", "engine");
  private static final Set<String> LOCAL = with(DATA, "embedded");

  /** The names of the modules that each module may use, without the prefix of the artifactId. */
  public static final Map<String, Set<String>> ALLOWED =
      Map.ofEntries(
          // libraries
          entry("contracts", Set.of()),
          entry("store", Set.of("contracts")),
          entry("artifacts", Set.of("store", "contracts")),
          entry("datasets", STORAGE),
          entry("torch", Set.of("store", "contracts")),
          entry("models", with(DATA, "torch")),
          entry("selection", with(DATA, "torch", "metrics")),
          entry("metrics", with(DATA, "torch")),
          entry("reweighting", MODELS),
          entry("stage", DATA),
          entry("engine", Set.of("torch")),
          // applications
          entry("encoder-service", SERVICE),
          entry("selector-service", with(SERVICE, "selection")),
          entry("reweight-service", with(SERVICE, "reweighting")),
          entry("trainer-service", with(SERVICE, "metrics")),
          entry("console", with(DATA, "stage")),
          // tools
          entry("embedded", Set.of()),
          entry("local", LOCAL),
          entry("chaos", with(LOCAL, "local", "torch")),
          entry("bench", union(MODELS, LOCAL, Set.of("local", "selection"))),
          entry("experiments", union(MODELS, LOCAL, Set.of("local", "bench"))),
          entry(
              "cli",
              union(MODELS, LOCAL, Set.of("local", "bench", "experiments", "chaos", "selection"))),
          // tests
          entry("repository-tests", Set.of()),
          entry("integration-tests", Set.of()));

  private ModuleArrows() {}

  private static Set<String> with(Set<String> some, String... more) {
    return union(some, Set.of(more));
  }

  @SafeVarargs
  static Set<String> union(Set<String>... sets) {
    Set<String> all = new TreeSet<>();
    for (Set<String> set : sets) {
      all.addAll(set);
    }
    return all;
  }
}
