package io.winnow.models.exchange;

import io.winnow.contracts.InvalidInputException;
import io.winnow.models.architecture.Architectures;
import io.winnow.models.architecture.DenoiserConfig;
import io.winnow.store.tensor.Tensor;
import java.util.Map;
import java.util.Optional;

/** Which preset weights belong to, for the same examples and classes. */
final class PresetSearch {
  private PresetSearch() {}

  /** The first preset whose parameters have these names and shapes. */
  static Optional<String> of(Map<String, Tensor> tensors, DenoiserConfig like) {
    return Architectures.presets().stream()
        .filter(preset -> fits(preset, tensors, like))
        .findFirst();
  }

  private static boolean fits(String preset, Map<String, Tensor> tensors, DenoiserConfig like) {
    try {
      DenoiserConfig model =
          DenoiserConfig.of(Architectures.preset(preset), like.example(), like.classCount());
      return ParameterCheck.problems(model.parameters(), tensors, model.buffers()).isEmpty();
    } catch (InvalidInputException e) {
      // the preset cannot be built for such examples
      return false;
    }
  }
}
