package io.winnow.models.train;

import io.winnow.contracts.spec.ReweightSpec;
import io.winnow.contracts.spec.TrainingSpec;
import io.winnow.models.architecture.DenoiserConfig;
import io.winnow.torch.kernel.Precision;
import io.winnow.torch.optimiser.AdamSettings;
import io.winnow.torch.optimiser.Adan;
import io.winnow.torch.optimiser.AdanSettings;
import io.winnow.torch.optimiser.Optimiser;
import io.winnow.torch.optimiser.StepSchedule;

/** Makes training plans from a run's spec. */
public final class TrainingPlans {
  private static final double MIN_SNR = 5;
  private static final double FINAL_RATE = 0.02;

  private TrainingPlans() {}

  /**
   * The plan of the run's own model. Its learning rate falls by a cosine over the spec's images,
   * which brings a short training further than a constant one.
   *
   * @param seed of this training, derived from the run's
   */
  public static TrainingPlan model(DenoiserConfig model, TrainingSpec training, long seed) {
    return plan(
        model,
        training,
        training.minSnr() ? MIN_SNR : 0,
        training.learningRate(),
        training.batch(),
        steps(training.images(), training.batch()),
        seed);
  }

  /**
   * The plan of the reference and of the proxy: the run's training settings with the batch and
   * learning rate of {@code reweight}, and every timestep weighed alike, since it is their plain
   * losses that are compared.
   */
  public static TrainingPlan reweight(
      DenoiserConfig model, TrainingSpec training, ReweightSpec reweight, long seed) {
    return plan(model, training, 0, reweight.learningRate(), reweight.batch(), 0, seed);
  }

  /** The noise schedule of a spec, over 1000 timesteps. */
  public static NoiseSchedule schedule(TrainingSpec training) {
    return schedule(training.schedule(), training.prediction());
  }

  /** The same of its two parts. */
  public static NoiseSchedule schedule(
      TrainingSpec.Schedule schedule, TrainingSpec.Prediction prediction) {
    NoiseSchedule noise =
        switch (schedule) {
          case LINEAR -> NoiseSchedule.linear();
          case COSINE -> NoiseSchedule.cosine();
        };
    return noise.with(
        switch (prediction) {
          case EPSILON -> Prediction.EPSILON;
          case V -> Prediction.V;
          case X0 -> Prediction.X0;
        });
  }

  private static Precision precision(TrainingSpec training) {
    return switch (training.precision()) {
      case FLOAT32 -> Precision.FLOAT32;
      case BF16 -> Precision.BF16;
    };
  }

  private static TrainingPlan plan(
      DenoiserConfig model,
      TrainingSpec training,
      double minSnr,
      double learningRate,
      int batch,
      long decaySteps,
      long seed) {
    int microBatch = training.microBatch(batch);
    return new TrainingPlan(
        model,
        schedule(training),
        new Objective(minSnr, training.classDropoutProb()),
        optimiser(
            training,
            new StepSchedule(
                learningRate,
                steps(training.warmupImages(), batch),
                decaySteps,
                FINAL_RATE,
                training.emaDecay())),
        precision(training),
        microBatch,
        seed);
  }

  // Adan's decays and ε are those of sail-sg/MDT and the defaults of sail-sg/Adan.
  private static Optimiser optimiser(TrainingSpec training, StepSchedule schedule) {
    return switch (training.optimiser()) {
      case ADAMW ->
          new AdamSettings(
              schedule.learningRate(),
              0.9,
              0.999,
              training.weightDecay(),
              schedule.warmUpSteps(),
              schedule.decaySteps(),
              schedule.finalRate(),
              training.maxGradNorm(),
              schedule.emaDecay());
      case ADAN ->
          new Adan(
              new AdanSettings(
                  0.98, 0.92, 0.99, 1e-8, training.weightDecay(), false, training.maxGradNorm()),
              schedule);
    };
  }

  private static long steps(long images, int batch) {
    return (images + batch - 1) / batch;
  }
}
