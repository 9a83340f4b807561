package io.winnow.models.parity;

import io.winnow.torch.engine.Torch;
import java.util.Map;

/** Computes with one kind of network what a file records of it. */
public interface ParityCheck {
  /** The kind of network, e.g. {@code dit}: what the file's {@code arch} is or begins with. */
  String kind();

  /**
   * @param outputs the computed values, row-major, by the names of the file's tensors; the norms of
   *     gradients as {@code grad_norms.<parameter>}. What the file does not record may be there too
   * @throws io.winnow.contracts.InvalidInputException the file's configuration or its tensors do
   *     not make a network of this kind
   */
  void run(Torch torch, GoldenFile file, Map<String, float[]> outputs);

  /** Values computed in float64, by the names of the file's tensors or lists. */
  default Map<String, double[]> exact(GoldenFile file) {
    return Map.of();
  }
}
