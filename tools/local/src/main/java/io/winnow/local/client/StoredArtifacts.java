package io.winnow.local.client;

import io.winnow.contracts.InvalidInputException;
import io.winnow.contracts.run.StageRecord;
import io.winnow.store.artifact.ArtifactStore;
import io.winnow.store.artifact.Committed;
import java.util.List;
import java.util.Objects;

/**
 * Finds artifacts by the names that commands accept: the id of a run, or an address such as {@code
 * models/<digest>}, whose digest may be shortened as in the output of {@code winnow status}.
 */
public final class StoredArtifacts {
  private static final String MODELS = "models/";
  private static final String DATASETS = "datasets/";
  private static final String MANIFEST = "/manifest.json";
  private static final int MIN_DIGITS = 8;

  private final ArtifactStore store;

  public StoredArtifacts(ArtifactStore store) {
    this.store = store;
  }

  /**
   * Finds a diffusion model by its address or by the run that trained it.
   *
   * @throws InvalidInputException there is no such run or model, or the run has not trained it yet
   */
  public Committed model(String name) {
    return name.startsWith(MODELS) ? at(name) : of(name, "train", "model");
  }

  /**
   * Finds a data set by its address or by the run that imported it.
   *
   * @throws InvalidInputException there is no such run or data set, or the run has not imported it
   *     yet
   */
  public Committed dataset(String name) {
    return name.startsWith(DATASETS) ? at(name) : of(name, "import", "data set");
  }

  private Committed of(String run, String stage, String kind) {
    return RunSummary.of(store.objects(), run).stages().stream()
        .filter(step -> step.stage().equals(stage))
        .map(StageRecord::artifact)
        .filter(Objects::nonNull)
        .findFirst()
        .map(store::open)
        .orElseThrow(
            () ->
                new InvalidInputException(
                    "run " + run + " has no " + kind + " yet",
                    "check its progress with \"winnow status " + run + "\""));
  }

  private Committed at(String name) {
    String address = name.replaceAll("/+$", "");
    List<String> found =
        address.matches(".*/[0-9a-f]{" + MIN_DIGITS + ",64}") ? under(address) : List.of();
    if (found.size() > 1) {
      throw new InvalidInputException(
          found.size() + " artifacts match " + address + "…", "give more digits");
    }
    return found.stream()
        .findFirst()
        .flatMap(store::find)
        .orElseThrow(
            () ->
                new InvalidInputException(
                    "there is no artifact " + address,
                    "give an address as shown by \"winnow status RUN\", with at least "
                        + MIN_DIGITS
                        + " digits, or the id of a run"));
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
