package io.winnow.encoder;

import io.winnow.torch.engine.MemoryLimits;
import jakarta.enterprise.context.ApplicationScoped;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * The memory of the services that train, as far as the encoder knows it. In a local system all
 * services have the same. Elsewhere it is set, or each service checks when its work begins.
 */
@ApplicationScoped
class TrainingLimits {
  private final MemoryLimits limits;

  TrainingLimits(
      MemoryLimits own,
      @ConfigProperty(name = "winnow.local", defaultValue = "false") boolean local,
      @ConfigProperty(name = "winnow.training.batch-mib", defaultValue = "0") long batchMib,
      @ConfigProperty(name = "winnow.training.memory-mib", defaultValue = "0") long memoryMib) {
    this.limits = (local ? own : MemoryLimits.NONE).with(batchMib, memoryMib);
  }

  MemoryLimits limits() {
    return limits;
  }
}
