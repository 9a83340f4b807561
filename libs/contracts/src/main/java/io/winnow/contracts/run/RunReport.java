package io.winnow.contracts.run;

import io.winnow.contracts.Lineage;
import io.winnow.contracts.ObjectRef;
import java.util.List;

/**
 * Result and cost of a run; the object {@code runs/<run id>/report.json}.
 *
 * @param run the run
 * @param lineage its artifacts
 * @param imagesInTrain rows of the train split
 * @param imagesKept rows of the coreset
 * @param classes class names, by label
 * @param kept rows kept per class
 * @param weights class weights, mean 1
 * @param frechet Fréchet distance of the samples to the held-out images
 * @param frechetUntrained the same for samples of the untrained model, null when not drawn
 * @param samples number of samples
 * @param heldout number of held-out images
 * @param space the feature space in which distances are taken, e.g. {@code surrogate <digest>}
 * @param stages every stage's record, in order of the flow
 * @param grid the samples' PNG, one row per class
 * @param topKept the highest-scored rows kept, a PNG, one row per class
 * @param topPruned rows pruned with the most extreme scores, a PNG, one row per class
 * @param quality quality metrics of the samples
 * @param curve the Fréchet distance along the training, ascending by images; the last point is the
 *     final model, the only one where no snapshots were kept. Never empty
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
    curve = List.copyOf(curve);
  }
}
