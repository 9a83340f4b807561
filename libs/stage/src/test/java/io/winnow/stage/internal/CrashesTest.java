package io.winnow.stage.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.winnow.contracts.InvalidInputException;
import io.winnow.contracts.Json;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;

class CrashesTest {

  @Test
  void deathsAtTheSamePlaceCountFromTheSecondOn() {
    // the first process came to 500, which is further than nobody
    Crashes crashes = Crashes.NONE.at(500).next(0);
    assertThat(crashes.count()).isZero();
    for (int i = 1; i <= 3; i++) {
      crashes = crashes.at(500).next(0);
      assertThat(crashes.count()).isEqualTo(i);
    }
  }

  @Test
  void progressAndCheckpointsStartTheCountAnew() {
    Crashes twice = Crashes.NONE.next(0).next(0);
    assertThat(twice.count()).isEqualTo(2);
    assertThat(twice.at(1).next(0).count()).isZero();
    assertThat(twice.next(1).count()).isZero();
    // the checkpoint is known now
    assertThat(twice.next(1).next(1).count()).isEqualTo(1);
  }

  @Test
  void aPartThatCountsFromZeroIsNoStepBack() {
    assertThat(Crashes.NONE.at(900).at(3).next(0).furthest()).isEqualTo(900);
  }

  @Test
  void failsAtTheLimitWithAReasonAndARemedy() {
    Crashes twice = Crashes.NONE.next(0).next(0);
    assertThatCode(() -> twice.require("train", 3)).doesNotThrowAnyException();
    assertThatCode(() -> twice.next(0).require("train", 0)).doesNotThrowAnyException();
    assertThatThrownBy(() -> twice.next(0).require("train", 3))
        .isInstanceOfSatisfying(
            InvalidInputException.class,
            e -> {
              assertThat(e.problem()).contains("stage train").contains("3 times");
              assertThat(e.remedy()).contains("more memory");
            });
  }

  @Test
  void aJobThatAlwaysDiesEndsWhereverItDies() {
    // places of death at random, such as a leak's, which are further than before now and then
    Random random = new Random(4);
    Crashes crashes = Crashes.NONE;
    int deaths = 0;
    while (crashes.count() < 3) {
      crashes = crashes.at(random.nextInt(10_000)).next(0);
      deaths++;
    }
    assertThat(deaths).isLessThan(20);
  }

  @Test
  void aLeaseWithoutCrashesIsRead() {
    byte[] old =
        "{\"instance\":\"a-0\",\"process\":\"p\",\"runId\":\"r\",\"beats\":9}"
            .getBytes(StandardCharsets.UTF_8);
    assertThat(Json.read(old, Leases.Holder.class, "a lease").crashes()).isEqualTo(Crashes.NONE);
  }
}
