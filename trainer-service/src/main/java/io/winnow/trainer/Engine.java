package io.winnow.trainer;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import io.winnow.torch.engine.Torch;
import io.winnow.torch.engine.TorchSettings;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;

/** The service's PyTorch engine, started with the first job that needs it. */
@ApplicationScoped
public class Engine {

  /** How the engine computes. */
  @ConfigMapping(prefix = "winnow.engine")
  public interface Settings {
    /** Threads an operation may use; 0: one a core. */
    @WithDefault("0")
    int threads();

    /** {@code cpu} or {@code cuda:N}. */
    @WithDefault("cpu")
    String device();

    /** Whether CUDA may use TF32 for float32. */
    @WithDefault("false")
    boolean tf32();
  }

  private final Settings settings;
  private Torch torch;

  Engine(Settings settings) {
    this.settings = settings;
  }

  /**
   * @throws io.winnow.contracts.InvalidInputException the device is not there
   */
  public synchronized Torch torch() {
    if (torch == null) {
      torch =
          Torch.start(new TorchSettings(settings.threads(), settings.device(), settings.tf32()));
    }
    return torch;
  }

  @PreDestroy
  synchronized void close() {
    if (torch != null) {
      torch.close();
    }
  }
}
