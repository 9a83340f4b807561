package io.winnow.cli;

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
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "select",
    description = {
      "Selects again from features that are kept, by another criterion or to another size.",
      "A run with the same settings reuses the coreset. Asks the selector of the system that runs;"
          + " where none does, starts one for as long as it takes."
    })
final class SelectCommand implements Callable<Integer> {
  private static final Duration PAUSE = Duration.ofMillis(200);
  private static final long PERIOD_NANOS = 2_000_000_000L;
  private static final int DIGEST_SHOWN = 12;

  private final Terminal terminal;
  private final Installation installation;

  @Mixin private final HomeOptions common;

  @Parameters(
      paramLabel = "DATASET",
      description = "A data set's name or address, as \"winnow datasets\" lists it.")
  private String dataset;

  @Option(
      names = "--criterion",
      paramLabel = "NAME",
      converter = CriterionNames.Converter.class,
      completionCandidates = CriterionNames.class,
      description = "One of: ${COMPLETION-CANDIDATES} (default: gaussian).")
  private String criterion;

  @Option(
      names = "--ratio",
      paramLabel = "R",
      description = "Share kept of each class, in (0, 1] (default: 0.25).")
  private Double ratio;

  @Option(names = "--count", paramLabel = "N", description = "Images kept in all.")
  private Integer count;

  @Option(
      names = "--per-class",
      paramLabel = "CLASS=N",
      split = ",",
      description = "Images kept of each class that is named, none of the others.")
  private Map<String, Integer> perClass;

  @Option(
      names = "--scope",
      description = "class: each class is ranked by itself; or global (default: class).")
  private Scope scope;

  @Option(
      names = "--minimum",
      paramLabel = "N",
      description = "Images that each class keeps at least (default: 0).")
  private Integer minimum;

  @Option(names = "--centres", paramLabel = "K", description = "Of k-means (default: 8).")
  private Integer centres;

  @Option(
      names = "--memory",
      paramLabel = "MIB",
      description = "What a group's rows may take (default: 1024).")
  private Integer memory;

  @Option(
      names = "--loss-draws",
      paramLabel = "M",
      description = "Timesteps a loss of interval, hardest or easiest is taken at (default: 10).")
  private Integer lossDraws;

  @Option(
      names = "--reference",
      paramLabel = "MODEL",
      description = "Whose losses those are (default: the one whose losses are kept).")
  private String reference;

  @Option(
      names = "--encoder",
      paramLabel = "MODEL",
      description = "Whose features, where there are those of several.")
  private String encoder;

  @Option(names = "--features", paramLabel = "ADDRESS", description = "Which features, likewise.")
  private String features;

  @Option(names = "--seed", paramLabel = "SEED", description = "Of what is drawn (default: 0).")
  private Long seed;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "DIR",
      description = "Where pictures go (default: reports/coreset-DIGEST in the home).")
  private Path output;

  @Option(names = "--json", description = "Print JSON; progress goes to stderr.")
  private boolean json;

  /** What {@code --json} prints; {@code card} is left out where it has none. */
  record Printed(String coreset, boolean reused, CoresetCard card, Map<String, String> pictures) {}

  SelectCommand(Terminal terminal, Installation installation) {
    this.terminal = terminal;
    this.installation = installation;
    this.common = new HomeOptions(installation);
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
                criterion, ratio, scope, count, perClass, minimum, centres, memory, lossDraws),
            seed);
    Home home = common.home();
    PrintStream talk = terminal.talk(json);
    try (LauncherLog log = LauncherLog.open(home)) {
      Optional<Connection> running = common.running();
      if (running.isPresent()) {
        select(request, running.get());
        return 0;
      }
      home.requireUsed();
      talk.println(
          "No system runs on "
              + home.directory()
              + ": starting Kafka, S3 and the selector for this …");
      try (LocalSystem system =
          LocalSystem.start(
              SystemOptions.of(home, installation.root(), talk::println).only(Service.SELECTOR))) {
        select(request, system.connection());
        return 0;
      }
    }
  }

  private void select(SelectionClient.Request request, Connection connection) throws Exception {
    Answer answer =
        new SelectionClient(connection.selector(), connection.token(), PAUSE)
            .select(request, progress());
    try (MinioObjectStore store = new MinioObjectStore(connection.store())) {
      StoredCoreset coreset =
          StoredCoreset.at(store, answer.coreset())
              .orElseThrow(
                  () -> new IllegalStateException(answer.coreset() + " is not in the store"));
      show(coreset, answer.reused(), coreset.savePictures(folder(coreset)));
    }
  }

  private void show(StoredCoreset coreset, boolean reused, Map<String, String> pictures) {
    Optional<CoresetCard> card = coreset.card();
    if (json) {
      terminal.json(new Printed(coreset.address(), reused, card.orElse(null), pictures));
      return;
    }
    PrintStream out = terminal.out();
    out.println(coreset.address() + (reused ? " (was there already)" : ""));
    if (card.isPresent()) {
      out.println(ReportText.card(card.get()));
      out.println(ReportText.cardFootnote());
    }
    pictures.forEach((title, file) -> out.println(title + ": " + file));
  }

  private Path folder(StoredCoreset coreset) {
    String digest = coreset.address().substring(coreset.address().lastIndexOf('/') + 1);
    return output != null
        ? output
        : common.home().reports().resolve("coreset-" + digest.substring(0, DIGEST_SHOWN));
  }

  private Consumer<String> progress() {
    PrintStream talk = terminal.talk(json);
    long[] last = {System.nanoTime()};
    return line -> {
      if (System.nanoTime() - last[0] > PERIOD_NANOS) {
        last[0] = System.nanoTime();
        talk.println(line);
      }
    };
  }
}
