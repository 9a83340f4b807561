package io.winnow.artifacts.features;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.winnow.contracts.InvalidInputException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReadAheadTest {
  private static final List<Integer> THINGS = IntStream.range(0, 40).boxed().toList();

  @ParameterizedTest
  @ValueSource(ints = {-1, 0, 1, 2, 3, 100})
  void whatIsReadIsUsedInOrderAndByTheCaller(int threads) {
    // given reads that end in another order than they began
    Random random = new Random(threads);
    int[] micros = random.ints(THINGS.size(), 0, 2000).toArray();
    List<Integer> used = new ArrayList<>();
    Set<Thread> users = new HashSet<>();
    AtomicInteger held = new AtomicInteger();
    Set<Integer> heldAtOnce = ConcurrentHashMap.newKeySet();

    // when
    ReadAhead.each(
        THINGS,
        threads,
        i -> {
          heldAtOnce.add(held.incrementAndGet());
          LockSupport.parkNanos(1000L * micros[i]);
          return 3 * i;
        },
        (i, read) -> {
          assertThat(read).isEqualTo(3 * i);
          used.add(i);
          users.add(Thread.currentThread());
          LockSupport.parkNanos(1000L * micros[THINGS.size() - 1 - i]);
          held.decrementAndGet();
        });

    // then never were more there than said
    assertThat(used).isEqualTo(THINGS);
    assertThat(users).containsExactly(Thread.currentThread());
    assertThat(heldAtOnce).allMatch(count -> count <= Math.max(0, threads) + 1);
  }

  @Test
  void asManyAreReadAtATimeAsThereAreThreads() {
    // given reads of which each waits for two others
    CountDownLatch three = new CountDownLatch(3);

    // when
    List<Boolean> met = new ArrayList<>();
    ReadAhead.each(List.of(0, 1, 2), 3, i -> meet(three), (i, read) -> met.add(read));

    // then
    assertThat(met).containsExactly(true, true, true);
  }

  @Test
  void theNextIsReadWhileOneIsUsed() {
    // given a use that waits for the read of the next
    CountDownLatch second = new CountDownLatch(2);
    List<Boolean> met = new ArrayList<>();

    // when
    ReadAhead.each(
        List.of(0, 1),
        1,
        i -> {
          second.countDown();
          return i;
        },
        (i, read) -> met.add(await(second)));

    // then
    assertThat(met).containsExactly(true, true);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2})
  void anErrorOfReadingComesInItsPlaceAndAsItWas(int threads) {
    // given the fifth cannot be read
    InvalidInputException missing = new InvalidInputException("no shard 4", "make it again");
    List<Integer> used = new ArrayList<>();

    // when
    Throwable thrown =
        thrown(
            threads,
            i -> {
              if (i == 4) {
                throw missing;
              }
              return i;
            },
            (i, read) -> used.add(i));

    // then
    assertThat(thrown).isSameAs(missing);
    assertThat(used).containsExactly(0, 1, 2, 3);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2})
  void anErrorOfUseEndsReading(int threads) {
    // given
    Set<Integer> begun = ConcurrentHashMap.newKeySet();

    // when
    Throwable thrown =
        thrown(
            threads,
            i -> {
              begun.add(i);
              return i;
            },
            (i, read) -> {
              throw new IllegalStateException("stopped");
            });

    // then
    assertThat(thrown).isInstanceOf(IllegalStateException.class).hasMessage("stopped");
    assertThat(begun).hasSizeLessThanOrEqualTo(threads + 1);
  }

  private static Throwable thrown(
      int threads, Function<Integer, Integer> read, BiConsumer<Integer, Integer> use) {
    return catchThrowable(() -> ReadAhead.each(THINGS, threads, read, use));
  }

  private static boolean meet(CountDownLatch latch) {
    latch.countDown();
    return await(latch);
  }

  private static boolean await(CountDownLatch latch) {
    try {
      return latch.await(20, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
