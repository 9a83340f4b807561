package io.winnow.cli;

import io.winnow.contracts.ArtifactRef;
import io.winnow.contracts.run.Run;
import io.winnow.contracts.run.StageRecord;
import io.winnow.contracts.spec.DatasetSpec;
import io.winnow.contracts.spec.ModelSpec;
import io.winnow.contracts.spec.RunSpec;
import io.winnow.datasets.Dataset;
import io.winnow.datasets.ImageShape;
import io.winnow.models.ModelFile;
import io.winnow.models.architecture.DenoiserConfig;
import io.winnow.models.denoiser.ExampleSpec;
import io.winnow.models.train.NoiseSchedule;
import io.winnow.store.artifact.Address;
import io.winnow.store.artifact.ArtifactDraft;
import io.winnow.store.artifact.ArtifactStore;
import io.winnow.store.artifact.RunFolder;
import io.winnow.store.tensor.Tensor;
import io.winnow.torch.kernel.ParameterTable;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/** What a run leaves in the store, without its training: the weights are drawn at random. */
final class StoredModels {
  static final ModelFile MODEL =
      new ModelFile(
          DenoiserConfig.of(ModelSpec.preset("ddpm-tiny"), ExampleSpec.pixels(1, 8, 8), 2),
          NoiseSchedule.cosine(),
          List.of("cat", "dog"));

  private static final StageRecord.Cost FREE = new StageRecord.Cost(0, 0);

  private StoredModels() {}

  /** Numbers with which every layer has a say. */
  static Map<String, Tensor> weights(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    Map<String, Tensor> weights = new LinkedHashMap<>();
    for (ParameterTable.Parameter p : MODEL.model().parameters().parameters()) {
      float[] values = new float[p.size()];
      for (int i = 0; i < values.length; i++) {
        values[i] = (float) (0.2 * (random.nextDouble() - 0.5));
      }
      weights.put(
          p.name(), Tensor.of(values, p.shape().stream().mapToLong(Integer::longValue).toArray()));
    }
    return weights;
  }

  /**
   * A run with a data set and a model; its mean weights are {@code weights(1)}, the last ones
   * {@code weights(2)}.
   *
   * @return the model
   */
  static ArtifactRef run(ArtifactStore store, String id) {
    ArtifactDraft images =
        store.draft(Address.of("datasets/tiny", "import", "1", Map.of(), List.of()));
    Dataset.describe(images, MODEL.classes(), new ImageShape(1, 8, 8));
    ArtifactDraft model = store.draft(Address.of("models", "train", "1", Map.of(), List.of()));
    MODEL.put(model);
    model.putTensors(ModelFile.EMA_WEIGHTS, weights(1), null, null);
    model.putTensors(ModelFile.LAST_WEIGHTS, weights(2), null, null);
    RunFolder folder = request(store, id);
    folder.stage(step("import", images.commit(FREE).ref()));
    ArtifactRef ref = model.commit(FREE).ref();
    folder.stage(step("train", ref));
    return ref;
  }

  /** A run that was only asked for. */
  static RunFolder request(ArtifactStore store, String id) {
    RunFolder folder = new RunFolder(store.objects(), id);
    RunSpec spec = RunSpec.of(new DatasetSpec("tiny", null, null, null, null, null, null, null));
    folder.request(new Run(id, spec, Instant.EPOCH));
    return folder;
  }

  /** A surrogate lies beside the models but is none. */
  static ArtifactRef surrogate(ArtifactStore store) {
    ArtifactDraft draft = store.draft(Address.of("models", "surrogate", "1", Map.of(), List.of()));
    draft.put("classifier.json", new byte[] {'{', '}'}, null, null);
    return draft.commit(FREE).ref();
  }

  private static StageRecord step(String stage, ArtifactRef artifact) {
    return new StageRecord(stage, artifact, false, FREE, Instant.EPOCH);
  }
}
