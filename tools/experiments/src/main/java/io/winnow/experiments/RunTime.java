package io.winnow.experiments;

import io.winnow.contracts.run.Experiment.Member;
import io.winnow.contracts.spec.ReweightSpec;
import io.winnow.contracts.spec.RunSpec;
import io.winnow.contracts.spec.SamplingSpec;
import io.winnow.contracts.spec.TrainingSpec;
import io.winnow.experiments.RateProbe.Images;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Estimates the duration of runs, one after another; shared artifacts count once. */
final class RunTime {
  // events, checkpoints, pictures and metrics of a run, measured on 2 cores
  private static final double FIXED_SECONDS = 12;
  private static final double POINT_SECONDS = 1;
  // losses of proxy and reference, relative to a training step of the proxy
  private static final double COMPARING = 0.8;

  private final Rates rates;
  private final Images images;

  RunTime(Rates rates, Images images) {
    this.rates = rates;
    this.images = images;
  }

  double seconds(List<Member> members) {
    Set<Object> shared = new HashSet<>();
    double seconds = 0;
    for (Member member : members) {
      RunSpec run = member.spec();
      seconds += own(run);
      if (shared.add(run.surrogate())) {
        seconds += surrogate(run);
      }
      if (needsReference(run) && shared.add(reference(run))) {
        seconds += run.reweight().referenceImages() / rates.proxy();
      }
    }
    return seconds;
  }

  /** Seconds of one run without surrogate and reference. */
  private double own(RunSpec run) {
    SamplingSpec sampling = run.sampling();
    TrainingSpec training = run.training();
    long points =
        training.snapshotImages() == 0 ? 0 : training.images() / training.snapshotImages();
    double drawn = sampling.images() + (double) points * sampling.curveImages();
    double passes = sampling.guidance() == 1 ? sampling.steps() : 2.0 * sampling.steps();
    double weights =
        run.reweight().trainsProxy()
            ? run.reweight().proxyImages() * (1 + COMPARING) / rates.proxy()
            : 0;
    double scored =
        run.selection().ranksByLosses()
            ? (double) images.train() * run.selection().lossDraws() / rates.sampling()
            : 0;
    return FIXED_SECONDS
        + POINT_SECONDS * points
        + training.images() / rates.training()
        + drawn * passes / rates.sampling()
        + drawn / rates.encoding()
        + weights
        + scored;
  }

  private double surrogate(RunSpec run) {
    double trained = run.surrogate().trained() ? run.surrogate().images() / rates.surrogate() : 0;
    return trained + (images.train() + images.heldout()) / rates.encoding();
  }

  // two runs with equal values share a reference
  private static Object reference(RunSpec run) {
    ReweightSpec reweight = run.reweight();
    return List.of(
        reweight.referenceModel(),
        reweight.referenceImages(),
        reweight.batch(),
        reweight.learningRate(),
        run.training().horizontalFlip(),
        run.seed());
  }

  private static boolean needsReference(RunSpec run) {
    ReweightSpec reweight = run.reweight();
    return reweight.reference() == null
        && (reweight.needsReference() || run.selection().ranksByLosses());
  }
}
