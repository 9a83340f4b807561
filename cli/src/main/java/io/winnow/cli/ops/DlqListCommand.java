package io.winnow.cli.ops;

import io.winnow.cli.common.HomeOptions;
import io.winnow.cli.common.Installation;
import io.winnow.cli.common.Output;
import io.winnow.cli.common.Terminal;
import io.winnow.cli.common.Timestamps;
import io.winnow.local.deadletter.DeadLetter;
import io.winnow.local.text.Tables;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(name = "list", description = "Lists dead letters, oldest first.")
public final class DlqListCommand implements Callable<Integer> {
  @Mixin private final HomeOptions common;
  @Mixin private final Output output;

  public DlqListCommand(Terminal terminal, Installation installation) {
    this.common = new HomeOptions(installation);
    this.output = new Output(terminal);
  }

  @Override
  public Integer call() {
    try (DlqAccess access = DlqAccess.open(common)) {
      List<DeadLetter> all = access.letters().list();
      output.print(
          all,
          out ->
              out.println(
                  all.isEmpty()
                      ? "no dead letters"
                      : Tables.of(
                          List.of("dead letter", "run", "since", "reason"),
                          all.stream().map(DlqListCommand::row).toList(),
                          false)));
      return 0;
    }
  }

  private static List<String> row(DeadLetter letter) {
    return List.of(
        letter.id(),
        letter.run() == null ? "-" : letter.run(),
        Timestamps.text(letter.at()),
        letter.reason());
  }
}
