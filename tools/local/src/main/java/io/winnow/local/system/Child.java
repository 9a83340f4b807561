package io.winnow.local.system;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;

/** A process that runs a replica of a service. Thread-safe. */
interface Child {

  /** Starts the processes of replicas. */
  @FunctionalInterface
  interface Launcher {

    /**
     * Starts a process; does not wait until it is ready. Every process of a replica has the same
     * base URL.
     */
    Child launch(Replica replica) throws IOException;
  }

  Replica replica();

  long pid();

  /** Base URL of its REST endpoints. */
  URI base();

  boolean isAlive();

  /** Exit code, once it has exited. */
  int exitCode();

  /**
   * Calls {@code action} when it has exited, on any thread; immediately if it has exited already.
   */
  void onExit(Runnable action);

  /** Sends SIGTERM, on which a running job saves a checkpoint; does not wait. */
  void terminate();

  /** Waits for it to exit; kills it after {@code timeout}. */
  void awaitExit(Duration timeout) throws InterruptedException;

  /** Sends SIGKILL; does not wait. */
  void crash();

  /** Sends SIGKILL and waits for the exit. */
  void kill() throws InterruptedException;

  /**
   * Sends it a signal.
   *
   * @param name of the signal without SIG
   */
  void signal(String name) throws IOException, InterruptedException;

  /** The last line of its log that is not a stack frame, with the log's path, for an error. */
  String lastLogLine();
}
