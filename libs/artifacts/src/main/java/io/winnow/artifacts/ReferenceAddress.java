package io.winnow.artifacts;

import io.winnow.contracts.ArtifactRef;
import io.winnow.contracts.run.Run;
import io.winnow.contracts.spec.ModelSpec;
import io.winnow.contracts.spec.ReweightSpec;
import io.winnow.contracts.spec.TrainingSpec;
import io.winnow.store.artifact.Address;
import java.util.List;

/**
 * Where a run's reference diffusion model lies. The one who asks for it and the one who trains it
 * both come to it by themselves, so neither has to tell the other.
 */
public final class ReferenceAddress {
  /** The stage that makes a reference. */
  public static final String STAGE = "train-reference";

  private static final String VERSION = "2";

  private record Parameters(
      ModelSpec model,
      long images,
      int batch,
      double learningRate,
      long warmupImages,
      double clip,
      double emaDecay,
      double labelDrop,
      boolean flip,
      TrainingSpec.Schedule schedule,
      TrainingSpec.Numerics numerics,
      long seed) {}

  private ReferenceAddress() {}

  /**
   * The address of the reference that is trained on the whole train split of {@code dataset} by the
   * run's settings.
   */
  public static Address of(Run run, ArtifactRef dataset) {
    ReweightSpec reweight = run.spec().reweight();
    TrainingSpec training = run.spec().training();
    Parameters parameters =
        new Parameters(
            reweight.referenceModel(),
            reweight.referenceImages(),
            reweight.batch(),
            reweight.learningRate(),
            training.warmupImages(),
            training.maxGradNorm(),
            training.emaDecay(),
            training.classDropoutProb(),
            training.horizontalFlip(),
            training.schedule(),
            training.numerics(reweight.batch()),
            run.spec().seed());
    return Address.of("models", STAGE, VERSION, parameters, List.of(dataset.digest()));
  }
}
