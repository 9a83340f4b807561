package io.winnow.stage.config;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** How jobs are run; every service has these settings. */
@ConfigMapping(prefix = "winnow.stage")
public interface StageSettings {

  /** Liveness turns DOWN when a running job has said nothing for so long. */
  @WithDefault("10m")
  Duration heartbeatTimeout();

  /** How often a running job looks whether its run was cancelled. */
  @WithDefault("2s")
  Duration heartbeatInterval();

  /** Another process may take a job over when its holder was silent for so long. */
  @WithDefault("15s")
  Duration leaseTime();

  /** At most one progress event a job in this time. */
  @WithDefault("1s")
  Duration progressInterval();

  /** How long a process that is told to stop waits for its job to write a checkpoint and leave. */
  @WithDefault("60s")
  Duration shutdownGrace();

  /**
   * Of a job's checkpoints every so many are kept until its artifact is committed, beside the last
   * two; 0 keeps only the last two.
   */
  @WithDefault("10")
  int checkpointKeepEvery();

  /** How often dead letters are counted. */
  @WithDefault("15s")
  Duration dlqInterval();

  /** Ended jobs that {@code GET /jobs} remembers. */
  @WithDefault("200")
  int jobsKept();

  /** Where jobs get their scratch directories; default: the system's temporary directory. */
  Optional<Path> scratch();
}
