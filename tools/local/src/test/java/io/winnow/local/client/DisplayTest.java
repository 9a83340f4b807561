package io.winnow.local.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.winnow.contracts.event.Event;
import io.winnow.contracts.event.RunCancel;
import io.winnow.contracts.event.RunFailed;
import io.winnow.contracts.event.RunProgress;
import io.winnow.contracts.event.RunProgress.State;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class DisplayTest {
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

  private final RunState run = new RunState("r1");
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8);

  private static RunProgress progress(
      String stage, State state, long done, long total, double rate, Double eta, int second) {
    return new RunProgress(
        "r1",
        stage,
        state,
        done,
        total,
        "images",
        rate,
        eta,
        null,
        null,
        null,
        START.plusSeconds(second));
  }

  private static RunProgress said(String stage, State state, String message) {
    return new RunProgress(
        "r1", stage, state, 0, 0, "images", 0, null, "features/1a2b", message, null, START);
  }

  private String printed() {
    return bytes.toString(StandardCharsets.UTF_8);
  }

  @Test
  void aPipeGetsALinePerStateAndOneEveryTenSecondsWhileRunning() {
    // given
    PlainDisplay display = new PlainDisplay(out);
    List<Event> events =
        List.of(
            said("encode", State.REUSED, "reused features 1a2b3c4d5e6f"),
            progress("train", State.RUNNING, 0, 60_000, 0, null, 0),
            progress("train", State.RUNNING, 6_400, 60_000, 640, 83.75, 5),
            progress("train", State.RUNNING, 12_800, 60_000, 640.4, 73.75, 10),
            progress("train", State.RUNNING, 13_440, 60_000, 640, 72.75, 11),
            progress("train", State.SUCCEEDED, 60_000, 60_000, 640, 0.0, 95));

    // when each is shown, and some twice
    for (Event event : events) {
      run.apply(event);
      display.show(run);
      display.show(run);
    }

    // then
    assertThat(printed().lines())
        .containsExactly(
            "encode          reused features 1a2b3c4d5e6f",
            "train             0 %  0/60,000 images",
            "train            21 %  12,800/60,000 images  640/s  1:14 left",
            "train           done  60,000/60,000 images  in 1:35");
  }

  @Test
  void aTerminalGetsOneLinePerStageRedrawnInPlace() {
    // given
    LiveDisplay display = new LiveDisplay(out, 80, new Notices(out));

    // when the first stage runs
    run.apply(progress("import", State.RUNNING, 5, 10, 2.5, 2.0, 0));
    display.show(run);

    // then
    assertThat(printed())
        .isEqualTo(
            "import          ██████████░░░░░░░░░░  50 %  5/10 images  2.5/s  0:02 left\u001b[K\n");

    // when nothing changed, then nothing is drawn
    bytes.reset();
    display.show(run);
    assertThat(printed()).isEmpty();

    // when it is done and a second waits
    run.apply(progress("import", State.SUCCEEDED, 10, 10, 2.5, null, 4));
    run.apply(said("surrogate", State.WAITING, "waiting: the store does not answer"));
    display.show(run);

    // then the cursor goes up over what was drawn
    assertThat(printed())
        .isEqualTo(
            "\u001b[1Aimport          done  10/10 images  in 0:04\u001b[K\n"
                + "surrogate       waiting: the store does not answer\u001b[K\n");
  }

  @Test
  void noticesArePrintedAboveTheRedrawnLines() {
    // given a stage that is shown
    Notices notices = new Notices(out);
    LiveDisplay display = new LiveDisplay(out, 80, notices);
    run.apply(said("encode", State.WAITING, "waiting"));
    display.show(run);
    bytes.reset();

    // when there is a notice, then it waits for the next update
    notices.accept("trainer-service stopped");
    assertThat(printed()).isEmpty();
    display.show(run);
    assertThat(printed())
        .isEqualTo("\u001b[1Atrainer-service stopped\u001b[K\nencode          waiting\u001b[K\n");

    // when the display has ended, then it is printed at once
    display.end(run);
    bytes.reset();
    notices.accept("bye");
    assertThat(printed()).isEqualTo("bye\n");
  }

  @Test
  void aLineWiderThanTheTerminalIsCut() {
    LiveDisplay display = new LiveDisplay(out, 30, new Notices(out));
    run.apply(progress("train", State.RUNNING, 1, 4, 1, 3.0, 0));
    display.show(run);
    assertThat(printed().replace("\u001b[K\n", "")).hasSize(29).startsWith("train");
  }

  @Test
  void aRunEndsOnceAndOnlyByItsOwnEvents() {
    // when another run fails, then nothing changes
    assertThat(run.apply(new RunFailed("r2", "train", "p", "r", START))).isFalse();
    assertThat(run.outcome()).isEmpty();

    // when it fails itself, then it is over, with problem and remedy
    assertThat(run.apply(new RunFailed("r1", "import", "no images", "add some", START))).isTrue();
    assertThat(run.outcome()).hasValue(RunState.Outcome.FAILED);
    assertThat(run.failure()).hasValue("import: no images (add some)");

    // when more comes, then it is too late
    assertThat(run.apply(new RunCancel("r1", null, START))).isFalse();
    assertThat(run.outcome()).hasValue(RunState.Outcome.FAILED);
  }

  @Test
  void stagesKeepTheOrderOfTheirFirstEvents() {
    run.apply(progress("reference", State.RUNNING, 1, 2, 0, null, 0));
    run.apply(progress("encode", State.RUNNING, 1, 2, 0, null, 1));
    run.apply(progress("reference", State.RUNNING, 2, 2, 0, null, 2));
    assertThat(run.stages())
        .extracting(s -> s.latest().stage() + " " + s.latest().done() + " " + s.elapsed())
        .containsExactly("reference 2 PT2S", "encode 1 PT0S");
  }

  @Test
  void durationsAreFormattedAsClockTime() {
    assertThat(Pace.clock(4.6)).isEqualTo("0:05");
    assertThat(Pace.clock(723)).isEqualTo("12:03");
    assertThat(Pace.clock(3723)).isEqualTo("1:02:03");
  }
}
