package io.winnow.cli;

import io.winnow.datasets.source.DatasetImport;
import io.winnow.local.system.StoreAccess;
import io.winnow.local.text.Tables;
import io.winnow.models.exchange.ModelImport;
import io.winnow.store.artifact.Garbage;
import io.winnow.store.artifact.Manifest;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.Predicate;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "gc",
    description = {
      "Finds what no run and no experiment refers to: artifacts, what interrupted work has left,"
          + " files of surrogates.",
      "Only says what it has found, unless --delete is given."
    })
final class GcCommand implements Callable<Integer> {
  private static final double MEBI = 1 << 20;
  private static final Set<String> BROUGHT = Set.of(DatasetImport.STAGE, ModelImport.STAGE);

  private final Terminal terminal;

  @Mixin private final HomeOptions common;

  @Option(names = "--delete", description = "Delete it.")
  private boolean delete;

  @Option(
      names = "--forget",
      paramLabel = "RUN",
      split = ",",
      description = "Take these runs not to be there; with --delete they are deleted, too.")
  private Set<String> forgotten = Set.of();

  @Option(
      names = "--imports",
      description = "Also data sets and models that were brought here (default: they stay).")
  private boolean imports;

  @Option(names = "--json", description = "Print JSON.")
  private boolean json;

  GcCommand(Terminal terminal, Installation installation) {
    this.terminal = terminal;
    this.common = new HomeOptions(installation);
  }

  /**
   * What is printed.
   *
   * @param deleted whether it is gone now
   * @param bytes of all
   */
  record Printed(boolean deleted, long bytes, List<Garbage.Item> items) {}

  @Override
  public Integer call() throws Exception {
    try (LauncherLog log = LauncherLog.open(common.home());
        StoreAccess access = common.store()) {
      Predicate<Manifest> kept = manifest -> !imports && BROUGHT.contains(manifest.stage());
      Garbage garbage = new Garbage(access.store());
      List<Garbage.Item> items = garbage.find(forgotten, kept);
      if (delete) {
        garbage.remove(items);
      }
      Printed printed =
          new Printed(delete, items.stream().mapToLong(Garbage.Item::bytes).sum(), items);
      if (json) {
        terminal.json(printed);
      } else {
        print(printed);
      }
      return 0;
    }
  }

  private void print(Printed printed) {
    if (printed.items().isEmpty()) {
      terminal.out().println("nothing that no run refers to");
      return;
    }
    Map<String, List<Garbage.Item>> kinds = new LinkedHashMap<>();
    for (Garbage.Item item : printed.items()) {
      String folder = item.path().substring(0, item.path().indexOf('/'));
      String kind = item.kind().name().toLowerCase(Locale.ROOT);
      kinds.computeIfAbsent(folder + ", " + kind, k -> new ArrayList<>()).add(item);
    }
    terminal
        .out()
        .println(
            Tables.of(
                List.of("what", "how many", "objects", "MiB"),
                kinds.entrySet().stream().map(kind -> row(kind.getKey(), kind.getValue())).toList(),
                true));
    terminal
        .out()
        .printf(
            Locale.ROOT,
            "%s %,.1f MiB%s%n",
            printed.deleted() ? "deleted:" : "could be deleted:",
            printed.bytes() / MEBI,
            printed.deleted() ? "" : "; --delete does it");
  }

  private static List<String> row(String what, List<Garbage.Item> items) {
    return List.of(
        what,
        Integer.toString(items.size()),
        Integer.toString(items.stream().mapToInt(item -> item.keys().size()).sum()),
        String.format(
            Locale.ROOT, "%,.1f", items.stream().mapToLong(Garbage.Item::bytes).sum() / MEBI));
  }
}
