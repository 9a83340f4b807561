package io.winnow.cli;

import io.winnow.contracts.InvalidInputException;
import io.winnow.local.client.RunEndedException;
import io.winnow.store.object.StoreUnavailableException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/** Turns whatever goes wrong into one line and an exit code. */
final class Errors {
  /** A run failed, or the system did. */
  static final int FAILED = 1;

  /** Wrong usage or bad input. */
  static final int BAD_INPUT = 2;

  private final PrintStream err;

  Errors(PrintStream err) {
    this.err = err;
  }

  int onExecution(Exception e, CommandLine command, CommandLine.ParseResult parsed) {
    if (parsed.hasSubcommand() && parsed.subcommand().hasMatchedOption("--debug")) {
      e.printStackTrace(err);
    }
    if (e instanceof InvalidInputException bad) {
      say(bad.problem() + ": " + bad.remedy());
      return BAD_INPUT;
    }
    if (e instanceof RunEndedException) {
      say(e.getMessage());
    } else if (e instanceof IllegalStateException
        || e instanceof StoreUnavailableException
        || e instanceof UncheckedIOException) {
      say(e.getMessage() + " (see the logs folder in the home)");
    } else {
      say("unexpected " + e + " (run again with --debug to see where)");
    }
    return FAILED;
  }

  int onParameters(ParameterException e, String[] args) {
    String command = e.getCommandLine().getCommandSpec().qualifiedName();
    say(e.getMessage() + " (see \"" + command + " --help\")");
    return BAD_INPUT;
  }

  private void say(String line) {
    err.println("winnow: " + line);
  }
}
