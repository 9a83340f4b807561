package io.winnow.encoder;

import io.winnow.contracts.InvalidInputException;
import io.winnow.contracts.ObjectRef;
import io.winnow.contracts.spec.SurrogateSpec;
import io.winnow.datasets.ImageShape;
import io.winnow.models.surrogate.EncoderArtifact;
import io.winnow.models.surrogate.InferenceOptions;
import io.winnow.models.surrogate.SurrogateInput;
import io.winnow.stage.api.JobContext;
import io.winnow.store.artifact.ArtifactStore;
import io.winnow.torch.engine.Torch;
import jakarta.enterprise.inject.Instance;
import java.util.List;

/**
 * An encoder that is a TorchScript file in the store. All data sets with the same input to it share
 * one artifact.
 */
final class ScriptEncoder implements EncoderSource {
  private final ObjectRef module;
  private final SurrogateInput input;
  private final InferenceOptions pass;
  private final ArtifactStore store;
  private final Instance<Torch> torch;

  private record Parameters(String sha256, SurrogateInput input, InferenceOptions pass) {}

  /**
   * @param module the allowed file, with its digest
   * @param images the shape of the data set's images
   * @throws InvalidInputException the file takes grey images and the data set is in colour
   */
  ScriptEncoder(
      ObjectRef module,
      SurrogateSpec spec,
      ImageShape images,
      InferenceOptions pass,
      ArtifactStore store,
      Instance<Torch> torch) {
    this.module = module;
    this.input = input(spec, images);
    this.pass = pass;
    this.store = store;
    this.torch = torch;
  }

  private static SurrogateInput input(SurrogateSpec spec, ImageShape images) {
    int channels = spec.channels() == null ? images.channels() : spec.channels();
    if (images.channels() == 3 && channels == 1) {
      throw new InvalidInputException(
          "surrogate.channels is 1, but the data set's images have 3",
          "choose a surrogate for colour images");
    }
    return new SurrogateInput(
        spec.inputSize() == null ? images.height() : spec.inputSize(),
        channels,
        spec.mean(),
        spec.std(),
        spec.output());
  }

  @Override
  public Object parameters() {
    return new Parameters(module.sha256(), input, pass);
  }

  @Override
  public List<String> inputs() {
    return List.of();
  }

  @Override
  public void write(JobContext job) {
    EncoderArtifact.writeScript(job.draft(), store, module, input, pass, torch.get());
  }
}
