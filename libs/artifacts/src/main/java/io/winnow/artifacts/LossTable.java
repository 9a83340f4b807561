package io.winnow.artifacts;

import io.winnow.contracts.ArtifactRef;
import io.winnow.contracts.InvalidInputException;
import io.winnow.contracts.spec.SelectionSpec;
import io.winnow.store.artifact.Address;
import io.winnow.store.artifact.Artifact;
import io.winnow.store.artifact.ArtifactDraft;
import io.winnow.store.artifact.ArtifactStore;
import io.winnow.store.artifact.Shards;
import io.winnow.store.tensor.DType;
import io.winnow.store.tensor.SafeTensors;
import io.winnow.store.tensor.Tensor;
import java.util.List;
import java.util.Map;

/**
 * The denoising losses of a train split under a reference model: {@code losses/<digest>} with
 * {@code losses.safetensors}, whose {@code losses} are float64 N, one per row. The address derives
 * from the data set, the reference and the draws only, so all ratios and criteria share it.
 */
public final class LossTable {
  /** Prefix of the artifact's address. */
  public static final String KIND = "losses";

  /** The stage that makes it. */
  public static final String STAGE = "score-losses";

  private static final String VERSION = "1";
  private static final String NAME = "losses.safetensors";
  private static final String TENSOR = "losses";
  private static final String DRAWS = "draws";
  private static final String SEED = "seed";
  private static final String REFERENCE = "reference";

  /**
   * How timesteps and noises are drawn.
   *
   * @param draws per row, at least 1
   */
  public record Draws(int draws, long seed) {

    /** As a run draws them. */
    public static Draws of(SelectionSpec selection, long seed) {
      return new Draws(selection.lossDraws(), seed);
    }

    @Override
    public String toString() {
      return draws + " draws of seed " + seed;
    }
  }

  private LossTable() {}

  /** Where the losses of a data set under a reference are stored. */
  public static Address address(Draws draws, ArtifactRef dataset, ArtifactRef reference) {
    return Address.of(KIND, STAGE, VERSION, draws, List.of(dataset.digest(), reference.digest()));
  }

  /**
   * Puts losses into an artifact, and into its attributes how they were drawn.
   *
   * @param losses one per row of the train split, finite
   * @param reference the model under which they were computed
   */
  public static void write(
      ArtifactDraft draft, double[] losses, Draws draws, ArtifactRef reference) {
    draft.putTensors(
        NAME, Map.of(TENSOR, Tensor.of(losses, losses.length)), (long) losses.length, null);
    draft.attribute(DRAWS, draws.draws());
    draft.attribute(SEED, draws.seed());
    draft.attribute(REFERENCE, reference.address());
  }

  /**
   * Reads the losses of an artifact.
   *
   * @param rows of the train split
   * @throws InvalidInputException the object is altered, or there is not one loss per row
   */
  public static double[] read(ArtifactStore store, Artifact artifact, int rows) {
    String key = artifact.entry(NAME).object().key();
    Map<String, Tensor> tensors =
        SafeTensors.parse(store.objects().get(artifact.entry(NAME).object()), key);
    return Shards.tensor(tensors, TENSOR, DType.F64, key, rows).doubles();
  }

  /** How an artifact's losses were drawn. */
  public static Draws draws(Artifact artifact) {
    return new Draws(
        artifact.attribute(DRAWS, Integer.class), artifact.attribute(SEED, Long.class));
  }

  /** Address of the model under which an artifact's losses were computed. */
  public static String reference(Artifact artifact) {
    return artifact.attribute(REFERENCE, String.class);
  }
}
