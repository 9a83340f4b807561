package io.winnow.cli;

import io.winnow.models.architecture.Architectures;
import io.winnow.models.architecture.DenoiserConfig;
import io.winnow.models.denoiser.ExampleSpec;
import io.winnow.torch.kernel.Precision;
import picocli.CommandLine.Option;

/** What a preset is made for, of commands that need no data set. */
final class ArchitectureOptions {
  @Option(
      names = "--size",
      paramLabel = "PIXELS",
      defaultValue = "32",
      description = "Height and width of an image (default: ${DEFAULT-VALUE}).")
  private int size;

  @Option(
      names = "--channels",
      paramLabel = "N",
      defaultValue = "3",
      description = "1 (grey), 3 (RGB), or a latent's (default: ${DEFAULT-VALUE}).")
  private int channels;

  @Option(
      names = "--classes",
      paramLabel = "N",
      defaultValue = "10",
      description = "How many (default: ${DEFAULT-VALUE}).")
  private int classes;

  @Option(
      names = "--precision",
      defaultValue = "float32",
      description = "What the network computes in: float32 or bf16 (default: ${DEFAULT-VALUE}).")
  private Precision precision;

  DenoiserConfig of(String preset) {
    return DenoiserConfig.of(
        Architectures.preset(preset), ExampleSpec.pixels(channels, size, size), classes);
  }

  Precision precision() {
    return precision;
  }
}
