package io.winnow.selector;

import io.winnow.contracts.ArtifactRef;
import io.winnow.contracts.InvalidInputException;
import io.winnow.contracts.run.Run;
import io.winnow.contracts.spec.SelectionSpec;
import io.winnow.models.References;
import io.winnow.store.artifact.Address;
import io.winnow.store.artifact.Artifact;
import io.winnow.store.artifact.ArtifactDraft;
import io.winnow.store.artifact.ArtifactStore;
import io.winnow.store.artifact.Shards;
import io.winnow.store.tensor.DType;
import io.winnow.store.tensor.SafeTensors;
import io.winnow.store.tensor.Tensor;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Where the losses lie that a run selects by: {@code losses/<digest>} with {@code
 * losses.safetensors} ({@code losses} float64, one a row of the train split). The address is that
 * of data set, reference, draws and seed, and so is shared by all ratios and criteria.
 */
@Singleton
class Losses {
  static final String STAGE = "score-losses";
  static final String PREFIX = "losses";

  private static final String VERSION = "1";
  private static final String FILE = "losses.safetensors";
  private static final String TENSOR = "losses";

  private final ArtifactStore store;
  private final References references;

  Losses(ArtifactStore store, References references) {
    this.store = store;
    this.references = references;
  }

  /** What decides losses besides data set and reference. */
  record Parameters(int draws, long seed) {
    static Parameters of(SelectionSpec selection, long seed) {
      return new Parameters(selection.lossDraws(), seed);
    }

    @Override
    public String toString() {
      return draws + " draws of seed " + seed;
    }
  }

  /**
   * @throws InvalidInputException the run's reference is not there or does not fit
   */
  Address address(Run run, ArtifactRef dataset) {
    return address(run, dataset, references.require(run, dataset).ref());
  }

  private static Address address(Run run, ArtifactRef dataset, ArtifactRef reference) {
    return Address.of(
        PREFIX,
        STAGE,
        VERSION,
        Parameters.of(run.spec().selection(), run.spec().seed()),
        List.of(dataset.digest(), reference.digest()));
  }

  /** The run's losses, empty while they or their reference are not there. */
  Optional<Artifact> find(Run run, ArtifactRef dataset) {
    return references
        .find(run, dataset)
        .flatMap(reference -> store.find(address(run, dataset, reference.ref()).path()));
  }

  /**
   * @throws InvalidInputException they are not there
   */
  Artifact require(Run run, ArtifactRef dataset) {
    return find(run, dataset)
        .orElseThrow(
            () ->
                new InvalidInputException(
                    "the losses of run " + run.id() + " are gone",
                    "submit the run again, and keep objects of running runs"));
  }

  /** How an artifact's losses were drawn. */
  static Parameters parameters(Artifact artifact) {
    return new Parameters(
        artifact.attribute("draws", Integer.class), artifact.attribute("seed", Long.class));
  }

  /** Address of the model under which an artifact's losses were taken. */
  static String reference(Artifact artifact) {
    return artifact.attribute("reference", String.class);
  }

  /** Writes all that {@link #read} and the others above need. */
  static void put(ArtifactDraft draft, double[] losses, Parameters how, ArtifactRef reference) {
    draft.putTensors(
        FILE, Map.of(TENSOR, Tensor.of(losses, losses.length)), (long) losses.length, null);
    draft.attribute("draws", how.draws());
    draft.attribute("seed", how.seed());
    draft.attribute("reference", reference.address());
  }

  /**
   * The losses of an artifact.
   *
   * @param rows of the train split
   * @throws InvalidInputException altered, or not as many as there are rows
   */
  double[] read(Artifact artifact, int rows) {
    String key = artifact.entry(FILE).object().key();
    Map<String, Tensor> tensors =
        SafeTensors.parse(store.objects().get(artifact.entry(FILE).object()), key);
    return Shards.tensor(tensors, TENSOR, DType.F64, key, rows).doubles();
  }
}
