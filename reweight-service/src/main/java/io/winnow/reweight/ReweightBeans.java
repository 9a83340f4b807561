package io.winnow.reweight;

import io.winnow.models.References;
import io.winnow.store.artifact.ArtifactStore;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;

/** Plain Java classes as beans. */
@Singleton
class ReweightBeans {

  @Produces
  @Singleton
  References references(ArtifactStore store) {
    return new References(store);
  }
}
