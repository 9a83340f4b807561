package io.winnow.selector;

import io.winnow.artifacts.LossTable;
import io.winnow.contracts.ArtifactRef;
import io.winnow.contracts.InvalidInputException;
import io.winnow.contracts.Lineage;
import io.winnow.contracts.LineageKey;
import io.winnow.contracts.Splits;
import io.winnow.contracts.event.Event;
import io.winnow.contracts.event.LossesScored;
import io.winnow.contracts.run.Run;
import io.winnow.contracts.run.StageRecord;
import io.winnow.datasets.Dataset;
import io.winnow.datasets.MappedRows;
import io.winnow.models.ModelFile;
import io.winnow.models.References;
import io.winnow.models.requirement.RunCost;
import io.winnow.models.sample.Denoiser;
import io.winnow.models.train.LossDraws;
import io.winnow.models.train.LossScores;
import io.winnow.stage.api.Checkpoint;
import io.winnow.stage.api.JobContext;
import io.winnow.stage.api.Lane;
import io.winnow.stage.api.Stage;
import io.winnow.store.artifact.Address;
import io.winnow.store.artifact.Artifact;
import io.winnow.store.tensor.Tensor;
import io.winnow.torch.engine.Torch;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * The reference model's loss of every train image, for a run that selects by it: {@code
 * losses/<digest>}, see {@link LossTable}. The weights are the reference's running mean, in float32
 * and without dropout, whatever precision it was trained in.
 *
 * @param <E> the event by which data set and reference are both there
 */
final class ScoreLossesStage<E extends Event> implements Stage<E> {
  private static final String SUMS = "sums";
  private static final String UNIT = "losses";

  private final LossTools tools;
  private final Predicate<Run> wanted;
  private final Function<E, Run> run;
  private final Function<E, Lineage> lineage;

  /**
   * @param wanted whether this event is the last one of such a run
   */
  ScoreLossesStage(
      LossTools tools, Predicate<Run> wanted, Function<E, Run> run, Function<E, Lineage> lineage) {
    this.tools = tools;
    this.wanted = wanted;
    this.run = run;
    this.lineage = lineage;
  }

  @Override
  public String name() {
    return LossTable.STAGE;
  }

  @Override
  public boolean ready(E event) {
    return wanted.test(run.apply(event));
  }

  @Override
  public Address address(E event) {
    return tools.losses().address(run.apply(event), dataset(event));
  }

  @Override
  public Lane lane() {
    return Lane.TRAINING;
  }

  @Override
  public double cost(E event) {
    Dataset dataset = tools.losses().dataset(dataset(event));
    return new RunCost(run.apply(event).spec()).losses(dataset.shape(), dataset.rows(Splits.TRAIN));
  }

  @Override
  public void run(E event, JobContext work) {
    Run asked = run.apply(event);
    Dataset dataset = Dataset.open(work.store(), dataset(event));
    Artifact reference = tools.references().require(asked, dataset(event));
    ModelFile model = ModelFile.read(work.store(), reference);
    LossDraws draws =
        new LossDraws(
            asked.spec().seed(),
            asked.spec().selection().lossDraws(),
            model.schedule().timesteps());
    Optional<Checkpoint> start = work.checkpoint();
    long from = start.map(Checkpoint::position).orElse(0L);
    double[] sums =
        start
            .map(checkpoint -> checkpoint.tensors().get(SUMS).doubles())
            .orElseGet(() -> new double[dataset.rows(Splits.TRAIN)]);
    long total = (long) sums.length * draws.draws();
    Torch torch = tools.torch().get();
    try (MappedRows rows =
            dataset.map(
                tools.cache(),
                Splits.TRAIN,
                null,
                (open, all) ->
                    work.progress(
                        from, total, UNIT, "opening shard " + (open + 1) + " of " + all));
        Denoiser denoiser =
            model.denoiser(
                torch, ModelFile.weights(work.store(), reference, ModelFile.EMA_WEIGHTS))) {
      LossScores scores =
          new LossScores(denoiser::lossesAt, draws, rows, tools.batch(), sums, from);
      take(scores, rows.rows(), draws.seed(), work);
      double[] losses = scores.means();
      requireFinite(losses);
      LossTable.write(
          work.draft(),
          losses,
          LossTable.Draws.of(asked.spec().selection(), draws.seed()),
          reference.ref());
    }
    work.cost(new StageRecord.Cost(0, total));
  }

  private void take(LossScores scores, int rows, long seed, JobContext work) {
    while (scores.done() < scores.total()) {
      long before = scores.done();
      scores.step();
      long done = scores.done();
      boolean due = done / tools.checkpointLosses() > before / tools.checkpointLosses();
      if (done < scores.total() && (due || work.stopping())) {
        work.checkpoint(
            () ->
                new Checkpoint(
                    done,
                    Map.of("losses", done, "seed", seed),
                    Map.of(SUMS, Tensor.of(scores.sums(), rows))));
      }
      work.progress(done, scores.total(), UNIT, null);
    }
  }

  private static void requireFinite(double[] losses) {
    for (int row = 0; row < losses.length; row++) {
      if (!Double.isFinite(losses[row])) {
        throw new InvalidInputException(
            "the reference's loss of row " + row + " is " + losses[row],
            "train the reference with a lower \"reweight.learningRate\", or name another");
      }
    }
  }

  @Override
  public List<Event> next(E event, Artifact artifact) {
    Run asked = run.apply(event);
    ArtifactRef reference = tools.references().require(asked, dataset(event)).ref();
    return List.of(
        new LossesScored(
            asked, lineage.apply(event).with(LineageKey.REFERENCE, reference), artifact.ref()));
  }

  private ArtifactRef dataset(E event) {
    return lineage.apply(event).trainedOn();
  }

  /** Whether a run's losses can be taken as soon as its data set is there. */
  static boolean ofNamedReference(Run run) {
    return References.forSelection(run) && !References.trained(run);
  }

  /** Whether a run's losses wait for its reference. */
  static boolean ofTrainedReference(Run run) {
    return References.forSelection(run) && References.trained(run);
  }
}
