package io.winnow.cli;

import io.winnow.local.client.DatasetSummary;
import io.winnow.local.system.StoreAccess;
import io.winnow.local.text.Tables;
import io.winnow.store.artifact.ArtifactStore;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(name = "datasets", description = "Lists the data sets of the store.")
final class DatasetsCommand implements Callable<Integer> {
  private static final double MEBI = 1 << 20;

  private final Terminal terminal;

  @Mixin private final HomeOptions common;

  @Option(names = "--json", description = "Print JSON.")
  private boolean json;

  DatasetsCommand(Terminal terminal, Installation installation) {
    this.terminal = terminal;
    this.common = new HomeOptions(installation);
  }

  @Override
  public Integer call() throws Exception {
    try (LauncherLog log = LauncherLog.open(common.home());
        StoreAccess access = common.store()) {
      List<DatasetSummary> all = DatasetSummary.all(new ArtifactStore(access.store()));
      if (json) {
        terminal.json(all);
      } else if (all.isEmpty()) {
        terminal.out().println("no data set yet");
      } else {
        terminal
            .out()
            .println(
                Tables.of(
                    List.of("data set", "images", "classes", "shape", "MiB"),
                    all.stream().map(DatasetsCommand::row).toList(),
                    false));
      }
      return 0;
    }
  }

  private static List<String> row(DatasetSummary d) {
    return List.of(
        d.dataset().replaceAll("([0-9a-f]{12})[0-9a-f]{52}", "$1"),
        images(d),
        Integer.toString(d.classes().size()),
        d.shape(),
        String.format(Locale.ROOT, "%,.1f", d.bytes() / MEBI));
  }

  /** Such as {@code 12,000 train, 2,000 heldout}. */
  static String images(DatasetSummary d) {
    return d.images().entrySet().stream()
        .map(e -> String.format(Locale.ROOT, "%,d %s", e.getValue(), e.getKey()))
        .collect(Collectors.joining(", "));
  }
}
