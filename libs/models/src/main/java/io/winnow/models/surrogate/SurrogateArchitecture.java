package io.winnow.models.surrogate;

import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.databind.annotation.JsonTypeIdResolver;
import io.winnow.contracts.InvalidInputException;
import io.winnow.torch.kernel.FunctionWriter;
import io.winnow.torch.kernel.Layers;
import io.winnow.torch.kernel.Value;

/**
 * The settings of a network that Winnow trains as a surrogate, and the network up to its features.
 * An implementation is a record whose components are its settings; they do not include the image
 * size or the number of classes. To add an architecture, implement this interface and add a line to
 * {@link Surrogates}.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.CUSTOM, property = "type")
@JsonTypeIdResolver(SurrogateTypeIds.class)
public interface SurrogateArchitecture {

  /**
   * Checks that the network can be built for such images.
   *
   * @param imageSize height and width in pixels
   * @throws InvalidInputException it cannot
   */
  void requireFit(int imageSize);

  /** Number of features, d. */
  int dimension();

  /**
   * Writes the network up to its last layer; a linear layer from features to classes follows it in
   * training.
   *
   * @param image float32 B×C×H×W with values in [−1, 1], for which {@link #requireFit} passes
   * @return float32 B×d
   */
  Value features(FunctionWriter writer, Layers layers, Value image);
}
