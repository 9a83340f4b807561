package io.winnow.stage.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.winnow.store.local.DaemonThreads;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class ProcessDamageTest {
  private final ProcessDamage damage = new ProcessDamage();

  @Test
  void aJobThatFailedOrFilledTheHeapHurtsNobodyElse() {
    damage.before();
    assertThat(damage.after(new IllegalStateException("a bug"))).isEmpty();
    assertThat(damage.after(new StackOverflowError())).isEmpty();
    assertThat(damage.after(new RuntimeException(new OutOfMemoryError("Java heap space"))))
        .isEmpty();
  }

  @Test
  void aFaultThatStaysIsSaid() {
    assertThat(damage.after(new OutOfMemoryError("Metaspace"))).isPresent();
    assertThat(damage.after(new InternalError("torn"))).isPresent();
  }

  @Test
  void aNeededThreadThatDiedOfTheSameLackIsSaid() throws InterruptedException {
    // given
    CountDownLatch end = new CountDownLatch(1);
    Thread needed =
        DaemonThreads.start(
            "kafka-producer-network-thread | test",
            () -> {
              try {
                end.await();
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            });
    damage.before();

    // when
    end.countDown();
    needed.join();

    // then
    assertThat(damage.after(new OutOfMemoryError("Java heap space")))
        .hasValueSatisfying(what -> assertThat(what).contains(needed.getName()));
  }
}
