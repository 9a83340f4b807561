package io.winnow.stage.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.smallrye.config.SmallRyeConfig;
import io.winnow.contracts.InvalidInputException;
import io.winnow.stage.api.StopException;
import io.winnow.stage.config.RetrySettings;
import io.winnow.stage.config.StageSettings;
import io.winnow.stage.testing.TestProcess;
import io.winnow.store.local.Time;
import io.winnow.store.object.StoreUnavailableException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;

class TransientFaultRetryTest {
  private final List<Duration> delays = new ArrayList<>();
  private final List<String> reported = new ArrayList<>();
  private final Lifecycle lifecycle =
      new Lifecycle(settings("1ms").getConfigMapping(StageSettings.class));
  private int calls;

  /** Notes the delays and does not wait. */
  private final Time time =
      new Time() {
        @Override
        public long nanos() {
          return 0;
        }

        @Override
        public void sleep(Duration duration) {
          delays.add(duration);
        }

        @Override
        public Repetition every(Duration interval, String name, Runnable task) {
          throw new UnsupportedOperationException();
        }
      };

  private static SmallRyeConfig settings(String initial) {
    return TestProcess.settings(
        Map.of("winnow.retry.initial-delay", initial, "winnow.retry.max-delay", "1s"));
  }

  private TransientFaultRetry retry() {
    return new TransientFaultRetry(
        settings("100ms").getConfigMapping(RetrySettings.class), lifecycle, time);
  }

  private Callable<String> failing(int times) {
    return () -> {
      if (++calls <= times) {
        throw new StoreUnavailableException("fault " + calls, new IOException());
      }
      return "done";
    };
  }

  @Test
  void delaysDoubleUpToTheMaximumWithJitter() throws Exception {
    // when
    String result = retry().call("test", failing(6), fault -> reported.add(fault.getMessage()));

    // then
    assertThat(result).isEqualTo("done");
    assertThat(reported).hasSize(6).startsWith("fault 1", "fault 2");
    long[] expected = {100, 200, 400, 800, 1000, 1000};
    for (int i = 0; i < expected.length; i++) {
      assertThat(delays.get(i).toMillis()).isBetween(expected[i] - 50, expected[i] + 50);
    }
    assertThat(delays).hasSize(6);
  }

  @Test
  void anotherFaultIsThrownAtOnce() {
    InvalidInputException bad = new InvalidInputException("bad", "mend");
    assertThatThrownBy(
            () ->
                retry()
                    .call(
                        "test",
                        () -> {
                          throw bad;
                        }))
        .isSameAs(bad);
    assertThat(delays).isEmpty();
  }

  @Test
  void aStopEndsTheWaiting() {
    assertThatThrownBy(
            () ->
                retry()
                    .call(
                        "test",
                        failing(100),
                        fault -> {
                          if (calls == 3) {
                            lifecycle.stop();
                          }
                        }))
        .isInstanceOfSatisfying(
            StopException.class,
            stop -> assertThat(stop.reason()).isEqualTo(StopException.Reason.SHUTDOWN));
    assertThat(calls).isEqualTo(4);
  }

  @Test
  void anInterruptEndsTheWaiting() {
    TransientFaultRetry real =
        new TransientFaultRetry(
            settings("1h").getConfigMapping(RetrySettings.class), lifecycle, Time.system());
    Thread.currentThread().interrupt();
    assertThatThrownBy(() -> real.call("test", failing(100))).isInstanceOf(StopException.class);
    assertThat(Thread.interrupted()).isTrue();
    assertThat(calls).isEqualTo(1);
  }
}
