package io.winnow.selector;

import io.winnow.artifacts.LossTable;
import io.winnow.artifacts.LossTable.Draws;
import io.winnow.contracts.ArtifactRef;
import io.winnow.contracts.InvalidInputException;
import io.winnow.contracts.run.Run;
import io.winnow.datasets.Dataset;
import io.winnow.models.References;
import io.winnow.store.artifact.Address;
import io.winnow.store.artifact.Artifact;
import io.winnow.store.artifact.ArtifactStore;
import jakarta.inject.Singleton;
import java.util.Optional;

/** Finds the losses that a run selects by: those of its data set under its reference model. */
@Singleton
class RunLosses {
  private final ArtifactStore store;
  private final References references;

  RunLosses(ArtifactStore store, References references) {
    this.store = store;
    this.references = references;
  }

  /**
   * @throws InvalidInputException the run's reference does not exist or does not fit
   */
  Address address(Run run, ArtifactRef dataset) {
    return address(run, dataset, references.require(run, dataset).ref());
  }

  private static Address address(Run run, ArtifactRef dataset, ArtifactRef reference) {
    Draws draws = Draws.of(run.spec().selection(), run.spec().seed());
    return LossTable.address(draws, dataset, reference);
  }

  Dataset dataset(ArtifactRef dataset) {
    return Dataset.open(store, dataset);
  }

  /** The run's losses; empty until they and their reference exist. */
  Optional<Artifact> find(Run run, ArtifactRef dataset) {
    return references
        .find(run, dataset)
        .flatMap(reference -> store.find(address(run, dataset, reference.ref()).path()));
  }

  /**
   * @throws InvalidInputException the losses do not exist
   */
  Artifact require(Run run, ArtifactRef dataset) {
    return find(run, dataset)
        .orElseThrow(
            () ->
                new InvalidInputException(
                    "the losses of run " + run.id() + " are missing",
                    "submit the run again, and keep the objects of running runs"));
  }

  /**
   * @param rows of the train split
   * @throws InvalidInputException the object is altered, or there is not one loss per row
   */
  double[] read(Artifact artifact, int rows) {
    return LossTable.read(store, artifact, rows);
  }
}
