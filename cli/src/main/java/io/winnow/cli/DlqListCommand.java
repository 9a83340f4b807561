package io.winnow.cli;

import io.winnow.local.deadletter.DeadLetter;
import io.winnow.local.text.Tables;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(name = "list", description = "Lists dead letters, the oldest first.")
final class DlqListCommand implements Callable<Integer> {
  private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss");

  private final Terminal terminal;

  @Mixin private final HomeOptions common;

  @Option(names = "--json", description = "Print JSON.")
  private boolean json;

  DlqListCommand(Terminal terminal, Installation installation) {
    this.terminal = terminal;
    this.common = new HomeOptions(installation);
  }

  @Override
  public Integer call() {
    try (DlqAccess access = DlqAccess.open(common)) {
      List<DeadLetter> all = access.letters().list();
      if (json) {
        terminal.json(all);
      } else if (all.isEmpty()) {
        terminal.out().println("no dead letter");
      } else {
        terminal
            .out()
            .println(
                Tables.of(
                    List.of("dead letter", "run", "since", "reason"),
                    all.stream().map(DlqListCommand::row).toList(),
                    false));
      }
      return 0;
    }
  }

  private static List<String> row(DeadLetter letter) {
    return List.of(
        letter.id(),
        letter.run() == null ? "-" : letter.run(),
        TIME.format(letter.at().atZone(ZoneId.systemDefault())),
        letter.reason());
  }
}
