package io.winnow.stage.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import org.junit.jupiter.api.Test;

class JobTest {

  @Test
  void onlyAJobThatSomebodyWorksOnCanBeSilent() {
    // given a job that runs, and one that waits for its turn
    Job running = new Job("1", "run", "select", null, Clock.systemUTC());
    Job queued = new Job("2", "run", "select", null, Clock.systemUTC());

    // when
    queued.queued("waiting for its turn");
    long start = System.nanoTime();
    while (System.nanoTime() == start) {
      Thread.onSpinWait();
    }

    // then
    assertThat(running.silence()).isPositive();
    assertThat(queued.silence()).isZero();
    assertThat(queued.view().state()).isEqualTo(JobState.WAITING);
    assertThat(queued.view().message()).isEqualTo("waiting for its turn");
  }
}
