package io.winnow.cli.common;

import io.winnow.contracts.spec.ModelSpec;
import io.winnow.models.unet.UnetConfig;
import io.winnow.models.unet.UnetConfigs;
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
      paramLabel = "TYPE",
      defaultValue = "float32",
      description = "Precision of the network: float32 or bf16 (default: ${DEFAULT-VALUE}).")
  private Precision precision;

  public UnetConfig of(String preset) {
    return UnetConfigs.of(ModelSpec.preset(preset), channels, size, classes);
  }

  public Precision precision() {
    return precision;
  }
}
