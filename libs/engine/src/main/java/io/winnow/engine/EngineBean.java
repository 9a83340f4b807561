package io.winnow.engine;

import io.winnow.torch.engine.MemoryLimits;
import io.winnow.torch.engine.Torch;
import io.winnow.torch.engine.TorchSettings;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;

/**
 * Starts the engine when it is first used: inject {@code Provider<Torch>} and call it in the job,
 * not in the constructor.
 */
@Singleton
class EngineBean {

  /**
   * Starts the engine.
   *
   * @throws io.winnow.contracts.InvalidInputException the device does not exist
   */
  @Produces
  @Singleton
  Torch torch(EngineSettings settings) {
    return Torch.start(new TorchSettings(settings.threads(), settings.device(), settings.tf32()));
  }

  /** The memory that jobs of this process may take. */
  @Produces
  @Singleton
  MemoryLimits limits(EngineSettings settings) {
    return MemoryLimits.ofProcess(settings.device())
        .with(settings.batchMib(), settings.memoryMib());
  }

  void close(@Disposes Torch torch) {
    torch.close();
  }
}
