package io.winnow.cli;

import io.winnow.contracts.InvalidInputException;
import io.winnow.local.deadletter.DeadLetter;
import io.winnow.local.deadletter.DeadLetters;
import java.util.List;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Which dead letters are meant. */
final class DlqChoice {
  @ArgGroup(multiplicity = "1")
  private Which which;

  /** One of three ways to say it. */
  static final class Which {
    @Parameters(
        paramLabel = "ID",
        arity = "1..*",
        description = "As \"winnow dlq list\" names them.")
    private List<String> ids;

    @Option(names = "--run", paramLabel = "RUN", description = "Those of one run.")
    private String run;

    @Option(names = "--all", description = "All.")
    private boolean all;
  }

  /**
   * @throws InvalidInputException one that is named is not there
   */
  List<DeadLetter> of(DeadLetters letters) {
    List<DeadLetter> there = letters.list();
    if (which.all) {
      return there;
    }
    if (which.run != null) {
      return there.stream().filter(letter -> which.run.equals(letter.run())).toList();
    }
    return which.ids.stream().distinct().map(id -> DeadLetters.named(there, id)).toList();
  }
}
