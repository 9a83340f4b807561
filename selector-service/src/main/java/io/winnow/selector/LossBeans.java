package io.winnow.selector;

import io.winnow.datasets.ShardCache;
import io.winnow.models.References;
import io.winnow.store.artifact.ArtifactStore;
import io.winnow.torch.engine.Torch;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Provider;
import jakarta.inject.Singleton;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Beans for computing the reference model's losses. */
@Singleton
class LossBeans {

  @Produces
  @Singleton
  References references(ArtifactStore store) {
    return new References(store);
  }

  @Produces
  @Singleton
  LossTools tools(
      RunLosses losses,
      References references,
      ShardCache cache,
      Provider<Torch> torch,
      @ConfigProperty(name = "winnow.selector.loss-batch") int batch,
      @ConfigProperty(name = "winnow.selector.checkpoint-losses") long checkpointLosses) {
    return new LossTools(losses, references, cache, torch, batch, checkpointLosses);
  }
}
