package io.winnow.cli.ops;

import io.winnow.cli.common.HomeOptions;
import io.winnow.cli.common.Installation;
import io.winnow.cli.common.Output;
import io.winnow.cli.common.Terminal;
import io.winnow.local.deadletter.DeadLetters;
import io.winnow.local.deadletter.DeadLetters.Replayed;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
    name = "replay",
    description = {
      "Sends dead letters to their original topics again, once the cause is fixed.",
      "A failed run resumes: artifacts that it has already produced are reused."
    })
public final class DlqReplayCommand implements Callable<Integer> {
  @Mixin private final HomeOptions common;
  @Mixin private final Output output;
  @Mixin private final DlqSelection selection = new DlqSelection();

  public DlqReplayCommand(Terminal terminal, Installation installation) {
    this.common = new HomeOptions(installation);
    this.output = new Output(terminal);
  }

  @Override
  public Integer call() {
    Replayed replayed = selection.apply(common, DeadLetters::replay);
    output.print(
        replayed,
        out -> {
          out.println("replayed: " + replayed.records());
          replayed.runs().forEach(run -> out.println("resumed run: " + run));
        });
    return 0;
  }
}
