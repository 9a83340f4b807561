package io.winnow.models;

import io.winnow.artifacts.ReferenceAddress;
import io.winnow.contracts.ArtifactRef;
import io.winnow.contracts.InvalidInputException;
import io.winnow.contracts.StageNames;
import io.winnow.contracts.run.Run;
import io.winnow.datasets.Dataset;
import io.winnow.datasets.ImageShape;
import io.winnow.models.architecture.DenoiserConfig;
import io.winnow.models.latent.LatentSpace;
import io.winnow.models.train.NoiseSchedule;
import io.winnow.models.train.TrainingPlans;
import io.winnow.store.artifact.Artifact;
import io.winnow.store.artifact.ArtifactStore;
import io.winnow.store.artifact.RunFolder;
import java.util.Optional;

/**
 * Which reference model a run's class weights are derived from, or its images are scored by, and
 * whether it is there.
 */
public final class References {
  private final ArtifactStore store;

  public References(ArtifactStore store) {
    this.store = store;
  }

  /** Whether the run needs a reference at all. */
  public static boolean needed(Run run) {
    return forWeights(run) || forSelection(run);
  }

  /** Whether the class weights are derived from it. */
  public static boolean forWeights(Run run) {
    return run.spec().reweight().needsReference();
  }

  /** Whether images are kept by their loss under it. */
  public static boolean forSelection(Run run) {
    return run.spec().selection().ranksByLosses();
  }

  /** Whether it has to be trained for the run, because the run names none. */
  public static boolean trained(Run run) {
    return needed(run) && run.spec().reweight().reference() == null;
  }

  /**
   * Address of the run's reference, whether it is there or not.
   *
   * @param dataset what the run trains on ({@link io.winnow.contracts.Lineage#trainedOn}), here and
   *     below
   * @throws InvalidInputException the run names another run, which has trained no model
   */
  public String path(Run run, ArtifactRef dataset) {
    if (trained(run)) {
      return ReferenceAddress.of(run, dataset).path();
    }
    String named = run.spec().reweight().reference().replaceAll("/+$", "");
    return named.contains("/") ? named : modelOf(named);
  }

  private String modelOf(String run) {
    return new RunFolder(store.objects(), run)
        .stages().stream()
            .filter(step -> step.stage().equals(StageNames.TRAIN) && step.artifact() != null)
            .map(step -> step.artifact().address())
            .findFirst()
            .orElseThrow(
                () ->
                    new InvalidInputException(
                        "\"reweight.reference\" names the run \"" + run + "\", which has no model",
                        "name a run that has trained one, or a model's address"
                            + " (models/<digest>)"));
  }

  public Optional<Artifact> find(Run run, ArtifactRef dataset) {
    return store.find(path(run, dataset));
  }

  /**
   * The run's reference, checked to be a model of what the run trains on and of its classes, and,
   * where weights are derived from it, with the proxy's noise schedule.
   *
   * @throws InvalidInputException it is not there, is no diffusion model, or does not fit
   */
  public Artifact require(Run run, ArtifactRef dataset) {
    Artifact reference =
        find(run, dataset)
            .orElseThrow(
                () ->
                    new InvalidInputException(
                        "there is no reference model at \"" + path(run, dataset) + "\"",
                        "give \"reweight.reference\" the address of a trained model or the id of"
                            + " its run, or leave it out to have one trained"));
    requireFit(run, Dataset.open(store, dataset), reference);
    return reference;
  }

  private void requireFit(Run run, Dataset dataset, Artifact reference) {
    ModelFile model = ModelFile.read(store, reference);
    DenoiserConfig config = model.model();
    ImageShape shape = dataset.shape();
    String named = "the reference model " + reference.ref().address();
    requireSpace(named, model.latent(), LatentSpace.of(dataset));
    if (!config.example().imageShape().equals(shape)) {
      throw new InvalidInputException(
          named + " is for images of " + config.example() + ", the data set's are " + shape,
          "name a model of the same image size, or leave \"reweight.reference\" out");
    }
    if (config.classCount() != dataset.classes().size()) {
      throw new InvalidInputException(
          named
              + " has "
              + config.classCount()
              + " classes, the data set has "
              + dataset.classes().size(),
          "name a model of the same classes, or leave \"reweight.reference\" out");
    }
    if (forWeights(run)) {
      requireSchedule(run, model, named);
    }
  }

  private static void requireSpace(String named, LatentSpace model, LatentSpace dataset) {
    boolean fits =
        model == null || dataset == null ? model == dataset : model.holdsTheSame(dataset);
    if (!fits) {
      throw new InvalidInputException(
          named
              + " is of "
              + LatentSpace.words(model)
              + ", but trained on are "
              + LatentSpace.words(dataset),
          "name a model of the same, or leave \"reweight.reference\" out");
    }
  }

  private static void requireSchedule(Run run, ModelFile model, String named) {
    NoiseSchedule schedule = TrainingPlans.schedule(run.spec().training());
    if (!model.schedule().equals(schedule)) {
      throw new InvalidInputException(
          named
              + " has the noise schedule "
              + model.schedule()
              + ", the proxy would have "
              + schedule
              + ", so their losses could not be compared",
          "set \"training.schedule\" and \"training.prediction\" to the reference's, or name"
              + " another model");
    }
  }
}
