package io.winnow.local.run;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import io.winnow.contracts.Json;
import io.winnow.contracts.ObjectRef;
import io.winnow.contracts.RunReport;
import io.winnow.storage.artifact.ArtifactStore;
import io.winnow.storage.artifact.Manifest;
import io.winnow.storage.object.ObjectStore;
import java.util.Optional;

/**
 * How well a run's coreset stands for the train split in the surrogate's feature space, from the
 * coreset's card.
 *
 * @param recall share of all rows near a kept row, in [0, 1]
 * @param coverage share of all rows with a kept row near them, in [0, 1]
 * @param variance the kept rows' total variance by that of all rows; null where all rows are equal
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record CoresetFigures(Double recall, Double coverage, Double variance) {

  /** The card, as far as it is shown. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  private record Card(CoresetFigures all) {}

  /** Empty for a coreset made before there were cards, or that is gone. */
  public static Optional<CoresetFigures> of(ObjectStore store, RunReport report) {
    return entry(store, report, "card.json")
        .map(ref -> Json.parse(store.get(ref), Card.class, ref.key()).all());
  }

  /** An object of the run's coreset, if it has one of that name. */
  static Optional<ObjectRef> entry(ObjectStore store, RunReport report, String name) {
    return Optional.ofNullable(report.lineage().coreset())
        .flatMap(coreset -> new ArtifactStore(store).find(coreset.address()))
        .flatMap(
            coreset ->
                coreset.manifest().entries().stream()
                    .filter(entry -> entry.name().equals(name))
                    .map(Manifest.Entry::object)
                    .findFirst());
  }
}
