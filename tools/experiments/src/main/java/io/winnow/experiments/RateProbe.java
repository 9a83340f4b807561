package io.winnow.experiments;

import io.winnow.bench.StepBench;
import io.winnow.contracts.spec.DatasetSpec;
import io.winnow.contracts.spec.ModelSpec;
import io.winnow.contracts.spec.RunSpec;
import io.winnow.contracts.spec.SurrogateSpec;
import io.winnow.datasets.ImageShape;
import io.winnow.datasets.source.DatasetSource;
import io.winnow.models.architecture.DenoiserConfig;
import io.winnow.models.denoiser.ExampleSpec;
import io.winnow.models.sample.Denoiser;
import io.winnow.models.sample.SamplingPlan;
import io.winnow.models.surrogate.ClassifierPlan;
import io.winnow.models.surrogate.ClassifierTrainer;
import io.winnow.models.surrogate.InferenceOptions;
import io.winnow.models.surrogate.Surrogate;
import io.winnow.models.surrogate.SurrogateInput;
import io.winnow.models.surrogate.Surrogates;
import io.winnow.models.train.DenoiserTrainer;
import io.winnow.models.train.TrainingPlan;
import io.winnow.models.train.TrainingPlans;
import io.winnow.torch.engine.Torch;
import io.winnow.torch.kernel.Precision;
import io.winnow.torch.optimiser.AdamSettings;
import java.nio.file.Path;
import java.util.SplittableRandom;

/** Measures {@link Rates} on random images for a few seconds, with the kernels that runs use. */
final class RateProbe {
  private static final int WARM_UP = 2;
  private static final int STEPS = 5;
  private static final double NANOS = 1e9;

  private final Torch torch;
  private final Path base;

  /**
   * @param base folder that a surrogate's relative path is resolved against
   */
  RateProbe(Torch torch, Path base) {
    this.torch = torch;
    this.base = base;
  }

  /** Shape and number of the images, known without decoding one. */
  public record Images(ImageShape shape, int classes, int train, int heldout) {
    // experiments use local files: nothing is downloaded, so neither folder nor store is needed
    static Images of(DatasetSpec spec) {
      try (DatasetSource source = DatasetSource.open(spec, null, null)) {
        return new Images(
            source.shape(),
            source.classes().size(),
            source.rows(DatasetSource.TRAIN),
            source.rows(DatasetSource.HELDOUT));
      }
    }
  }

  Rates measure(RunSpec run, Images images) {
    TrainingPlan model = TrainingPlans.model(model(run.model(), images), run.training(), 0);
    TrainingPlan proxy =
        TrainingPlans.reweight(
            model(run.reweight().model(), images), run.training(), run.reweight(), 0);
    SurrogateSpec surrogate = run.surrogate();
    return new Rates(
        training(model, run.training().batch()),
        training(proxy, run.reweight().batch()),
        sampling(model, run.sampling().batch(), images.classes()),
        surrogate.trained() ? surrogate(surrogate, images) : 0,
        encoding(surrogate, images));
  }

  private static DenoiserConfig model(ModelSpec model, Images images) {
    return DenoiserConfig.of(model, ExampleSpec.of(images.shape()), images.classes());
  }

  private double training(TrainingPlan plan, int batch) {
    return batch / new StepBench(plan, batch, WARM_UP, STEPS).run(torch, () -> {}).secondsPerStep();
  }

  private double sampling(TrainingPlan plan, int batch, int classes) {
    int[] labels = new int[batch];
    for (int i = 0; i < batch; i++) {
      labels[i] = i % classes;
    }
    try (DenoiserTrainer untrained = DenoiserTrainer.create(torch, plan);
        Denoiser denoiser =
            Denoiser.load(torch, plan.model(), plan.schedule(), untrained.emaWeights())) {
      return fastest(
          (long) batch * STEPS,
          () -> denoiser.sample(SamplingPlan.ddim(STEPS, 1, batch, 0), labels));
    }
  }

  private double surrogate(SurrogateSpec spec, Images images) {
    try (ClassifierTrainer trainer = ClassifierTrainer.create(torch, classifier(spec, images))) {
      byte[] noise = noise(spec.batch(), images);
      int[] labels = new int[spec.batch()];
      long[] step = {0};
      return fastest(spec.batch(), () -> trainer.step(step[0]++, noise, labels));
    }
  }

  private static ClassifierPlan classifier(SurrogateSpec spec, Images images) {
    return new ClassifierPlan(
        Surrogates.config(spec.source(), images.shape(), images.classes()),
        new AdamSettings(spec.learningRate(), 0.9, 0.999, 0, 0, 0, 1, 1, 0.99),
        true,
        0);
  }

  private double encoding(SurrogateSpec spec, Images images) {
    ImageShape shape = images.shape();
    byte[] noise = noise(spec.encodeBatch(), images);
    try (Surrogate surrogate = encoder(spec, images)) {
      return fastest(
          spec.encodeBatch(),
          () ->
              surrogate.features(
                  noise, spec.encodeBatch(), shape.channels(), shape.height(), shape.width()));
    }
  }

  private Surrogate encoder(SurrogateSpec spec, Images images) {
    ImageShape shape = images.shape();
    InferenceOptions pass =
        new InferenceOptions(spec.encodeBatch(), Precision.valueOf(spec.precision().name()));
    if (spec.trained()) {
      ClassifierPlan plan = classifier(spec, images);
      try (ClassifierTrainer untrained = ClassifierTrainer.create(torch, plan)) {
        return Surrogate.trained(torch, plan.model(), untrained.emaWeights(), pass);
      }
    }
    SurrogateInput input =
        new SurrogateInput(
            spec.inputSize() == null ? shape.height() : spec.inputSize(),
            spec.channels() == null ? shape.channels() : spec.channels(),
            spec.mean(),
            spec.std(),
            spec.output());
    return Surrogate.torchScript(torch, base.resolve(spec.source()), input, pass);
  }

  private static byte[] noise(int rows, Images images) {
    byte[] noise = new byte[Math.multiplyExact(rows, images.shape().bytes())];
    new SplittableRandom(0).nextBytes(noise);
    return noise;
  }

  // one warm-up, then the faster of two rounds
  private static double fastest(long images, Runnable work) {
    work.run();
    double best = Double.MAX_VALUE;
    for (int round = 0; round < 2; round++) {
      long start = System.nanoTime();
      work.run();
      best = Math.min(best, (System.nanoTime() - start) / NANOS);
    }
    return images / best;
  }
}
