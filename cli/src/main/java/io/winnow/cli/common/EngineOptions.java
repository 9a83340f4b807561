package io.winnow.cli.common;

import io.winnow.torch.engine.TorchSettings;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What the engine of this process runs on. */
public final class EngineOptions {
  @Mixin private final ThreadsOption threads = new ThreadsOption();

  @Option(
      names = "--device",
      paramLabel = "DEVICE",
      defaultValue = "cpu",
      description = "cpu or cuda:N (default: ${DEFAULT-VALUE}).")
  private String device;

  public TorchSettings settings() {
    return new TorchSettings(threads.count(), device);
  }

  public String device() {
    return device;
  }
}
