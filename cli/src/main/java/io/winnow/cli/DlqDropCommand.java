package io.winnow.cli;

import io.winnow.local.deadletter.DeadLetter;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(name = "drop", description = "Takes dead letters out for good.")
final class DlqDropCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Mixin private final HomeOptions common;
  @Mixin private final DlqChoice choice = new DlqChoice();

  @Option(names = "--json", description = "Print JSON.")
  private boolean json;

  DlqDropCommand(Terminal terminal, Installation installation) {
    this.terminal = terminal;
    this.common = new HomeOptions(installation);
  }

  @Override
  public Integer call() {
    try (DlqAccess access = DlqAccess.open(common)) {
      List<DeadLetter> chosen = choice.of(access.letters());
      access.letters().drop(chosen);
      if (json) {
        terminal.json(Map.of("records", chosen.size()));
      } else {
        terminal.out().println("dropped: " + chosen.size());
      }
      return 0;
    }
  }
}
