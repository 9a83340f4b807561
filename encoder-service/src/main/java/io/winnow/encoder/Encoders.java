package io.winnow.encoder;

import io.winnow.contracts.ArtifactRef;
import io.winnow.models.surrogate.EncoderArtifact;
import io.winnow.models.surrogate.Surrogate;
import io.winnow.store.artifact.ArtifactStore;
import io.winnow.torch.engine.Torch;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Instance;

/** Opens encoder artifacts. Keeps the last one loaded, since consecutive shards share one. */
@ApplicationScoped
public class Encoders {
  private final Instance<Torch> torch;
  private String digest;
  private Surrogate loaded;

  Encoders(Instance<Torch> torch) {
    this.torch = torch;
  }

  /**
   * The encoder, valid until another one is opened.
   *
   * @throws io.winnow.contracts.InvalidInputException missing, altered, or not an encoder
   */
  synchronized Surrogate open(ArtifactStore store, ArtifactRef encoder) {
    if (!encoder.digest().equals(digest)) {
      close();
      loaded = EncoderArtifact.load(store, encoder, torch.get());
      digest = encoder.digest();
    }
    return loaded;
  }

  @PreDestroy
  synchronized void close() {
    if (loaded != null) {
      loaded.close();
    }
    loaded = null;
    digest = null;
  }
}
