package io.winnow.local.client;

import io.winnow.contracts.InvalidInputException;
import io.winnow.contracts.StageNames;
import io.winnow.contracts.run.StageRecord;
import io.winnow.store.artifact.AbbreviatedAddresses;
import io.winnow.store.artifact.Artifact;
import io.winnow.store.artifact.ArtifactStore;
import java.util.List;
import java.util.Objects;

/**
 * Finds artifacts by the names that commands accept: the id of a run, or an address such as {@code
 * models/<digest>}, whose digest may be shortened as in the output of {@code winnow status}.
 */
public final class StoredArtifacts {
  private static final String MODELS = "models/";
  private static final String DATASETS = "datasets/";

  private final ArtifactStore store;

  public StoredArtifacts(ArtifactStore store) {
    this.store = store;
  }

  /**
   * Finds a diffusion model by its address or by the run that trained it.
   *
   * @throws InvalidInputException there is no such run or model, or the run has not trained it yet
   */
  public Artifact model(String name) {
    return name.startsWith(MODELS) ? at(name) : of(name, StageNames.TRAIN, "model");
  }

  /**
   * Finds a data set by its address or by the run that imported it.
   *
   * @throws InvalidInputException there is no such run or data set, or the run has not imported it
   *     yet
   */
  public Artifact dataset(String name) {
    return name.startsWith(DATASETS) ? at(name) : of(name, StageNames.IMPORT, "data set");
  }

  private Artifact of(String run, String stage, String kind) {
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

  private Artifact at(String name) {
    String address = name.replaceAll("/+$", "");
    List<String> found = new AbbreviatedAddresses(store.objects()).matching(address);
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
                        + AbbreviatedAddresses.MIN_DIGITS
                        + " digits, or the id of a run"));
  }
}
