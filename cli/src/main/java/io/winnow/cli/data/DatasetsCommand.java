package io.winnow.cli.data;

import io.winnow.cli.common.HomeOptions;
import io.winnow.cli.common.Installation;
import io.winnow.cli.common.LauncherLog;
import io.winnow.cli.common.Output;
import io.winnow.cli.common.Terminal;
import io.winnow.contracts.Shown;
import io.winnow.local.client.DatasetSummary;
import io.winnow.local.system.StoreAccess;
import io.winnow.local.text.ShortDigests;
import io.winnow.local.text.Tables;
import io.winnow.store.artifact.ArtifactStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(name = "datasets", description = "Lists the data sets in the store.")
public final class DatasetsCommand implements Callable<Integer> {
  private static final double MIB = 1 << 20;

  @Mixin private final HomeOptions common;

  @Mixin private final Output output;

  public DatasetsCommand(Terminal terminal, Installation installation) {
    this.common = new HomeOptions(installation);
    this.output = new Output(terminal);
  }

  @Override
  public Integer call() throws Exception {
    try (LauncherLog log = common.log();
        StoreAccess access = common.store()) {
      List<String> damaged = new ArrayList<>();
      List<DatasetSummary> all =
          DatasetSummary.all(new ArtifactStore(access.store()), damaged::add);
      output.print(
          all,
          out ->
              out.println(
                  all.isEmpty()
                      ? "no data sets yet"
                      : Tables.of(
                          List.of("data set", "images", "classes", "shape", "MiB", "duplicates"),
                          all.stream().map(DatasetsCommand::row).toList(),
                          false)));
      damaged.forEach(one -> output.log().println(Shown.line("cannot be read: " + one)));
      return 0;
    }
  }

  private static List<String> row(DatasetSummary d) {
    return List.of(
        ShortDigests.in(d.dataset()),
        images(d),
        Integer.toString(d.classes().size()),
        d.shape(),
        String.format(Locale.ROOT, "%,.1f", d.bytes() / MIB),
        duplicates(d));
  }

  /** Such as {@code 8, 3 across splits}. */
  static String duplicates(DatasetSummary d) {
    long across = d.duplicatesAcrossSplits();
    return String.format(Locale.ROOT, "%,d", d.duplicates())
        + (across > 0 ? String.format(Locale.ROOT, ", %,d across splits", across) : "");
  }

  /** Such as {@code 12,000 train, 2,000 heldout}. */
  static String images(DatasetSummary d) {
    return d.images().entrySet().stream()
        .map(e -> String.format(Locale.ROOT, "%,d %s", e.getValue(), e.getKey()))
        .collect(Collectors.joining(", "));
  }
}
