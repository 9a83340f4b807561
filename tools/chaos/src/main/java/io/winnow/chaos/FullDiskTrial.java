package io.winnow.chaos;

import io.winnow.contracts.spec.RunSpec;
import io.winnow.local.system.SystemOptions;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * The disk fills up while a run works: the system says so in one line and stops; once there is
 * space again it resumes the run. The disk is that of the home. It is not filled to its last byte:
 * what must stay free is raised to slightly less than what is free, and a file takes the rest.
 */
final class FullDiskTrial {
  static final String NAME = "full disk";
  private static final long MIB = 1 << 20;
  private static final long BALLAST = 512 * MIB;
  private static final Duration NOTICE_TIMEOUT = Duration.ofSeconds(30);
  private static final Duration POLL = Duration.ofMillis(100);

  private final SystemOptions options;
  private final RunSpec spec;
  private final Audit undisturbed;
  private final Path ballast;
  private final CopyOnWriteArrayList<String> notices;

  /**
   * @param options of a system that is not running
   * @param folder on the same disk as its home
   */
  FullDiskTrial(
      SystemOptions options,
      RunSpec spec,
      Audit undisturbed,
      Path folder,
      CopyOnWriteArrayList<String> notices) {
    this.options = options;
    this.spec = spec;
    this.undisturbed = undisturbed;
    this.ballast = folder.resolve("ballast");
    this.notices = notices;
  }

  TrialResult run() throws IOException, InterruptedException {
    Instant start = Instant.now();
    List<String> problems = new ArrayList<>();
    String observed = observe(problems);
    return new TrialResult(
        NAME, observed, problems, Duration.between(start, Instant.now()).toMillis() / 1e3);
  }

  private String observe(List<String> problems) throws IOException, InterruptedException {
    long free = Files.getFileStore(ballast.getParent()).getUsableSpace();
    if (free < 4 * BALLAST) {
      return "skipped: only " + free / MIB + " MiB are free in " + ballast.getParent();
    }
    String run;
    String line;
    try (TrialSystem system =
        new TrialSystem(options.withMinimumFree(free - BALLAST / 2), spec, undisturbed, notices)) {
      run = system.client().submit(spec).id();
      fill();
      line = awaitFailure(system).orElse("nothing");
      if (!line.contains("must stay free")) {
        problems.add("the system did not say that the disk is full: " + line);
      }
    } finally {
      Files.deleteIfExists(ballast);
    }
    try (TrialSystem system = new TrialSystem(options, spec, undisturbed, notices)) {
      system.follow(run).ifPresent(problems::add);
    }
    return "the system stopped (" + line + "), and resumed the run";
  }

  private void fill() throws IOException {
    byte[] block = new byte[(int) MIB];
    try (OutputStream out = Files.newOutputStream(ballast)) {
      for (long written = 0; written < BALLAST; written += MIB) {
        out.write(block);
      }
    }
  }

  private static Optional<String> awaitFailure(TrialSystem system) throws InterruptedException {
    Instant deadline = Instant.now().plus(NOTICE_TIMEOUT);
    while (system.system().failure().isEmpty() && Instant.now().isBefore(deadline)) {
      Thread.sleep(POLL.toMillis());
    }
    return system.system().failure();
  }
}
