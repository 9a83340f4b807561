package io.winnow.console.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.winnow.contracts.event.RunProgress;
import io.winnow.contracts.event.RunProgress.State;
import io.winnow.contracts.run.Run;
import io.winnow.contracts.run.RunStatus;
import io.winnow.contracts.spec.DatasetSpec;
import io.winnow.contracts.spec.RunSpec;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RunRecordTest {
  private static final Instant START = Instant.parse("2026-01-01T10:00:00Z");

  private final RunRecord run = new RunRecord("r");

  private static RunProgress said(
      String stage, State state, long done, int second, Map<String, Double> figures) {
    return new RunProgress(
        "r",
        stage,
        state,
        done,
        100,
        "images",
        5,
        1.5,
        null,
        null,
        figures,
        START.plusSeconds(second));
  }

  @Test
  void aStageIsAsItsNewestEventSaysSinceItsFirst() {
    // when an event comes late, of a process that had lost the job
    run.progress(said("train", State.RUNNING, 10, 1, null));
    run.progress(said("train", State.RUNNING, 30, 5, null));
    run.progress(said("train", State.RUNNING, 12, 2, null));

    // then
    assertThat(run.live().stages()).hasSize(1);
    StageView train = run.live().stages().get(0);
    assertThat(train.done()).isEqualTo(30);
    assertThat(train.since()).isEqualTo(START.plusSeconds(1));
    assertThat(train.at()).isEqualTo(START.plusSeconds(5));
  }

  @Test
  void theListShowsTheStageThatGoesOn() {
    // given one that is through and one at half
    run.progress(said("select", State.RUNNING, 5, 1, null));
    run.progress(said("train", State.RUNNING, 50, 2, null));

    // when the first says its last word after that
    run.progress(said("select", State.SUCCEEDED, 100, 3, null));

    // then
    assertThat(run.item().stage()).isEqualTo("train");
    assertThat(run.item().share()).isEqualTo(0.5);
  }

  @Test
  void whatWasHeardIsNoEndUntilTheStoreSaysSo() {
    // given
    run.stored(new StoredRun(null, RunStatus.RUNNING, null, null, null));

    // when
    run.endReported();

    // then it goes on, until the store has its report
    assertThat(run.live().status()).isEqualTo(RunStatus.RUNNING);
    assertThat(run.gone()).isFalse();
    run.stored(new StoredRun(null, RunStatus.SUCCEEDED, 4.5, 60.0, null));
    assertThat(run.item().status()).isEqualTo(RunStatus.SUCCEEDED);
    assertThat(run.item().frechet()).isEqualTo(4.5);
    // and one that the store has no more is not shown
    run.stored(StoredRun.NOTHING);
    assertThat(run.gone()).isTrue();
  }

  @Test
  void figuresAreKeptByStageAndName() {
    // when
    run.progress(said("train", State.RUNNING, 10, 1, Map.of("training.loss", 0.5)));
    run.progress(said("train", State.RUNNING, 20, 2, Map.of("training.loss", 0.25)));

    // then
    assertThat(run.live().figures()).containsOnlyKeys("train training.loss");
    assertThat(run.live().figures().get("train training.loss"))
        .containsExactly(new double[] {10, 0.5}, new double[] {20, 0.25});
  }

  @Test
  void theLogHoldsTheLastChangesOnly() {
    // when a stage says the same thing of itself many times, and others change
    for (int i = 0; i < 2 * RunRecord.LINES; i++) {
      run.progress(said("train", State.RUNNING, i, i, null));
    }
    run.progress(said("train", State.SUCCEEDED, 100, 1000, null));
    for (int i = 0; i < RunRecord.LINES; i++) {
      run.progress(said("s" + i, State.RUNNING, 1, i, null));
    }

    // then
    assertThat(run.live().log()).hasSize(RunRecord.LINES);
    assertThat(run.live().log().get(0).stage()).isEqualTo("s0");
    assertThat(run.live().log().get(0).text()).isEqualTo("running 1/100 images");
  }

  @Test
  void theRequestInTheStoreCountsMoreThanALaterOneOfTheSameId() {
    // given a run whose own request Kafka no longer has
    Run first = new Run("r", RunSpec.of(DatasetSpec.of("/first")), START);
    Run later = new Run("r", RunSpec.of(DatasetSpec.of("/later")), START.plusSeconds(9));
    run.stored(new StoredRun(first, RunStatus.SUCCEEDED, 1.0, 1.0, null));

    // when
    run.requested(later);

    // then
    assertThat(run.item().dataset()).isEqualTo(first.spec().dataset().name());
    assertThat(run.item().requestedAt()).isEqualTo(START);
  }
}
