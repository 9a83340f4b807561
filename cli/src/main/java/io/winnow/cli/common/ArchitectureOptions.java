package io.winnow.cli.common;

import io.winnow.models.architecture.Architectures;
import io.winnow.models.architecture.DenoiserConfig;
import io.winnow.models.denoiser.ExampleSpec;
import io.winnow.torch.kernel.Precision;
import picocli.CommandLine.Option;

/** The images and classes of a network, for commands that read no data set. */
public final class ArchitectureOptions {
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
      description = "1 (grey), 3 (RGB), or the channels of a latent (default: ${DEFAULT-VALUE}).")
  private int channels;

  @Option(
      names = "--classes",
      paramLabel = "N",
      defaultValue = "10",
      description = "Number of classes (default: ${DEFAULT-VALUE}).")
  private int classes;

  @Option(
      names = "--precision",
      defaultValue = "float32",
      description = "Precision of the network: float32 or bf16 (default: ${DEFAULT-VALUE}).")
  private Precision precision;

  public DenoiserConfig of(String preset) {
    return DenoiserConfig.of(
        Architectures.preset(preset), ExampleSpec.pixels(channels, size, size), classes);
  }

  public Precision precision() {
    return precision;
  }
}
