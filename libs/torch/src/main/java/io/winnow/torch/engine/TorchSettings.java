package io.winnow.torch.engine;

import io.winnow.contracts.InvalidInputException;

/**
 * How a process uses the engine.
 *
 * @param threads threads an operation may use, 1 or more; 0 leaves the engine's own choice (one per
 *     core). Results are equal bit for bit only between runs with the same number
 * @param device {@code cpu} or {@code cuda:N}
 * @param tf32 whether CUDA may use TF32 for float32, faster and less exact; only the first start in
 *     a process counts
 */
public record TorchSettings(int threads, String device, boolean tf32) {
  public TorchSettings {
    if (threads < 0) {
      throw new InvalidInputException(
          "engine threads cannot be " + threads, "give 0 for one per core, or a positive number");
    }
    if (!device.matches("cpu|cuda:\\d{1,3}")) {
      throw new InvalidInputException("no such device: " + device, "give cpu or cuda:0, cuda:1, …");
    }
  }

  /** Without TF32. */
  public TorchSettings(int threads, String device) {
    this(threads, device, false);
  }

  /** The processor, with the engine's own number of threads. */
  public static TorchSettings cpu() {
    return new TorchSettings(0, "cpu", false);
  }
}
