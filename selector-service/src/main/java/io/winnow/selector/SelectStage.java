package io.winnow.selector;

import io.winnow.artifacts.Coreset;
import io.winnow.artifacts.features.Features;
import io.winnow.contracts.InvalidInputException;
import io.winnow.contracts.Lineage;
import io.winnow.contracts.LineageKey;
import io.winnow.contracts.Splits;
import io.winnow.contracts.StageNames;
import io.winnow.contracts.event.CoresetSelected;
import io.winnow.contracts.event.Event;
import io.winnow.contracts.event.FeaturesReady;
import io.winnow.contracts.event.Subject;
import io.winnow.contracts.spec.SelectionSpec;
import io.winnow.datasets.Dataset;
import io.winnow.models.References;
import io.winnow.selection.Quota;
import io.winnow.selection.Selection;
import io.winnow.selection.SelectionParameters;
import io.winnow.selection.card.CardMaker;
import io.winnow.selection.criterion.Criteria;
import io.winnow.selection.criterion.Criterion;
import io.winnow.selection.criterion.Scoring;
import io.winnow.selection.features.FeatureTable;
import io.winnow.selection.features.StoredFeatures;
import io.winnow.stage.api.JobContext;
import io.winnow.stage.api.Stage;
import io.winnow.store.artifact.Address;
import io.winnow.store.artifact.Artifact;
import io.winnow.torch.algebra.Algebra;
import io.winnow.torch.engine.Torch;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Instance;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/**
 * Selects a coreset from the features of a data set's train split: {@code coresets/<digest>} with
 *
 * <ul>
 *   <li>{@code coreset.safetensors}: {@code indices} int64 K, rows of the train split, ascending;
 *       {@code scores} float64 N and {@code labels} int32 N of all its rows;
 *   <li>{@code topKept.png} and {@code topPruned.png}: the kept rows that rank highest and the
 *       pruned rows that rank lowest, one line per class; there is no second image if nothing is
 *       pruned;
 *   <li>the coreset card: {@code card.json}, {@code map.png} and {@code histograms.png} (see {@link
 *       io.winnow.selection.card.CoresetCard});
 *   <li>attributes {@code classes} (names), {@code counts} and {@code kept} (rows of each class in
 *       the split and in the coreset).
 * </ul>
 */
@ApplicationScoped
public class SelectStage implements Stage<FeaturesReady> {
  private static final Logger LOG = Logger.getLogger(SelectStage.class);

  private final RunLosses losses;
  private final Instance<Torch> torch;
  // one selection at a time, of a run or over HTTP, holds the rows of a group in memory
  private final Semaphore turn = new Semaphore(1, true);

  SelectStage(RunLosses losses, Instance<Torch> torch) {
    this.losses = losses;
    this.torch = torch;
  }

  @Override
  public String name() {
    return StageNames.SELECT;
  }

  /** Whether the stage may have to wait for the reference model's losses. */
  static boolean waits(FeaturesReady event) {
    return event.subject() == Subject.DATASET && References.forSelection(event.run());
  }

  /** Samples of a model have features too, but nothing is selected from them. */
  @Override
  public boolean ready(FeaturesReady event) {
    return event.subject() == Subject.DATASET
        && (!waits(event) || losses.find(event.run(), event.lineage().trainedOn()).isPresent());
  }

  @Override
  public Address address(FeaturesReady event) {
    Lineage lineage = event.lineage();
    List<String> inputs =
        new ArrayList<>(
            List.of(
                lineage.require(LineageKey.FEATURES).digest(),
                lineage.require(LineageKey.DATASET).digest()));
    if (References.forSelection(event.run())) {
      inputs.add(losses.address(event.run(), lineage.trainedOn()).digest());
    }
    SelectionSpec spec = event.run().spec().selection();
    return Address.of(
        Coreset.KIND,
        name(),
        Coreset.VERSION,
        SelectionParameters.of(spec, event.run().spec().seed()),
        inputs);
  }

  @Override
  public void run(FeaturesReady event, JobContext work) throws InterruptedException {
    while (!turn.tryAcquire(1, TimeUnit.SECONDS)) {
      work.progress(0, 0, "images", "waiting for another selection");
    }
    try {
      select(event, work);
    } finally {
      turn.release();
    }
  }

  private void select(FeaturesReady event, JobContext work) {
    SelectionSpec spec = event.run().spec().selection();
    Dataset dataset = Dataset.open(work.store(), event.lineage().require(LineageKey.DATASET));
    Features features = Features.open(work.store(), event.lineage().require(LineageKey.FEATURES));
    requireFit(spec, dataset, features);
    int n = features.rows(Splits.TRAIN);
    FeatureTable table =
        new StoredFeatures(
            features,
            Splits.TRAIN,
            done -> work.progress(done, n, "images", null),
            need -> {
              LOG.infof("%s for run %s %s", spec.criterion(), event.runId(), need);
              work.progress(0, n, "images", need);
            });
    int[] labels = table.labels();
    Quota quota = Quota.of(spec, dataset.classes(), Selection.count(labels, table.classes()));
    Algebra algebra = new Algebra(torch.get());
    Criterion criterion = Criteria.of(spec.criterion());
    double[] scores = criterion.scores(table, scoring(event, quota, algebra, n));
    Selection selection = Selection.of(scores, labels, quota, spec.scope(), criterion.order());
    write(work, dataset, scores, labels, selection);
    new CardMaker(
            table,
            dataset.classes(),
            algebra,
            () -> work.progress(n, n, "images", "measuring the coreset"))
        .make(SelectionParameters.of(spec, event.run().spec().seed()), scores, selection)
        .putInto(work.draft());
    work.progress(n, n, "images", "kept " + selection.indices().length + " of " + n);
  }

  private Scoring scoring(FeaturesReady event, Quota quota, Algebra algebra, int rows) {
    SelectionSpec spec = event.run().spec().selection();
    Scoring scoring =
        Scoring.of(spec, quota.ofGroups(spec.scope()), event.run().spec().seed(), algebra);
    if (!References.forSelection(event.run())) {
      return scoring;
    }
    Artifact scored = losses.require(event.run(), event.lineage().trainedOn());
    return scoring.withLosses(losses.read(scored, rows));
  }

  @Override
  public List<Event> next(FeaturesReady event, Artifact artifact) {
    return List.of(
        new CoresetSelected(event.run(), event.lineage().with(LineageKey.CORESET, artifact.ref())));
  }

  private static void write(
      JobContext work, Dataset dataset, double[] scores, int[] labels, Selection selection) {
    long[] indices = selection.indices();
    new Coreset(indices, scores, labels).write(work.draft());
    work.draft()
        .put(
            "topKept.png",
            ClassGrid.png(
                dataset, Splits.TRAIN, label -> selection.topKept(label, ClassGrid.COLUMNS)),
            null,
            null);
    if (indices.length < labels.length) {
      work.draft()
          .put(
              "topPruned.png",
              ClassGrid.png(
                  dataset, Splits.TRAIN, label -> selection.topPruned(label, ClassGrid.COLUMNS)),
              null,
              null);
    }
    work.draft().attribute("classes", dataset.classes());
    work.draft().attribute("counts", selection.counts());
    work.draft().attribute("kept", selection.kept());
  }

  /**
   * What can be told of a selection before anything is read.
   *
   * @throws InvalidInputException features of other rows, or classes that are not there
   */
  static void requireFit(SelectionSpec spec, Dataset dataset, Features features) {
    spec.requireClasses(dataset.classes());
    if (dataset.rows(Splits.TRAIN) != features.rows(Splits.TRAIN)
        || dataset.classes().size() != features.classes()) {
      throw new InvalidInputException(
          "features "
              + features.artifact().ref().address()
              + " have "
              + features.rows(Splits.TRAIN)
              + " train rows of "
              + features.classes()
              + " classes, but the data set "
              + dataset.artifact().ref().address()
              + " has "
              + dataset.rows(Splits.TRAIN)
              + " of "
              + dataset.classes().size(),
          "encode this data set");
    }
    if (features.rows(Splits.TRAIN) == 0) {
      throw new InvalidInputException(
          "features " + features.artifact().ref().address() + " have no train rows",
          "give a data set with a train part");
    }
  }
}
