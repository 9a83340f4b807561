package io.winnow.local.client;

import io.winnow.contracts.Shown;
import io.winnow.contracts.event.RunProgress;
import io.winnow.local.client.RunState.StageState;
import java.time.Duration;
import java.util.Locale;

/** Formats the state of one stage as one line. */
final class ProgressLine {
  private static final int BAR = 20;
  private static final int NAME = 16;

  private ProgressLine() {}

  /** With a progress bar while the stage is running. */
  static String withBar(StageState stage) {
    return line(stage, true);
  }

  /** Without a progress bar. */
  static String plain(StageState stage) {
    return line(stage, false);
  }

  private static String line(StageState stage, boolean bar) {
    RunProgress p = stage.latest();
    String name = String.format(Locale.ROOT, "%-" + NAME + "s", p.stage());
    return Shown.line(
        (name
                + switch (p.state()) {
                  case RUNNING -> running(p, bar);
                  case WAITING -> p.message() == null ? "waiting" : p.message();
                  case REUSED -> p.message() == null ? "reused " + p.address() : p.message();
                  case SUCCEEDED -> done(stage);
                })
            .stripTrailing());
  }

  private static String running(RunProgress p, boolean bar) {
    StringBuilder text = new StringBuilder();
    if (p.total() > 0) {
      double share = Math.min(1, Math.max(0, (double) p.done() / p.total()));
      if (bar) {
        int full = (int) Math.floor(share * BAR);
        text.append("█".repeat(full)).append("░".repeat(BAR - full)).append(' ');
      }
      text.append(String.format(Locale.ROOT, "%3.0f %%  ", Math.floor(share * 100)));
    }
    text.append(count(p));
    if (p.rate() > 0) {
      text.append("  ").append(Pace.rate(p.rate()));
    }
    if (p.etaSeconds() != null && p.done() < p.total()) {
      text.append("  ").append(Pace.left(p.etaSeconds()));
    }
    if (p.message() != null) {
      text.append("  ").append(p.message());
    }
    return text.toString();
  }

  private static String count(RunProgress p) {
    if (p.total() == 0 && p.done() == 0) {
      return "";
    }
    String done = String.format(Locale.ROOT, "%,d", p.done());
    String all = p.total() > 0 ? String.format(Locale.ROOT, "/%,d", p.total()) : "";
    return done + all + (p.unit() == null ? "" : " " + p.unit());
  }

  private static String done(StageState stage) {
    RunProgress p = stage.latest();
    Duration took = stage.elapsed();
    StringBuilder text = new StringBuilder("done");
    if (!count(p).isEmpty()) {
      text.append("  ").append(count(p));
    }
    if (took.toMillis() > 0) {
      text.append("  in ").append(Pace.clock(took.toMillis() / 1e3));
    }
    if (p.message() != null) {
      text.append("  ").append(p.message());
    }
    return text.toString();
  }
}
