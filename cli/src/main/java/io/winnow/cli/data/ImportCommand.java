package io.winnow.cli.data;

import io.winnow.cli.common.HomeOptions;
import io.winnow.cli.common.Installation;
import io.winnow.cli.common.LauncherLog;
import io.winnow.cli.common.Output;
import io.winnow.cli.common.Terminal;
import io.winnow.contracts.InvalidInputException;
import io.winnow.contracts.run.StageRecord;
import io.winnow.contracts.spec.DatasetSpec;
import io.winnow.contracts.spec.DatasetSpec.OnBadImage;
import io.winnow.contracts.spec.DatasetSpec.Resize;
import io.winnow.datasets.ReadListener;
import io.winnow.datasets.source.DatasetImport;
import io.winnow.datasets.source.DatasetSource;
import io.winnow.datasets.source.SourceFormats;
import io.winnow.datasets.source.SourceRoots;
import io.winnow.local.client.DatasetSummary;
import io.winnow.local.client.Pace;
import io.winnow.local.system.StoreAccess;
import io.winnow.store.artifact.Artifact;
import io.winnow.store.artifact.ArtifactDraft;
import io.winnow.store.artifact.ArtifactStore;
import io.winnow.store.artifact.Claim;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import java.util.function.Supplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "import",
    description = {
      "Validates a data set, stores it and prints a summary.",
      "A run with the same source and options reuses the stored data set."
    })
public final class ImportCommand implements Callable<Integer> {
  private static final String STORE = "store:";
  private static final double NANOS = 1e9;
  private static final long MB = 1_000_000;

  @Mixin private final HomeOptions common;

  @Mixin private final Output output;

  @Parameters(
      paramLabel = "PATH",
      completionCandidates = SourceDescriptions.class,
      description = "${COMPLETION-CANDIDATES}, or store:PREFIX.")
  private String source;

  @Option(
      names = "--name",
      paramLabel = "NAME",
      description = "Name of the data set (default: last part of PATH).")
  private String name;

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      completionCandidates = FormatNames.class,
      description = "One of ${COMPLETION-CANDIDATES} (default: auto).")
  private String format;

  @Option(names = "--holdout", paramLabel = "SHARE", descriptionKey = "dataset.holdout")
  private Double holdout;

  @Option(names = "--shard-rows", paramLabel = "N", descriptionKey = "dataset.shardRows")
  private Integer shardRows;

  @Option(names = "--image-column", paramLabel = "NAME", descriptionKey = "dataset.imageColumn")
  private String imageColumn;

  @Option(names = "--label-column", paramLabel = "NAME", descriptionKey = "dataset.labelColumn")
  private String labelColumn;

  @Option(names = "--on-bad-image", paramLabel = "fail|skip", descriptionKey = "dataset.onBadImage")
  private OnBadImage onBadImage;

  @Option(names = "--size", paramLabel = "PIXELS", descriptionKey = "dataset.size")
  private Integer size;

  @Option(names = "--resize", paramLabel = "crop|adm|squash", descriptionKey = "dataset.resize")
  private Resize resize;

  private boolean checked;

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

  public ImportCommand(Terminal terminal, Installation installation) {
    this.common = new HomeOptions(installation);
    this.output = new Output(terminal);
  }

  @Override
  public Integer call() throws Exception {
    DatasetSpec spec =
        new DatasetSpec(
            location(),
            name,
            format,
            holdout,
            shardRows,
            onBadImage,
            size,
            resize,
            imageColumn,
            labelColumn);
    SourceFormats.require(spec.format());
    // a source in the store is downloaded here, and deleted again by DatasetSource.close
    Path scratch = Files.createTempDirectory("winnow-import");
    try (LauncherLog log = common.log();
        StoreAccess access = common.storeForWriting()) {
      ArtifactStore store = new ArtifactStore(access.store());
      try (DatasetSource data =
          DatasetSource.open(spec, SourceRoots.any(), scratch, access.store(), reading())) {
        checked = true;
        DatasetImport shards = new DatasetImport(spec, data);
        try (Claim claim = store.claim(shards.address())) {
          Optional<Artifact> stored = store.reuse(shards.address().path());
          Artifact artifact = stored.isPresent() ? stored.get() : write(store, shards);
          DatasetSummary summary = DatasetSummary.of(store, artifact);
          output.print(summary, out -> print(summary, stored.isPresent(), out));
        }
      }
      return 0;
    } finally {
      Files.delete(scratch);
    }
  }

  /** Absolute, so that the last part can serve as the default name. */
  private String location() {
    if (source.isBlank()) {
      throw new InvalidInputException("PATH is blank", SourceFormats.remedy());
    }
    return source.startsWith(STORE)
        ? source
        : Path.of(source).toAbsolutePath().normalize().toString();
  }

  /** Says how much was read while the source is checked; how much there is, is not known yet. */
  private ReadListener reading() {
    Consumer<Supplier<String>> progress = output.throttled();
    long start = System.nanoTime();
    long[] read = {0};
    return bytes -> {
      read[0] += bytes;
      if (!checked) {
        progress.accept(
            () ->
                String.format(
                    Locale.ROOT,
                    "checking the source  %,d MB  %,.0f MB/s",
                    read[0] / MB,
                    read[0] / since(start) / MB));
      }
    };
  }

  private static double since(long start) {
    return (System.nanoTime() - start) / NANOS;
  }

  private Artifact write(ArtifactStore store, DatasetImport shards) {
    ArtifactDraft draft = store.draft(shards.address());
    Consumer<Supplier<String>> progress = output.throttled();
    long start = System.nanoTime();
    try {
      shards.write(
          draft,
          (done, total, message) ->
              progress.accept(() -> Pace.text(done, total, "images", since(start))));
      double seconds = since(start);
      return draft.commit(new StageRecord.Cost(seconds, 0));
    } catch (RuntimeException e) {
      draft.discard();
      throw e;
    }
  }

  private static void print(DatasetSummary d, boolean reused, PrintStream out) {
    out.println(d.dataset() + (reused ? " (reused)" : ""));
    out.println("images      " + DatasetsCommand.images(d) + ", " + d.shape());
    out.println("classes     " + d.classes().size() + ": " + String.join(", ", d.classes()));
    out.println("skipped     " + d.skipped().images());
    d.skipped().first().forEach(problem -> out.println("            " + problem));
    if (d.skipped().images() > d.skipped().first().size()) {
      out.println("            …");
    }
    out.println("duplicates  " + DatasetsCommand.duplicates(d));
    d.remarks().forEach(remark -> out.println("remark      " + remark));
    d.warnings().forEach(warning -> out.println("warning     " + warning));
  }
}
