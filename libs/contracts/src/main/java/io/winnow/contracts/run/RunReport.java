package io.winnow.contracts.run;

import io.winnow.contracts.Lineage;
import io.winnow.contracts.ObjectRef;
import java.util.List;

/**
 * What a run gained and what it cost; the object {@code runs/<run id>/report.json}.
 *
 * @param run the run
 * @param lineage what it was made of
 * @param imagesInTrain rows of the train split
 * @param imagesKept rows of the coreset
 * @param classes class names, by label
 * @param kept rows kept a class
 * @param weights class weights, mean 1
 * @param frechet Fréchet distance of the samples to the held-out images
 * @param frechetUntrained the same for as many samples of the untrained model, null when not drawn
 * @param samples how many samples each figure rests on
 * @param heldout how many held-out images
 * @param space the feature space in which distances are taken, e.g. {@code surrogate <digest>}
 * @param stages every stage's record, in order of the flow
 * @param grid the samples' PNG, a row a class
 * @param topKept the highest-scored rows kept, a PNG, a row a class
 * @param topPruned rows pruned with the most extreme scores, a PNG, a row a class
 * @param quality all figures of the samples; null in a report of before there were any
 * @param curve the Fréchet distance along the training, ascending by images; the last point is the
 *     final model, the only one where no snapshots were kept. Empty in a report of before
 */
public record RunReport(
    Run run,
    Lineage lineage,
    long imagesInTrain,
    long imagesKept,
    List<String> classes,
    List<Long> kept,
    List<Double> weights,
    double frechet,
    Double frechetUntrained,
    long samples,
    long heldout,
    String space,
    List<StageRecord> stages,
    ObjectRef grid,
    ObjectRef topKept,
    ObjectRef topPruned,
    Quality quality,
    List<CurvePoint> curve) {

  public RunReport {
    curve = curve == null ? List.of() : List.copyOf(curve);
  }
}
