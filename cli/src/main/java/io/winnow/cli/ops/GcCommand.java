package io.winnow.cli.ops;

import io.winnow.cli.common.DurationConverter;
import io.winnow.cli.common.HomeOptions;
import io.winnow.cli.common.Installation;
import io.winnow.cli.common.LauncherLog;
import io.winnow.cli.common.Output;
import io.winnow.cli.common.Terminal;
import io.winnow.datasets.source.DatasetImport;
import io.winnow.local.system.StoreAccess;
import io.winnow.local.text.Tables;
import io.winnow.models.exchange.ModelImport;
import io.winnow.store.artifact.GarbageCollector;
import io.winnow.store.artifact.Manifest;
import io.winnow.store.artifact.Sightings;
import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
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
      "Finds objects that no run or experiment refers to: artifacts, leftovers of interrupted jobs,"
          + " uploaded surrogates.",
      "Only lists them, unless --delete is given. What is found for the first time, or is new, waits:"
          + " it can be deleted if gc finds it again after the --grace."
    })
public final class GcCommand implements Callable<Integer> {
  private static final double MIB = 1 << 20;
  private static final Set<String> IMPORT_STAGES = Set.of(DatasetImport.STAGE, ModelImport.STAGE);

  @Mixin private final HomeOptions common;

  @Mixin private final Output output;

  @Option(names = "--delete", description = "Delete what was found.")
  private boolean delete;

  @Option(
      names = "--forget",
      paramLabel = "RUN",
      split = ",",
      description = "Treat these runs as deleted; with --delete, delete them too.")
  private Set<String> forgotten = Set.of();

  @Option(
      names = "--imports",
      description = "Include imported data sets and models (default: keep them).")
  private boolean imports;

  @Option(
      names = "--grace",
      paramLabel = "DURATION",
      defaultValue = "24h",
      converter = DurationConverter.class,
      description =
          "Keep what was written, or found for the first time, within this time; 0s for nothing"
              + " (default: ${DEFAULT-VALUE}). What only a run of --forget refers to need not be"
              + " found twice.")
  private Duration grace;

  public GcCommand(Terminal terminal, Installation installation) {
    this.common = new HomeOptions(installation);
    this.output = new Output(terminal);
  }

  /**
   * What {@code --json} prints.
   *
   * @param deleted whether the items have been deleted
   * @param bytes total size of the items
   * @param waiting found, and kept for now
   */
  record Printed(
      boolean deleted,
      long bytes,
      List<GarbageCollector.Item> items,
      List<GarbageCollector.Item> waiting) {}

  @Override
  public Integer call() throws Exception {
    try (LauncherLog log = common.log();
        StoreAccess access = common.store()) {
      Predicate<Manifest> keep = manifest -> !imports && IMPORT_STAGES.contains(manifest.stage());
      GarbageCollector garbage = new GarbageCollector(access.store());
      Sightings.Divided found =
          new Sightings(access.store()).record(garbage.find(forgotten, keep), Instant.now(), grace);
      List<GarbageCollector.Item> items =
          delete ? garbage.delete(found.due(), forgotten, keep) : found.due();
      Printed printed = new Printed(delete, bytes(items), items, found.waiting());
      output.print(printed, out -> print(printed, out));
      return 0;
    }
  }

  private static long bytes(List<GarbageCollector.Item> items) {
    return items.stream().mapToLong(GarbageCollector.Item::bytes).sum();
  }

  private static void print(Printed printed, PrintStream out) {
    if (printed.items().isEmpty()) {
      out.println("nothing to delete");
    } else {
      table(printed, out);
    }
    if (!printed.waiting().isEmpty()) {
      out.printf(
          Locale.ROOT,
          "%,.1f MiB more (%,d items) may be garbage: new, or found for the first time within the"
              + " --grace%n",
          bytes(printed.waiting()) / MIB,
          printed.waiting().size());
    }
  }

  private static void table(Printed printed, PrintStream out) {
    Map<String, List<GarbageCollector.Item>> kinds = new LinkedHashMap<>();
    for (GarbageCollector.Item item : printed.items()) {
      String folder = item.path().substring(0, item.path().indexOf('/'));
      String kind = item.kind().name().toLowerCase(Locale.ROOT);
      kinds.computeIfAbsent(folder + ", " + kind, k -> new ArrayList<>()).add(item);
    }
    out.println(
        Tables.of(
            List.of("kind", "count", "objects", "MiB"),
            kinds.entrySet().stream().map(kind -> row(kind.getKey(), kind.getValue())).toList(),
            true));
    out.printf(
        Locale.ROOT,
        printed.deleted() ? "deleted %,.1f MiB%n" : "%,.1f MiB can be deleted with --delete%n",
        printed.bytes() / MIB);
  }

  private static List<String> row(String kind, List<GarbageCollector.Item> items) {
    return List.of(
        kind,
        Integer.toString(items.size()),
        Integer.toString(items.stream().mapToInt(item -> item.keys().size()).sum()),
        String.format(Locale.ROOT, "%,.1f", bytes(items) / MIB));
  }
}
