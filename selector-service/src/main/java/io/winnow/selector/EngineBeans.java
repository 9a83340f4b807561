package io.winnow.selector;

import io.winnow.diffusion.References;
import io.winnow.diffusion.engine.Torch;
import io.winnow.diffusion.engine.TorchSettings;
import io.winnow.storage.artifact.ArtifactStore;
import io.winnow.storage.dataset.ShardCache;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Provider;
import jakarta.inject.Singleton;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** The engine, started when it is first needed, and what works with it. */
@Singleton
class EngineBeans {

  @Produces
  @Singleton
  Torch torch(
      @ConfigProperty(name = "winnow.engine.threads", defaultValue = "0") int threads,
      @ConfigProperty(name = "winnow.engine.device", defaultValue = "cpu") String device,
      @ConfigProperty(name = "winnow.engine.tf32", defaultValue = "false") boolean tf32) {
    return Torch.start(new TorchSettings(threads, device, tf32));
  }

  @Produces
  @Singleton
  References references(ArtifactStore store) {
    return new References(store);
  }

  @Produces
  @Singleton
  LossTools lossTools(
      Losses losses,
      References references,
      ShardCache cache,
      Provider<Torch> torch,
      @ConfigProperty(name = "winnow.selector.loss-batch") int batch,
      @ConfigProperty(name = "winnow.selector.checkpoint-losses") long checkpointLosses) {
    return new LossTools(losses, references, cache, torch, batch, checkpointLosses);
  }

  void close(@Disposes Torch torch) {
    torch.close();
  }
}
