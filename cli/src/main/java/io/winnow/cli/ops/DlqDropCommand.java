package io.winnow.cli.ops;

import io.winnow.cli.common.HomeOptions;
import io.winnow.cli.common.Installation;
import io.winnow.cli.common.Output;
import io.winnow.cli.common.Terminal;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(name = "drop", description = "Deletes dead letters permanently.")
public final class DlqDropCommand implements Callable<Integer> {
  @Mixin private final HomeOptions common;
  @Mixin private final Output output;
  @Mixin private final DlqSelection selection = new DlqSelection();

  public DlqDropCommand(Terminal terminal, Installation installation) {
    this.common = new HomeOptions(installation);
    this.output = new Output(terminal);
  }

  @Override
  public Integer call() {
    int dropped =
        selection.apply(
            common,
            (letters, selected) -> {
              letters.drop(selected);
              return selected.size();
            });
    output.print(Map.of("records", dropped), out -> out.println("dropped: " + dropped));
    return 0;
  }
}
