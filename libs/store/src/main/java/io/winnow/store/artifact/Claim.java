package io.winnow.store.artifact;

/** Keeps an artifact from being collected as garbage until it is closed. */
public interface Claim extends AutoCloseable {
  @Override
  void close();
}
