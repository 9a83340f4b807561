package io.winnow.cli.data;

import io.winnow.cli.common.CriterionNames;
import io.winnow.cli.common.HomeOptions;
import io.winnow.cli.common.Installation;
import io.winnow.cli.common.LauncherLog;
import io.winnow.cli.common.Output;
import io.winnow.cli.common.Terminal;
import io.winnow.contracts.spec.SelectionSpec;
import io.winnow.contracts.spec.SelectionSpec.Scope;
import io.winnow.local.client.CoresetCard;
import io.winnow.local.client.ReportText;
import io.winnow.local.client.SelectionClient;
import io.winnow.local.client.SelectionClient.Answer;
import io.winnow.local.client.StoredCoreset;
import io.winnow.local.system.Connection;
import io.winnow.local.system.Home;
import io.winnow.local.system.LocalSystem;
import io.winnow.local.system.Service;
import io.winnow.local.system.SystemOptions;
import io.winnow.store.object.MinioObjectStore;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import java.util.function.Supplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "select",
    description = {
      "Selects a coreset from the features of an earlier run, by another criterion or of another"
          + " size.",
      "A run with the same settings reuses the coreset. Uses the selector of the running system; if"
          + " none is running, starts Kafka, S3 and the selector for the duration of the command."
    })
public final class SelectCommand implements Callable<Integer> {
  private static final Duration PAUSE = Duration.ofMillis(200);
  private static final int DIGEST_SHOWN = 12;

  private final Installation installation;

  @Mixin private final HomeOptions common;

  @Mixin private final Output output;

  @Parameters(
      paramLabel = "DATASET",
      description = "Name or address of a data set, as listed by \"winnow datasets\".")
  private String dataset;

  @Option(
      names = "--criterion",
      paramLabel = "NAME",
      converter = CriterionNames.Converter.class,
      completionCandidates = CriterionNames.class,
      description = "One of: ${COMPLETION-CANDIDATES} (default: gaussian).")
  private String criterion;

  @Option(names = "--ratio", paramLabel = "R", descriptionKey = "selection.ratio")
  private Double ratio;

  @Option(names = "--count", paramLabel = "N", descriptionKey = "selection.count")
  private Integer count;

  @Option(
      names = "--per-class",
      paramLabel = "CLASS=N",
      split = ",",
      descriptionKey = "selection.perClass")
  private Map<String, Integer> perClass;

  @Option(names = "--scope", paramLabel = "class|global", descriptionKey = "selection.scope")
  private Scope scope;

  @Option(names = "--min-per-class", paramLabel = "N", descriptionKey = "selection.minPerClass")
  private Integer minPerClass;

  @Option(names = "--clusters", paramLabel = "K", descriptionKey = "selection.clusters")
  private Integer clusters;

  @Option(names = "--memory", paramLabel = "MIB", descriptionKey = "selection.memoryMiB")
  private Integer memory;

  @Option(names = "--loss-draws", paramLabel = "M", descriptionKey = "selection.lossDraws")
  private Integer lossDraws;

  @Option(
      names = "--reference",
      paramLabel = "MODEL",
      description =
          "Reference model for interval, hardest and easiest (default: the one with stored"
              + " losses).")
  private String reference;

  @Option(
      names = "--encoder",
      paramLabel = "MODEL",
      description = "Model whose features to use, if there are several.")
  private String encoder;

  @Option(
      names = "--features",
      paramLabel = "ADDRESS",
      description = "Address of the features to use, if there are several.")
  private String features;

  @Option(names = "--seed", paramLabel = "SEED", description = "Random seed (default: 0).")
  private Long seed;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "DIR",
      description = "Folder for the pictures (default: reports/coreset-DIGEST in the home).")
  private Path folder;

  /**
   * What {@code --json} prints.
   *
   * @param card null if the coreset has none
   * @param pictures absolute path by title
   */
  record Printed(String coreset, boolean reused, CoresetCard card, Map<String, String> pictures) {}

  public SelectCommand(Terminal terminal, Installation installation) {
    this.installation = installation;
    this.common = new HomeOptions(installation);
    this.output = new Output(terminal);
  }

  @Override
  public Integer call() throws Exception {
    SelectionClient.Request request =
        new SelectionClient.Request(
            dataset,
            features,
            encoder,
            reference,
            new SelectionSpec(
                criterion, ratio, scope, count, perClass, minPerClass, clusters, memory, lossDraws),
            seed);
    Home home = common.home();
    PrintStream progress = output.log();
    try (LauncherLog log = common.log()) {
      Optional<Connection> running = common.running();
      if (running.isPresent()) {
        select(request, running.get());
        return 0;
      }
      home.requireUsed();
      progress.println(
          "No system is running on "
              + home.directory()
              + ". Starting Kafka, S3 and the selector …");
      try (LocalSystem system =
          LocalSystem.start(
              SystemOptions.of(home, installation.root(), progress::println)
                  .only(Service.SELECTOR))) {
        select(request, system.connection());
        return 0;
      }
    }
  }

  private void select(SelectionClient.Request request, Connection connection) throws Exception {
    Consumer<Supplier<String>> progress = output.throttled();
    Answer answer =
        new SelectionClient(connection.selector(), connection.token(), PAUSE)
            .select(request, line -> progress.accept(() -> line));
    try (MinioObjectStore store = new MinioObjectStore(connection.store())) {
      StoredCoreset coreset =
          StoredCoreset.at(store, answer.coreset())
              .orElseThrow(
                  () -> new IllegalStateException(answer.coreset() + " is not in the store"));
      Printed printed =
          new Printed(
              coreset.address(),
              answer.reused(),
              coreset.card().orElse(null),
              coreset.savePictures(folder(coreset)));
      output.print(printed, out -> print(printed, out));
    }
  }

  private static void print(Printed printed, PrintStream out) {
    out.println(printed.coreset() + (printed.reused() ? " (reused)" : ""));
    if (printed.card() != null) {
      out.println(ReportText.card(printed.card()));
      out.println(ReportText.cardFootnote());
    }
    printed.pictures().forEach((title, file) -> out.println(title + ": " + file));
  }

  private Path folder(StoredCoreset coreset) {
    String digest = coreset.address().substring(coreset.address().lastIndexOf('/') + 1);
    return folder != null
        ? folder
        : common.home().reports().resolve("coreset-" + digest.substring(0, DIGEST_SHOWN));
  }
}
