package io.winnow.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.winnow.contracts.Json;
import io.winnow.contracts.event.RunCancel;
import io.winnow.contracts.run.Run;
import io.winnow.contracts.spec.RunSpec;
import io.winnow.local.system.Home;
import io.winnow.local.system.StoreAccess;
import io.winnow.store.artifact.RunFolder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The status of runs while no system is running. */
class StatusCommandTest {
  @TempDir Path folder;

  @Test
  void saysThatUnfinishedRunsWaitForASystem() throws Exception {
    // given an unfinished run in a home whose system was stopped
    Path home = folder.resolve("home");
    Cli cli = new Cli(folder, home);
    new Home(home).create();
    RunSpec spec =
        RunSpec.parse(
            "{\"dataset\":{\"source\":\"x\"}}".getBytes(StandardCharsets.UTF_8), "the test");
    try (StoreAccess access = StoreAccess.openOrCreate(new Home(home))) {
      new RunFolder(access.store(), "mine").request(new Run("mine", spec, Instant.EPOCH));
    }
    String note =
        "No system is running on " + home + ": unfinished runs resume with \"winnow up\".";

    // when, then
    assertThat(cli.run("status")).isZero();
    assertThat(cli.out()).contains("mine", "running", note);
    assertThat(cli.run("status", "mine")).isZero();
    assertThat(cli.out()).contains(note);

    // and a longer list says what it omits
    assertThat(cli.run("status", "--last", "0")).isEqualTo(2);
    assertThat(cli.err()).contains("--last 0 lists no run", "give at least 1");
    try (StoreAccess access = StoreAccess.open(new Home(home))) {
      new RunFolder(access.store(), "other").cancelled(new RunCancel("other", "", Instant.EPOCH));
    }
    assertThat(cli.run("status", "--last", "1")).isZero();
    assertThat(cli.out()).contains("1 older runs", "winnow status --last 2", note);
    try (StoreAccess access = StoreAccess.open(new Home(home))) {
      access.store().delete("runs/other/cancelled.json");
    }

    // and JSON stays JSON
    assertThat(cli.run("status", "--json")).isZero();
    assertThat(Json.mapper().readTree(cli.out())).hasSize(1);
    assertThat(cli.err()).contains(note);

    // when the run has ended, then nothing waits
    try (StoreAccess access = StoreAccess.open(new Home(home))) {
      new RunFolder(access.store(), "mine").cancelled(new RunCancel("mine", "why", Instant.EPOCH));
    }
    assertThat(cli.run("status")).isZero();
    assertThat(cli.out()).contains("cancelled").doesNotContain("No system");
  }
}
