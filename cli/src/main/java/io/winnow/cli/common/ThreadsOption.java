package io.winnow.cli.common;

import picocli.CommandLine.Option;

/** How many threads the engine uses. */
public final class ThreadsOption {
  @Option(
      names = "--threads",
      paramLabel = "N",
      defaultValue = "0",
      description = "Threads of the engine; 0 means one per core (default: ${DEFAULT-VALUE}).")
  private int threads;

  /** 0 for one per core. */
  public int count() {
    return threads;
  }
}
