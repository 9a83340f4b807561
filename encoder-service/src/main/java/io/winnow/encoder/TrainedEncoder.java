package io.winnow.encoder;

import io.winnow.contracts.run.Run;
import io.winnow.contracts.spec.SurrogateSpec;
import io.winnow.datasets.Dataset;
import io.winnow.datasets.ShardCache;
import io.winnow.models.surrogate.ClassifierConfig;
import io.winnow.models.surrogate.EncoderArtifact;
import io.winnow.models.surrogate.InferenceOptions;
import io.winnow.models.surrogate.Surrogates;
import io.winnow.stage.api.JobContext;
import io.winnow.torch.engine.Torch;
import jakarta.enterprise.inject.Instance;
import java.util.List;
import org.jboss.logging.Logger;

/** An encoder that is trained on the data set itself. */
final class TrainedEncoder implements EncoderSource {
  private static final Logger LOG = Logger.getLogger(TrainedEncoder.class);

  private final Dataset dataset;
  private final SurrogateSpec spec;
  private final ClassifierConfig model;
  private final InferenceOptions pass;
  private final long seed;
  private final ShardCache cache;
  private final Instance<Torch> torch;

  private record Parameters(
      ClassifierConfig model,
      long images,
      int batch,
      double learningRate,
      InferenceOptions pass,
      long seed) {}

  TrainedEncoder(
      Run run, Dataset dataset, InferenceOptions pass, ShardCache cache, Instance<Torch> torch) {
    this.spec = run.spec().surrogate();
    this.dataset = dataset;
    this.model = Surrogates.config(spec.source(), dataset.shape(), dataset.classes().size());
    this.pass = pass;
    this.seed = spec.seed() != null ? spec.seed() : run.spec().seed();
    this.cache = cache;
    this.torch = torch;
  }

  @Override
  public Object parameters() {
    return new Parameters(model, spec.images(), spec.batch(), spec.learningRate(), pass, seed);
  }

  @Override
  public List<String> inputs() {
    return List.of(dataset.artifact().ref().digest());
  }

  @Override
  public void write(JobContext job) {
    ClassifierTraining.Result result =
        new ClassifierTraining(torch.get(), dataset, cache, model, spec, seed).run(job);
    EncoderArtifact.writeTrained(job.draft(), model, pass, result.weights(), result.accuracy());
    LOG.infof(
        "the surrogate of %s classifies %.1f %% of held-out images correctly",
        dataset.artifact().ref().address(), 100 * result.accuracy());
  }
}
