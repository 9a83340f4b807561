package io.winnow.cli.ops;

import io.winnow.cli.common.HomeOptions;
import io.winnow.cli.common.Installation;
import io.winnow.cli.common.LauncherLog;
import io.winnow.cli.common.Output;
import io.winnow.cli.common.Terminal;
import io.winnow.contracts.InvalidInputException;
import io.winnow.contracts.Shown;
import io.winnow.local.system.StoreAccess;
import io.winnow.store.artifact.ArtifactVerifier;
import java.io.PrintStream;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import java.util.function.Supplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "verify",
    description = {
      "Checks that the store has every object of every artifact, and names what is missing or"
          + " altered.",
      "The exit code is 1 if an artifact is damaged and was not repaired."
    })
public final class VerifyCommand implements Callable<Integer> {
  @Mixin private final HomeOptions common;

  @Mixin private final Output output;

  @Parameters(
      paramLabel = "ARTIFACT",
      arity = "0..*",
      description = "Addresses, such as features/DIGEST (default: all artifacts).")
  private List<String> chosen = List.of();

  @Option(
      names = "--contents",
      description = "Also read every object and compare its sha-256 (default: compare only sizes).")
  private boolean contents;

  @Option(
      names = "--repair",
      description =
          "Remove damaged artifacts, so that the next run that needs one makes it anew. Refused"
              + " while runs are running.")
  private boolean repair;

  public VerifyCommand(Terminal terminal, Installation installation) {
    this.common = new HomeOptions(installation);
    this.output = new Output(terminal);
  }

  /**
   * What {@code --json} prints.
   *
   * @param artifacts how many were compared
   * @param contents whether contents were compared as well
   * @param damaged those that are not as their manifests say
   * @param repaired addresses of those that were removed
   */
  record Printed(
      int artifacts,
      boolean contents,
      List<ArtifactVerifier.Damaged> damaged,
      List<String> repaired) {}

  @Override
  public Integer call() throws Exception {
    try (LauncherLog log = common.log();
        StoreAccess access = common.store()) {
      ArtifactVerifier verifier = new ArtifactVerifier(access.store(), contents);
      List<String> artifacts = verifier.artifacts(this::isChosen);
      requireAll(artifacts);
      Consumer<Supplier<String>> progress = output.throttled();
      List<ArtifactVerifier.Damaged> damaged =
          verifier.verify(
              artifacts,
              (done, total) ->
                  progress.accept(
                      () -> String.format(Locale.ROOT, "%,d/%,d artifacts", done, total)));
      List<String> repaired = repair ? verifier.repair(damaged) : List.of();
      Printed printed = new Printed(artifacts.size(), contents, damaged, repaired);
      output.print(printed, out -> print(printed, out));
      return repaired.size() == damaged.size() ? 0 : 1;
    }
  }

  // with the artifacts within it
  private boolean isChosen(String artifact) {
    return chosen.isEmpty() || chosen.stream().anyMatch(one -> within(artifact, one));
  }

  private static boolean within(String artifact, String folder) {
    return (artifact + "/").startsWith(folder.endsWith("/") ? folder : folder + "/");
  }

  private void requireAll(List<String> artifacts) {
    for (String one : chosen) {
      if (artifacts.stream().noneMatch(artifact -> within(artifact, one))) {
        throw new InvalidInputException(
            "there is no artifact " + one, "name the address of an artifact, such as features/…");
      }
    }
  }

  private static void print(Printed printed, PrintStream out) {
    Set<String> repaired = new HashSet<>(printed.repaired());
    for (ArtifactVerifier.Damaged one : printed.damaged()) {
      out.println(one.artifact() + (repaired.contains(one.artifact()) ? " (removed)" : ""));
      one.problems().forEach(problem -> out.println("    " + Shown.line(problem)));
    }
    out.printf(
        Locale.ROOT,
        "%,d artifacts, %,d damaged%s%n",
        printed.artifacts(),
        printed.damaged().size(),
        end(printed));
  }

  private static String end(Printed printed) {
    if (printed.damaged().isEmpty()) {
      return printed.contents() ? "" : " (sizes only; --contents reads every object)";
    }
    int removed = printed.repaired().size();
    if (removed == printed.damaged().size()) {
      return ", all removed: the next run that needs one makes it anew";
    }
    return removed == 0 ? "" : ", " + removed + " removed; a process uses the others";
  }
}
