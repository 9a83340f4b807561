package io.winnow.cli;

import io.winnow.contracts.run.StageRecord;
import io.winnow.contracts.spec.DatasetSpec;
import io.winnow.contracts.spec.DatasetSpec.OnBadImage;
import io.winnow.contracts.spec.DatasetSpec.Resize;
import io.winnow.datasets.source.DatasetImport;
import io.winnow.datasets.source.DatasetSource;
import io.winnow.datasets.source.SourceFormats;
import io.winnow.local.client.DatasetSummary;
import io.winnow.local.system.StoreAccess;
import io.winnow.store.artifact.ArtifactDraft;
import io.winnow.store.artifact.ArtifactStore;
import io.winnow.store.artifact.Committed;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "import",
    description = {
      "Reads and checks a data set, puts it into the store and prints what it is.",
      "A run over the same source with the same options finds it there."
    })
final class ImportCommand implements Callable<Integer> {
  private static final String STORE = "store:";
  private static final long PERIOD_NANOS = 2_000_000_000L;
  private static final double NANOS = 1e9;

  private final Terminal terminal;

  @Mixin private final HomeOptions common;

  @Parameters(
      paramLabel = "PATH",
      completionCandidates = SourceDescriptions.class,
      description = "${COMPLETION-CANDIDATES}, or store:PREFIX.")
  private String source;

  @Option(names = "--name", paramLabel = "NAME", description = "Default: PATH's last part.")
  private String name;

  @Option(
      names = "--format",
      completionCandidates = FormatNames.class,
      description = "One of ${COMPLETION-CANDIDATES} (default: auto).")
  private String format;

  @Option(
      names = "--holdout",
      paramLabel = "SHARE",
      description = "Held out of each class where the source has no test part (default: 0.1).")
  private Double holdout;

  @Option(names = "--shard-rows", paramLabel = "N", description = "Images a shard (default: 2000).")
  private Integer shardRows;

  @Option(names = "--on-bad-image", description = "fail, or skip and count (default: fail).")
  private OnBadImage onBadImage;

  @Option(names = "--size", paramLabel = "PIXELS", description = "A side, with --resize.")
  private Integer size;

  @Option(names = "--resize", description = "crop or squash all images to --size.")
  private Resize resize;

  @Option(names = "--json", description = "Print JSON; progress goes to stderr.")
  private boolean json;

  /** The registered formats, for the help text. */
  private static final class FormatNames implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return SourceFormats.names().iterator();
    }
  }

  /** What each registered format is, for the help text. */
  private static final class SourceDescriptions implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return SourceFormats.descriptions().iterator();
    }
  }

  ImportCommand(Terminal terminal, Installation installation) {
    this.terminal = terminal;
    this.common = new HomeOptions(installation);
  }

  @Override
  public Integer call() throws Exception {
    DatasetSpec spec =
        new DatasetSpec(place(), name, format, holdout, shardRows, onBadImage, size, resize);
    SourceFormats.require(spec.format());
    // no temporary folder is left behind when a source of the store is fetched into it
    Path scratch = Files.createTempDirectory("winnow-import");
    try (LauncherLog log = LauncherLog.open(common.home());
        StoreAccess access = common.storeToFill()) {
      ArtifactStore store = new ArtifactStore(access.store());
      try (DatasetSource data = DatasetSource.open(spec, scratch, access.store())) {
        DatasetImport shards = new DatasetImport(spec, data);
        Optional<Committed> there = store.find(shards.address().path());
        Committed artifact = there.isPresent() ? there.get() : write(store, shards);
        show(DatasetSummary.of(store, artifact), there.isPresent());
      }
      return 0;
    } finally {
      Files.delete(scratch);
    }
  }

  /** Absolute, so that a default name can be taken from it. */
  private String place() {
    return source.startsWith(STORE)
        ? source
        : Path.of(source).toAbsolutePath().normalize().toString();
  }

  private Committed write(ArtifactStore store, DatasetImport shards) {
    ArtifactDraft draft = store.draft(shards.address());
    PrintStream talk = terminal.talk(json);
    long start = System.nanoTime();
    long[] last = {start};
    try {
      shards.write(
          draft,
          (done, total, message) -> {
            if (System.nanoTime() - last[0] > PERIOD_NANOS) {
              last[0] = System.nanoTime();
              talk.println(String.format(Locale.ROOT, "%,d/%,d images", done, total));
            }
          });
      double seconds = (System.nanoTime() - start) / NANOS;
      return draft.commit(new StageRecord.Cost(seconds, 0));
    } catch (RuntimeException e) {
      draft.discard();
      throw e;
    }
  }

  private void show(DatasetSummary d, boolean reused) {
    if (json) {
      terminal.json(d);
      return;
    }
    PrintStream out = terminal.out();
    out.println(d.dataset() + (reused ? " (was there already)" : ""));
    out.println("images      " + DatasetsCommand.images(d) + ", " + d.shape());
    out.println("classes     " + d.classes().size() + ": " + String.join(", ", d.classes()));
    out.println("skipped     " + d.skipped().images());
    d.skipped().first().forEach(problem -> out.println("            " + problem));
    if (d.skipped().images() > d.skipped().first().size()) {
      out.println("            …");
    }
    out.println("duplicates  " + d.duplicates());
  }
}
