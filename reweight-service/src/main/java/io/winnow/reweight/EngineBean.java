package io.winnow.reweight;

import io.winnow.models.References;
import io.winnow.store.artifact.ArtifactStore;
import io.winnow.torch.engine.Torch;
import io.winnow.torch.engine.TorchSettings;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** The engine as a bean, started by the first job that needs it, and what else has no scope. */
@Singleton
class EngineBean {

  @Produces
  @Singleton
  Torch torch(
      @ConfigProperty(name = "winnow.engine.threads") int threads,
      @ConfigProperty(name = "winnow.engine.device") String device,
      @ConfigProperty(name = "winnow.engine.tf32", defaultValue = "false") boolean tf32) {
    return Torch.start(new TorchSettings(threads, device, tf32));
  }

  @Produces
  @Singleton
  References references(ArtifactStore store) {
    return new References(store);
  }

  void close(@Disposes Torch torch) {
    torch.close();
  }
}
