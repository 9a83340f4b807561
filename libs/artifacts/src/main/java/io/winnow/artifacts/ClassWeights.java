package io.winnow.artifacts;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import io.winnow.contracts.ArtifactRef;
import io.winnow.contracts.InvalidInputException;
import io.winnow.contracts.Json;
import io.winnow.contracts.ObjectRef;
import io.winnow.store.artifact.Artifact;
import io.winnow.store.artifact.ArtifactDraft;
import io.winnow.store.artifact.ArtifactStore;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * One weight per class, and how it was derived: the object {@code weights.json} of {@code
 * weights/<digest>}. The JSON property {@code derivedFrom} says which of the records it is.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "derivedFrom")
@JsonSubTypes({
  @JsonSubTypes.Type(value = ClassWeights.Fixed.class, name = "classes"),
  @JsonSubTypes.Type(value = ClassWeights.FromCoreset.class, name = "coreset"),
  @JsonSubTypes.Type(value = ClassWeights.Trained.class, name = "proxy")
})
public sealed interface ClassWeights {
  /** Prefix of the artifact's address. */
  String KIND = "weights";

  /** Version of the stage that makes it; increases with every change of the content. */
  String VERSION = "5";

  /** Name of the object. */
  String NAME = "weights.json";

  /** Name of the weighting method, as in a run spec. */
  String method();

  /** Names of the classes, by label. */
  List<String> classes();

  /** Weights by label, positive, with mean 1. */
  double[] weights();

  /** Of a method that needs neither the coreset nor a model. */
  record Fixed(String method, List<String> classes, double[] weights) implements ClassWeights {}

  /**
   * Of a method that needs the coreset but no model.
   *
   * @param rows n_c, rows of each class in the coreset
   * @param maxWeightRatio max/min of the weights is at most this
   * @param coreset digest of the coreset
   */
  record FromCoreset(
      String method,
      List<String> classes,
      double[] weights,
      long[] rows,
      double maxWeightRatio,
      String coreset)
      implements ClassWeights {}

  /**
   * Derived while a proxy model was trained.
   *
   * @param mean the weights before the limit of their ratio, sum 1: the mean of w over updates (for
   *     {@code loss-ratio}, in proportion to that of λ)
   * @param lambda λ of the last update
   * @param trajectory w and λ over at most 200 updates; {@code trajectory.safetensors} has all
   * @param updates updates of w
   * @param images images that the proxy was trained on, counting repetitions
   * @param eta η and its origin
   * @param smoothing s, the share of the uniform distribution in w
   * @param maxWeightRatio max/min of the weights is at most this
   * @param averageAfter share of the updates that the mean leaves out
   * @param coreset digest of the coreset
   * @param reference digest of the reference model; null for methods without one
   * @param proxy sha-256 of the proxy's weights after the last step
   * @param seeds every seed used, by name
   */
  record Trained(
      String method,
      List<String> classes,
      double[] weights,
      double[] mean,
      double[] lambda,
      Curve trajectory,
      long updates,
      long images,
      Eta eta,
      double smoothing,
      double maxWeightRatio,
      double averageAfter,
      String coreset,
      String reference,
      String proxy,
      Map<String, Long> seeds)
      implements ClassWeights {}

  /**
   * Some of the updates, evenly spaced; the last one is included.
   *
   * @param updates number of updates up to and including each one, ascending
   * @param weights w after each
   * @param lambda λ after each
   */
  record Curve(int[] updates, double[][] weights, double[][] lambda) {}

  /**
   * The step size.
   *
   * @param value η; 0 while it is being measured
   * @param target ln(w_a / w_b) that it aims at; null if η was given or nothing was measured, as
   *     are the following
   * @param spread δ, as measured
   * @param measuredFrom the first update, from 0, whose λ counts
   * @param measuredTo the first update that uses η, the one after the last that counts
   */
  record Eta(
      double value,
      Origin origin,
      Double target,
      Double spread,
      Long measuredFrom,
      Long measuredTo) {}

  /** Where η comes from. */
  enum Origin {
    /** From the run's spec. */
    @JsonProperty("given")
    GIVEN,
    /** From the first updates. */
    @JsonProperty("derived")
    DERIVED
  }

  /**
   * Puts the weights into an artifact, and into its attributes {@code classes} and {@code weights}.
   */
  default void write(ArtifactDraft draft) {
    draft.put(NAME, Json.bytes(this), null, null);
    draft.attribute("classes", classes());
    draft.attribute("weights", weights());
  }

  /**
   * Reads the weights of an artifact.
   *
   * @param classes how many classes there must be
   * @throws InvalidInputException the artifact does not exist, or does not hold one positive weight
   *     for each class
   */
  static ClassWeights read(ArtifactStore store, ArtifactRef ref, int classes) {
    ClassWeights weights = read(store, store.open(ref));
    int length = weights.weights() == null ? 0 : weights.weights().length;
    boolean positive =
        length == classes
            && Arrays.stream(weights.weights()).allMatch(w -> w > 0 && w < Double.MAX_VALUE);
    if (!positive) {
      throw new InvalidInputException(
          "object %s/%s has the weights %s for %d classes"
              .formatted(ref.address(), NAME, Arrays.toString(weights.weights()), classes),
          "derive one positive weight a class again");
    }
    return weights;
  }

  /**
   * Reads the weights of an open artifact, for display.
   *
   * @throws InvalidInputException the artifact has no {@code weights.json}, or an invalid one
   */
  static ClassWeights read(ArtifactStore store, Artifact artifact) {
    ObjectRef object = artifact.entry(NAME).object();
    return Json.read(store.objects().get(object), ClassWeights.class, "object " + object.key());
  }
}
