package io.winnow.torch.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WorkersTest {
  private Torch torch;

  @BeforeEach
  void start() {
    torch = Torch.start(new TorchSettings(6, "cpu"));
  }

  @AfterEach
  void close() {
    torch.close();
    Torch.start(new TorchSettings(1, "cpu")).close(); // other tests' number
  }

  @ParameterizedTest(name = "{1} workers on {0} parts have {2} threads each")
  @CsvSource({"3, 3, 2", "6, 2, 1", "4, 4, 1", "2, 1, 3"})
  void eachWorkerHasItsPartOfTheThreads(int parts, int count, int each) throws Exception {
    // given: tasks that wait for each other, so that every worker has one
    Queue<Integer> threads = new ConcurrentLinkedQueue<>();
    CyclicBarrier together = new CyclicBarrier(count);

    // when
    try (Workers workers = new Workers(torch, parts, count)) {
      workers.each(
          count,
          i -> {
            threads.add(torch.threads());
            await(together);
          });
    }

    // then: the caller's threads, and those of threads that come later, are as before
    assertThat(threads).containsExactlyElementsOf(Collections.nCopies(count, each));
    assertThat(torch.threads()).isEqualTo(6);
    int[] later = new int[1];
    Thread thread = new Thread(() -> later[0] = torch.threads());
    thread.start();
    thread.join();
    assertThat(later[0]).isEqualTo(6);
  }

  @Test
  void aSinglePartIsTheCaller() {
    // when
    List<Thread> by = new ArrayList<>();
    try (Workers workers = new Workers(torch, 1, 1)) {
      workers.each(2, i -> by.add(Thread.currentThread()));
    }

    // then
    assertThat(by).containsExactly(Thread.currentThread(), Thread.currentThread());
    assertThat(torch.threads()).isEqualTo(6);
  }

  @Test
  void everyTaskIsDoneOnceAndAllBeforeItReturns() {
    // given
    AtomicInteger[] done =
        IntStream.range(0, 1000).mapToObj(i -> new AtomicInteger()).toArray(AtomicInteger[]::new);
    Set<Thread> by = ConcurrentHashMap.newKeySet();

    // when: twice
    try (Workers workers = new Workers(torch, 3, 3)) {
      for (int round = 0; round < 2; round++) {
        workers.each(
            done.length,
            i -> {
              by.add(Thread.currentThread());
              done[i].incrementAndGet();
            });
      }
      workers.each(0, i -> done[i].incrementAndGet());
    }

    // then
    assertThat(done).allSatisfy(times -> assertThat(times).hasValue(2));
    assertThat(by).doesNotContain(Thread.currentThread()).hasSizeBetween(1, 3);
  }

  @Test
  void nothingBeginsAfterAFailureAndNothingIsLeftRunning() {
    // given: task 0 fails while task 1 is at work
    CountDownLatch begun = new CountDownLatch(1);
    AtomicBoolean over = new AtomicBoolean();
    AtomicInteger more = new AtomicInteger();

    // when
    try (Workers workers = new Workers(torch, 2, 2)) {
      Throwable thrown =
          thrown(
              workers,
              i -> {
                if (i == 0) {
                  await(begun);
                  throw new IllegalArgumentException("task 0");
                }
                if (i > 1) {
                  more.incrementAndGet();
                  return;
                }
                begun.countDown();
                pause(200);
                over.set(true);
              });

      // then
      assertThat(thrown).isInstanceOf(IllegalArgumentException.class).hasMessage("task 0");
      assertThat(over).isTrue();
      assertThat(more).hasValue(0);
      workers.each(1, i -> more.incrementAndGet());
      assertThat(more).hasValue(1);
    }
  }

  @Test
  void anInterruptedCallerWaitsForWhatRunsAndStartsNothingMore() {
    // given
    Thread caller = Thread.currentThread();
    AtomicInteger begun = new AtomicInteger();
    AtomicInteger over = new AtomicInteger();

    // when
    Throwable thrown;
    try (Workers workers = new Workers(torch, 2, 2)) {
      thrown =
          thrown(
              workers,
              i -> {
                begun.incrementAndGet();
                caller.interrupt();
                pause(200);
                over.incrementAndGet();
              });
    }

    // then
    assertThat(Thread.interrupted()).isTrue();
    assertThat(thrown)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("interrupted");
    assertThat(begun.get()).isBetween(1, 2).isEqualTo(over.get());
  }

  @Test
  void refusesPartsThatTheThreadsDoNotMake() {
    for (int[] wrong : new int[][] {{0, 1}, {7, 1}, {2, 3}, {2, 0}}) {
      assertThatThrownBy(() -> new Workers(torch, wrong[0], wrong[1]))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("of 6 threads");
    }
  }

  private static Throwable thrown(Workers workers, IntConsumer task) {
    return catchThrowable(() -> workers.each(100, task));
  }

  private static void await(CyclicBarrier barrier) {
    try {
      barrier.await();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void pause(int millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
