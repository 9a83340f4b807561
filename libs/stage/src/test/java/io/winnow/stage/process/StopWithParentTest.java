package io.winnow.stage.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.winnow.store.local.Time;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class StopWithParentTest {
  private final List<String> steps = new ArrayList<>();

  /** Time of which only the waiting is noted. */
  private final Time time =
      new Time() {
        @Override
        public long nanos() {
          return 0;
        }

        @Override
        public void sleep(Duration duration) {
          steps.add("waited " + duration.toSeconds() + " s");
        }

        @Override
        public Repetition every(Duration interval, String name, Runnable task) {
          throw new UnsupportedOperationException();
        }
      };

  private void await(InputStream pipe) {
    StopWithParent.awaitEnd(pipe, time, () -> steps.add("stop"), () -> steps.add("halt"));
  }

  @Test
  void aStopThatDoesNotEndIsCutShort() {
    // when the parent's end of the pipe closes, and the stop waits for a job
    await(new ByteArrayInputStream(new byte[3]));

    // then the process halts after some seconds
    assertThat(steps).containsExactly("stop", "waited 5 s", "halt");
  }

  @Test
  void aBrokenPipeCountsAsItsEnd() {
    await(
        new InputStream() {
          @Override
          public int read() throws IOException {
            throw new IOException("broken");
          }
        });
    assertThat(steps).containsExactly("stop", "waited 5 s", "halt");
  }
}
