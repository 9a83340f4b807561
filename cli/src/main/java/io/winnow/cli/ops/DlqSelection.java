package io.winnow.cli.ops;

import io.winnow.cli.common.HomeOptions;
import io.winnow.contracts.InvalidInputException;
import io.winnow.local.deadletter.DeadLetter;
import io.winnow.local.deadletter.DeadLetters;
import java.util.List;
import java.util.function.BiFunction;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The dead letters that a command changes: given by id, by run, or all. */
final class DlqSelection {
  @ArgGroup(multiplicity = "1")
  private Choice choice;

  /** One of three ways to select dead letters. */
  static final class Choice {
    @Parameters(
        paramLabel = "ID",
        arity = "1..*",
        description = "Ids as listed by \"winnow dlq list\".")
    private List<String> ids;

    @Option(names = "--run", paramLabel = "RUN", description = "All dead letters of one run.")
    private String run;

    @Option(names = "--all", description = "All dead letters.")
    private boolean all;
  }

  /**
   * Applies an action to the selected dead letters of the running system.
   *
   * @return what the action returns
   * @throws InvalidInputException no system is running, or an id is unknown
   */
  <T> T apply(HomeOptions common, BiFunction<DeadLetters, List<DeadLetter>, T> action) {
    try (DlqAccess access = DlqAccess.open(common)) {
      return action.apply(access.letters(), select(access.letters().list()));
    }
  }

  private List<DeadLetter> select(List<DeadLetter> all) {
    if (choice.all) {
      return all;
    }
    if (choice.run != null) {
      return all.stream().filter(letter -> choice.run.equals(letter.run())).toList();
    }
    return choice.ids.stream().distinct().map(id -> DeadLetters.find(all, id)).toList();
  }
}
