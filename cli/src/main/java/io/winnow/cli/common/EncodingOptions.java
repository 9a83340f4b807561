package io.winnow.cli.common;

import io.winnow.contracts.InvalidInputException;
import io.winnow.models.surrogate.InferenceOptions;
import io.winnow.torch.engine.Torch;
import io.winnow.torch.kernel.Precision;
import picocli.CommandLine.Option;

/** How images are sent through an encoder. */
public final class EncodingOptions {
  @Option(
      names = "--batch",
      paramLabel = "N",
      defaultValue = "100",
      description = "Images per forward pass (default: ${DEFAULT-VALUE}).")
  private int batch;

  @Option(
      names = "--precision",
      defaultValue = "float32",
      description = "float32 or bf16 (default: ${DEFAULT-VALUE}).")
  private Precision precision;

  public InferenceOptions pass() {
    return new InferenceOptions(batch, precision);
  }

  public int batch() {
    return batch;
  }

  public Precision precision() {
    return precision;
  }

  /**
   * @throws InvalidInputException the device cannot compute in the precision
   */
  public void requireSupport(Torch torch) {
    torch.require(precision, "--precision");
  }
}
