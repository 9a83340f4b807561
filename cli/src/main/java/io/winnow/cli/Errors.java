package io.winnow.cli;

import io.winnow.cli.common.Encoding;
import io.winnow.contracts.Causes;
import io.winnow.contracts.InvalidInputException;
import io.winnow.contracts.Shown;
import io.winnow.local.client.RunEndedException;
import io.winnow.store.object.StoreUnavailableException;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;
import java.nio.file.InvalidPathException;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/** Turns every exception into one line on stderr and an exit code. */
final class Errors {
  /** A run or the system failed. */
  static final int FAILED = 1;

  /** Wrong usage or invalid input. */
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
      return badInput(bad);
    }
    if (e instanceof InvalidPathException path) {
      return badInput(Encoding.error(path));
    }
    if (e instanceof RunEndedException) {
      print(e.getMessage());
    } else if (e instanceof IllegalStateException
        || e instanceof StoreUnavailableException
        || e instanceof UncheckedIOException
        || e instanceof IOException) {
      print(words(e) + " (see the folder logs in the home)");
    } else {
      print("unexpected error: " + e + " (run again with --debug for the stack trace)");
    }
    return FAILED;
  }

  // an exception that only wraps another has that one's class in its text
  private static String words(Exception e) {
    boolean wraps = e.getCause() != null && e.getCause().toString().equals(e.getMessage());
    Throwable cause = wraps ? e.getCause() : e;
    if (cause instanceof FileSystemException file && file.getFile() != null) {
      return file.getFile() + ": " + Causes.of(file);
    }
    return Causes.of(cause);
  }

  int badInput(InvalidInputException e) {
    print(e.problem() + ": " + e.remedy());
    return BAD_INPUT;
  }

  int onParameters(ParameterException e, String[] args) {
    String command = e.getCommandLine().getCommandSpec().qualifiedName();
    print(e.getMessage() + " (see \"" + command + " --help\")");
    return BAD_INPUT;
  }

  private void print(String line) {
    err.println(Shown.line("winnow: " + line));
  }
}
