package io.winnow.trainer.train;

import com.fasterxml.jackson.databind.JsonNode;
import io.winnow.contracts.ArtifactRef;
import io.winnow.contracts.InvalidInputException;
import io.winnow.contracts.Json;
import io.winnow.contracts.ObjectRef;
import io.winnow.store.artifact.ArtifactStore;
import java.util.Collections;
import java.util.List;
import java.util.stream.StreamSupport;

/**
 * What the reweight stage derived.
 *
 * @param values one weight a class, by label, mean 1
 */
public record ClassWeights(List<Double> values) {
  private static final String OBJECT = "weights.json";

  public ClassWeights {
    values = List.copyOf(values);
  }

  /**
   * @param classes how many weights there must be
   * @throws InvalidInputException the artifact has no weights, another number of them, or one that
   *     cannot weigh a loss
   */
  public static ClassWeights read(ArtifactStore store, ArtifactRef ref, int classes) {
    ObjectRef object = store.open(ref).entry(OBJECT).object();
    String what = "object " + object.key();
    JsonNode weights =
        Json.parse(store.objects().get(object), JsonNode.class, what).path("weights");
    List<Double> values =
        StreamSupport.stream(weights.spliterator(), false)
            .map(node -> node.isNumber() ? node.doubleValue() : Double.NaN)
            .toList();
    if (values.size() != classes || !values.stream().allMatch(w -> w > 0 && w < Double.MAX_VALUE)) {
      throw new InvalidInputException(
          what + " holds the weights " + values + " for " + classes + " classes",
          "derive one positive weight a class again");
    }
    return new ClassWeights(values);
  }

  /** The same weight for every class. */
  public static ClassWeights uniform(int classes) {
    return new ClassWeights(Collections.nCopies(classes, 1.0));
  }

  /** By label. */
  public double[] array() {
    return values.stream().mapToDouble(Double::doubleValue).toArray();
  }
}
