package io.winnow.artifacts;

import io.winnow.contracts.StageNames;
import io.winnow.contracts.ArtifactRef;
import io.winnow.contracts.run.Run;
import io.winnow.contracts.spec.field.Product;
import io.winnow.contracts.spec.field.SpecFields;
import io.winnow.store.artifact.Address;
import java.util.List;
import java.util.Map;

/**
 * The address of a run's reference diffusion model. The stage that requests the reference and the
 * stage that trains it both derive the address from the spec.
 */
public final class ReferenceAddress {
  /** The stage that makes a reference. */
  public static final String STAGE = StageNames.TRAIN_REFERENCE;

  private static final String VERSION = "3";

  private ReferenceAddress() {}

  /**
   * The address of the reference that is trained on the whole train split of {@code dataset} by the
   * run's settings.
   */
  public static Address of(Run run, ArtifactRef dataset) {
    Map<String, Object> parameters = SpecFields.deciding(run.spec(), Product.REFERENCE);
    parameters.put(
        "training.microBatch", run.spec().training().microBatch(run.spec().reweight().batch()));
    return Address.of("models", STAGE, VERSION, parameters, List.of(dataset.digest()));
  }
}
