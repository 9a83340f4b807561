package io.winnow.selector;

import io.winnow.contracts.ArtifactRef;
import io.winnow.contracts.run.StageRecord;
import io.winnow.models.ModelFile;
import io.winnow.models.architecture.DenoiserConfig;
import io.winnow.models.denoiser.Conditioning.ClassLabels;
import io.winnow.models.denoiser.ExampleSpec;
import io.winnow.models.train.NoiseSchedule;
import io.winnow.models.unet.Unet;
import io.winnow.store.artifact.Address;
import io.winnow.store.artifact.ArtifactDraft;
import io.winnow.store.artifact.ArtifactStore;
import io.winnow.store.tensor.Tensor;
import io.winnow.torch.kernel.ParameterTable;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/** A diffusion model of 4×4 grey images of the tiny data set's classes, drawn at random. */
final class TinyReference {
  static final int SIDE = 4;

  private static final DenoiserConfig MODEL =
      new DenoiserConfig(
          new Unet(1, 8, List.of(1), 1, List.of(), 2, 4, 0.1),
          ExampleSpec.pixels(1, SIDE, SIDE),
          new ClassLabels(3));

  private TinyReference() {}

  static ArtifactRef put(ArtifactStore store, Address address) {
    ArtifactDraft draft = store.draft(address);
    new ModelFile(MODEL, NoiseSchedule.linear(), TinyDataset.CLASSES).put(draft);
    draft.putTensors(ModelFile.EMA_WEIGHTS, weights(), null, null);
    return draft.commit(new StageRecord.Cost(0, 0)).ref();
  }

  private static Map<String, Tensor> weights() {
    SplittableRandom random = new SplittableRandom(5);
    Map<String, Tensor> weights = new HashMap<>();
    for (ParameterTable.Parameter p : MODEL.parameters().parameters()) {
      float[] values = new float[p.size()];
      for (int i = 0; i < values.length; i++) {
        values[i] = (float) (random.nextDouble() - 0.5);
      }
      weights.put(
          p.name(), Tensor.of(values, p.shape().stream().mapToLong(Integer::longValue).toArray()));
    }
    return weights;
  }
}
