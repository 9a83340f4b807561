package io.winnow.chaos;

/** The trials, in the order in which they are made. */
public enum TrialKind {
  /** Records that cannot be read, on every topic. */
  POISON,
  /** Kafka is away for longer than clients' timeouts. */
  KAFKA,
  /** The store is away for as long. */
  STORE,
  /** A job that takes more memory than there is. */
  MEMORY,
  /** A TorchScript surrogate that never ends. */
  SCRIPT,
  /** The disk of the home fills up. */
  DISK
}
