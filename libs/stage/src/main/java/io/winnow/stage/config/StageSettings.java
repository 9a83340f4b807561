package io.winnow.stage.config;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** How jobs are run, in every service. */
@ConfigMapping(prefix = "winnow.stage")
public interface StageSettings {

  /** Liveness turns DOWN when a running job has reported nothing for this time. */
  @WithDefault("10m")
  Duration heartbeatTimeout();

  /**
   * The process exits when it can do no more work: a channel has ended, a running job has been
   * silent for the heartbeat timeout, or the process is broken.
   */
  @WithDefault("true")
  boolean exitWhenDead();

  /** How often a running job renews its lease and checks whether its run was cancelled. */
  @WithDefault("2s")
  Duration heartbeatInterval();

  /** Another process may take over a job whose holder has sent no heartbeat for this time. */
  @WithDefault("15s")
  Duration leaseTime();

  /**
   * A job fails once processes that worked on it died this many times in a row without progress; 0
   * for never.
   */
  @WithDefault("3")
  int maxCrashes();

  /**
   * How long a job that writes checkpoints runs before it yields to a waiting job that is shorter,
   * has a higher priority, or has waited for the longest wait.
   */
  @WithDefault("3m")
  Duration slice();

  /** A job that has waited for its turn so long goes before all others. */
  @WithDefault("30m")
  Duration longestWait();

  /** The shortest time between two progress events of a job. */
  @WithDefault("1s")
  Duration progressInterval();

  /** How long a stopping process waits for its job to write a checkpoint and end. */
  @WithDefault("60s")
  Duration shutdownGrace();

  /**
   * Besides the last two checkpoints of a job, every Nth is kept until its artifact is committed; 0
   * keeps only the last two.
   */
  @WithDefault("10")
  int checkpointKeepEvery();

  /** How often dead letters are counted. */
  @WithDefault("15s")
  Duration dlqInterval();

  /** Ended jobs that {@code GET /jobs} remembers. */
  @WithDefault("200")
  int jobsKept();

  /** Parent of the jobs' scratch directories; by default the system's temporary directory. */
  Optional<Path> scratch();
}
