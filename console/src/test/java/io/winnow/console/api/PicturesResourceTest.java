package io.winnow.console.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.ws.rs.ServiceUnavailableException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** Few pictures are made at once; other requests wait, and not for ever. */
class PicturesResourceTest {
  private static final byte[] PNG = {1, 2, 3};

  @Test
  void aRequestThatWaitsTooLongForItsTurnIsRefusedForNow() throws Exception {
    // given two pictures that take long
    PicturesResource pictures = new PicturesResource(null, Duration.ofMillis(20));
    CountDownLatch begun = new CountDownLatch(2);
    CountDownLatch go = new CountDownLatch(1);
    Supplier<byte[]> slow =
        () -> {
          begun.countDown();
          try {
            go.await();
          } catch (InterruptedException e) {
            throw new IllegalStateException(e);
          }
          return PNG;
        };
    CompletableFuture<Integer> first =
        CompletableFuture.supplyAsync(() -> pictures.oneOfFew(slow).getStatus());
    CompletableFuture<Integer> second =
        CompletableFuture.supplyAsync(() -> pictures.oneOfFew(slow).getStatus());
    assertThat(begun.await(1, TimeUnit.MINUTES)).isTrue();

    // when, then a third one is not even begun
    assertThatThrownBy(
            () ->
                pictures.oneOfFew(
                    () -> {
                      throw new AssertionError("begun");
                    }))
        .isInstanceOfSatisfying(
            ServiceUnavailableException.class,
            e -> {
              assertThat(e.getResponse().getStatus()).isEqualTo(503);
              assertThat(e.getResponse().getHeaderString("Retry-After")).isNotNull();
            });

    // and it has its turn once these have ended
    go.countDown();
    assertThat(first.get(1, TimeUnit.MINUTES)).isEqualTo(200);
    assertThat(second.get(1, TimeUnit.MINUTES)).isEqualTo(200);
    assertThat(pictures.oneOfFew(() -> PNG).getEntity()).isEqualTo(PNG);
  }

  @Test
  void aPictureThatFailsGivesItsTurnBack() {
    PicturesResource pictures = new PicturesResource(null, Duration.ZERO);
    for (int i = 0; i < 5; i++) {
      assertThatThrownBy(
              () ->
                  pictures.oneOfFew(
                      () -> {
                        throw new IllegalStateException("no picture");
                      }))
          .isInstanceOf(IllegalStateException.class);
    }
    assertThat(pictures.oneOfFew(() -> PNG).getStatus()).isEqualTo(200);
  }
}
