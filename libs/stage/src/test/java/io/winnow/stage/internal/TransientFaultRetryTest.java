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
import io.winnow.store.object.ObjectStore;
import io.winnow.store.object.StoreUnavailableException;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

class TransientFaultRetryTest {
  private final List<Duration> delays = new ArrayList<>();
  private final List<String> reported = new ArrayList<>();
  private final Lifecycle lifecycle =
      new Lifecycle(settings("1ms").getConfigMapping(StageSettings.class));
  private final AtomicBoolean storeAnswers = new AtomicBoolean(true);
  private Duration now = Duration.ZERO;
  private int calls;

  /** Notes the delays, which pass at once. */
  private final Time time =
      new Time() {
        @Override
        public long nanos() {
          return now.toNanos();
        }

        @Override
        public void sleep(Duration duration) {
          delays.add(duration);
          now = now.plus(duration);
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
        settings("100ms").getConfigMapping(RetrySettings.class), lifecycle, time, store());
  }

  /** Answers or not; everything else of it is unused. */
  private ObjectStore store() {
    return (ObjectStore)
        Proxy.newProxyInstance(
            ObjectStore.class.getClassLoader(),
            new Class<?>[] {ObjectStore.class},
            (proxy, method, arguments) -> {
              assertThat(method.getName()).isEqualTo("ping");
              if (!storeAnswers.get()) {
                throw new StoreUnavailableException("no answer", new IOException());
              }
              return null;
            });
  }

  /** Fails with an internal error of the store for a key, until a time has passed. */
  private Callable<String> failingFor(Duration time, Supplier<String> key) {
    return () -> {
      calls++;
      if (now.compareTo(time) < 0) {
        throw new StoreUnavailableException("status 500", key.get(), new IOException());
      }
      return "done";
    };
  }

  @Test
  void aFaultOfOneObjectIsPermanentAfterMinutesIfTheStoreAnswers() {
    assertThatThrownBy(() -> retry().call("test", failingFor(Duration.ofDays(1), () -> "some/key")))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("some/key")
        .hasMessageContaining("status 500");
    assertThat(now).isBetween(Duration.ofMinutes(5), Duration.ofMinutes(5).plusSeconds(2));
  }

  @Test
  void aStoreThatDoesNotAnswerIsWaitedFor() throws Exception {
    // given
    storeAnswers.set(false);

    // when, then
    assertThat(retry().call("test", failingFor(Duration.ofHours(2), () -> "some/key")))
        .isEqualTo("done");
  }

  @Test
  void faultsOfSeveralObjectsOrOfNoneAreWaitedFor() throws Exception {
    assertThat(retry().call("test", failingFor(Duration.ofHours(2), () -> "key/" + calls)))
        .isEqualTo("done");
    now = Duration.ZERO;
    assertThat(retry().call("test", failingFor(Duration.ofHours(2), () -> null))).isEqualTo("done");
  }

  @Test
  void aFaultThatComesAgainAfterLongWorkIsWaitedFor() throws Exception {
    // given an action that works for six minutes before it fails
    Callable<String> slow = failingFor(Duration.ofHours(2), () -> "some/key");

    // when, then
    assertThat(
            retry()
                .call(
                    "test",
                    () -> {
                      now = now.plusMinutes(6);
                      return slow.call();
                    }))
        .isEqualTo("done");
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
            settings("1h").getConfigMapping(RetrySettings.class),
            lifecycle,
            Time.system(),
            store());
    Thread.currentThread().interrupt();
    assertThatThrownBy(() -> real.call("test", failing(100))).isInstanceOf(StopException.class);
    assertThat(Thread.interrupted()).isTrue();
    assertThat(calls).isEqualTo(1);
  }
}
