package io.winnow.local.client;

import io.winnow.contracts.InvalidInputException;
import io.winnow.contracts.run.StageRecord;
import io.winnow.store.artifact.ArtifactStore;
import io.winnow.store.artifact.Committed;
import java.util.List;
import java.util.Objects;

/**
 * Artifacts as people name them: by a run's id, or by an address such as {@code models/<digest>},
 * whose digest may be cut short as {@code winnow status} shows it.
 */
public final class StoredArtifacts {
  private static final String MODELS = "models/";
  private static final String DATASETS = "datasets/";
  private static final String MANIFEST = "/manifest.json";
  private static final int SHORTEST = 8;

  private final ArtifactStore store;

  public StoredArtifacts(ArtifactStore store) {
    this.store = store;
  }

  /**
   * The diffusion model that a run trained, or that of an address.
   *
   * @throws InvalidInputException there is no such run or model, or the run has none yet
   */
  public Committed model(String name) {
    return name.startsWith(MODELS) ? at(name) : of(name, "train", "model");
  }

  /**
   * The data set that a run imported, or that of an address.
   *
   * @throws InvalidInputException there is no such run or data set, or the run has none yet
   */
  public Committed dataset(String name) {
    return name.startsWith(DATASETS) ? at(name) : of(name, "import", "data set");
  }

  private Committed of(String run, String stage, String what) {
    return RunSummary.of(store.objects(), run).stages().stream()
        .filter(step -> step.stage().equals(stage))
        .map(StageRecord::artifact)
        .filter(Objects::nonNull)
        .findFirst()
        .map(store::open)
        .orElseThrow(
            () ->
                new InvalidInputException(
                    "run " + run + " has no " + what + " yet",
                    "see how far it is with \"winnow status " + run + "\""));
  }

  private Committed at(String name) {
    String address = name.replaceAll("/+$", "");
    List<String> found =
        address.matches(".*/[0-9a-f]{" + SHORTEST + ",64}") ? under(address) : List.of();
    if (found.size() > 1) {
      throw new InvalidInputException(
          "there are " + found.size() + " artifacts at " + address + "…", "give more digits");
    }
    return found.stream()
        .findFirst()
        .flatMap(store::find)
        .orElseThrow(
            () ->
                new InvalidInputException(
                    "there is nothing at " + address,
                    "give an address as \"winnow status RUN\" shows them, with at least "
                        + SHORTEST
                        + " digits, or a run's id"));
  }

  private List<String> under(String prefix) {
    int depth = prefix.split("/").length;
    return store.objects().list(prefix).stream()
        .map(object -> object.key())
        .filter(key -> key.endsWith(MANIFEST))
        .map(key -> key.substring(0, key.length() - MANIFEST.length()))
        .filter(path -> path.split("/").length == depth)
        .toList();
  }
}
