package io.winnow.cli;

import io.winnow.local.deadletter.DeadLetter;
import io.winnow.local.deadletter.DeadLetters.Replayed;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "replay",
    description = {
      "Sends dead letters again to where they came from, once the cause is gone.",
      "A run that had failed goes on: what it has made is found and not made again."
    })
final class DlqReplayCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Mixin private final HomeOptions common;
  @Mixin private final DlqChoice choice = new DlqChoice();

  @Option(names = "--json", description = "Print JSON.")
  private boolean json;

  DlqReplayCommand(Terminal terminal, Installation installation) {
    this.terminal = terminal;
    this.common = new HomeOptions(installation);
  }

  @Override
  public Integer call() {
    try (DlqAccess access = DlqAccess.open(common)) {
      List<DeadLetter> chosen = choice.of(access.letters());
      Replayed replayed = access.letters().replay(chosen);
      if (json) {
        terminal.json(replayed);
      } else {
        terminal.out().println("sent again: " + replayed.records());
        replayed.runs().forEach(run -> terminal.out().println("run goes on: " + run));
      }
      return 0;
    }
  }
}
