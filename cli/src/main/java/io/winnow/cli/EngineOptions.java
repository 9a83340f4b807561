package io.winnow.cli;

import io.winnow.torch.engine.TorchSettings;
import picocli.CommandLine.Option;

/** What a command's engine runs on. */
final class EngineOptions {
  @Option(
      names = "--threads",
      paramLabel = "N",
      defaultValue = "0",
      description = "Threads of an operation; 0: one a core (default: ${DEFAULT-VALUE}).")
  private int threads;

  @Option(
      names = "--device",
      paramLabel = "DEVICE",
      defaultValue = "cpu",
      description = "cpu or cuda:N (default: ${DEFAULT-VALUE}).")
  private String device;

  TorchSettings settings() {
    return new TorchSettings(threads, device);
  }

  String device() {
    return device;
  }
}
