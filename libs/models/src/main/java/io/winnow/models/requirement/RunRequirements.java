package io.winnow.models.requirement;

import io.winnow.contracts.InvalidInputException;
import io.winnow.contracts.spec.ModelSpec;
import io.winnow.contracts.spec.ReweightSpec;
import io.winnow.contracts.spec.RunSpec;
import io.winnow.datasets.ImageShape;
import io.winnow.models.architecture.Architectures;
import io.winnow.models.architecture.DenoiserConfig;
import io.winnow.models.denoiser.ExampleSpec;
import io.winnow.models.surrogate.Surrogates;
import io.winnow.torch.engine.MemoryLimits;
import java.util.List;

/** Checks a run spec against a data set, before the data set is stored and anything is trained. */
public final class RunRequirements {
  private RunRequirements() {}

  /**
   * @param classes names, by label
   * @param counts rows of the train split, by label
   * @param images the shape of an image
   * @param own limits of the process that encodes
   * @param training limits of the processes that train and draw
   * @throws InvalidInputException the run cannot succeed on this data set
   */
  public static void require(
      RunSpec spec,
      List<String> classes,
      int[] counts,
      ImageShape images,
      MemoryLimits own,
      MemoryLimits training) {
    Architectures.require(spec);
    Surrogates.require(spec.surrogate());
    spec.selection().requireFit(classes, counts);
    requireSamples(spec, classes.size());
    if (spec.surrogate().trained()) {
      Surrogates.config(spec.surrogate().source(), images, classes.size());
    }
    RunMemory here = new RunMemory(spec, own);
    here.requireSurrogate(images);
    here.requireAutoencoder(images);
    RunMemory there = new RunMemory(spec, training);
    there.requireSampling(images);
    if (spec.latent() == null) {
      requireModels(spec, images, classes.size(), there);
    }
  }

  /**
   * Checks the models of a run that are trained, on images or latents.
   *
   * @throws InvalidInputException one does not fit the examples, or not in memory
   */
  public static void requireModels(
      RunSpec spec, ImageShape examples, int classes, MemoryLimits training) {
    requireModels(spec, examples, classes, new RunMemory(spec, training));
  }

  private static void requireModels(
      RunSpec spec, ImageShape examples, int classes, RunMemory memory) {
    requireFit("model", spec.model(), examples, classes);
    memory.requireModel(examples, classes);
    ReweightSpec reweight = spec.reweight();
    if (reweight.trainsProxy()) {
      requireFit("reweight.model", reweight.model(), examples, classes);
      memory.requireProxy(examples, classes);
    }
    boolean needed = reweight.needsReference() || spec.selection().ranksByLosses();
    if (needed && reweight.reference() == null) {
      requireFit("reweight.referenceModel", reweight.referenceModel(), examples, classes);
      memory.requireReference(examples, classes);
    }
  }

  private static void requireFit(String place, ModelSpec model, ImageShape examples, int classes) {
    try {
      DenoiserConfig.of(model, ExampleSpec.of(examples), classes);
    } catch (InvalidInputException e) {
      throw new InvalidInputException("\"" + place + "\": " + e.problem(), e.remedy(), e);
    }
  }

  private static void requireSamples(RunSpec spec, int classes) {
    if (spec.sampling().images() < classes) {
      throw new InvalidInputException(
          "\"sampling.images\" is " + spec.sampling().images() + " for " + classes + " classes",
          "draw at least one image per class");
    }
  }
}
