package io.winnow.reweight;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.winnow.contracts.ArtifactRef;
import io.winnow.contracts.run.Run;
import io.winnow.contracts.run.StageRecord;
import io.winnow.datasets.Dataset;
import io.winnow.datasets.ImageBatch;
import io.winnow.datasets.ImageShape;
import io.winnow.models.ModelFile;
import io.winnow.models.train.Batch;
import io.winnow.models.train.BatchOrder;
import io.winnow.models.train.BatchRecipe;
import io.winnow.models.train.DenoiserTrainer;
import io.winnow.models.train.TrainingPlan;
import io.winnow.stage.testing.FakeJobContext;
import io.winnow.store.artifact.Address;
import io.winnow.store.artifact.Artifact;
import io.winnow.store.artifact.ArtifactDraft;
import io.winnow.store.artifact.ArtifactStore;
import io.winnow.store.testing.InMemoryObjectStore;
import io.winnow.torch.engine.Torch;
import io.winnow.torch.engine.TorchSettings;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * With real models on three classes: stripes across, stripes down, and flat images. The last are
 * rare in the coreset, so that the proxy is slow to learn what the reference knows best.
 */
class HardClassTest {
  private static final ImageShape SHAPE = new ImageShape(1, 8, 8);
  private static final int CLASSES = 3;

  private static final int OF_EACH = 60;
  private static final int BATCH = 18;
  private static final int SCARCE = 3;

  private static final int REFERENCE_STEPS = 300;

  private static Torch torch;

  private final ArtifactStore store = new ArtifactStore(new InMemoryObjectStore());

  @BeforeAll
  static void start() {
    torch = Torch.start(new TorchSettings(1, "cpu"));
  }

  @AfterAll
  static void stop() {
    torch.close();
  }

  @Test
  void theClassThatIsHardForTheProxyWeighsMostWhateverItsLabel() {
    // given the same images under labels 0, 1, 2 and with 0 and 2 swapped; the last is rare
    int[] plain = {0, 1, 2};
    int[] swapped = {2, 1, 0};

    // when
    double[] weights = weights(plain);
    double[] ofSwapped = weights(swapped);

    // then
    assertThat(weights[2]).isGreaterThan(1.2 * Math.max(weights[0], weights[1]));
    for (int c = 0; c < CLASSES; c++) {
      // under another label a class starts from another vector, so not bit for bit
      assertThat(ofSwapped[swapped[c]]).as("class " + c).isCloseTo(weights[c], within(0.3));
    }
  }

  /** By label; class c of the images has the label {@code labelOf[c]}. */
  private double[] weights(int[] labelOf) {
    Run run =
        TinyRun.of("hard", 3, "\"batch\": 18, \"proxyImages\": 1800, \"learningRate\": 3e-3", 16);
    Dataset dataset = Dataset.open(store, put(labelOf));
    ImageBatch all = images(labelOf);
    int[] kept =
        IntStream.range(0, all.rows())
            .filter(row -> row < 2 * OF_EACH ? row % 2 == 0 : row < 2 * OF_EACH + SCARCE)
            .toArray();
    ArtifactDraft draft =
        store.draft(
            Address.of(
                "weights", "hard", "1", Map.of("id", UUID.randomUUID().toString()), List.of()));
    return new ProxyTraining(store, () -> torch, 1_000_000)
        .run(
            run,
            dataset,
            new ProxyTraining.Coreset(all.rows(kept), "coreset"),
            reference(run, dataset, all),
            FakeJobContext.making(store, draft))
        .weights();
  }

  private ArtifactRef put(int[] labelOf) {
    ArtifactDraft draft =
        store.draft(
            Address.of("datasets/hard", "import", "1", Map.of("labels", labelOf), List.of()));
    Dataset.describe(draft, List.of("a", "b", "c"), SHAPE);
    draft.putTensors("shard-000000.safetensors", Dataset.tensors(images(labelOf)), 180L, "train");
    return draft.commit(new StageRecord.Cost(0, 0)).ref();
  }

  /** Rows of class 0, then 1, then 2. */
  private static ImageBatch images(int[] labelOf) {
    Random random = new Random(8);
    int rows = CLASSES * OF_EACH;
    byte[] images = new byte[rows * SHAPE.bytes()];
    int[] labels = new int[rows];
    for (int row = 0; row < rows; row++) {
      int c = row / OF_EACH;
      labels[row] = labelOf[c];
      int grey = 190 + random.nextInt(40);
      int phase = random.nextInt(4);
      boolean across = c == 0;
      for (int p = 0; p < SHAPE.bytes(); p++) {
        int along = across ? p / 8 : p % 8;
        int striped = (along + phase) % 4 < 2 ? 235 : 20;
        images[row * SHAPE.bytes() + p] = (byte) (c == 2 ? grey : striped);
      }
    }
    return new ImageBatch(SHAPE, images, labels);
  }

  private Artifact reference(Run run, Dataset dataset, ImageBatch all) {
    TrainingPlan plan = ProxyPlan.of(run, dataset);
    ArtifactDraft draft =
        store.draft(
            Address.of(
                "models", "hard", "1", Map.of(), List.of(dataset.artifact().ref().digest())));
    float[] alike = new float[BATCH];
    Arrays.fill(alike, 1);
    BatchRecipe recipe = BatchRecipe.alike(new BatchOrder(all.rows(), BATCH, 5), false, 5, CLASSES);
    try (DenoiserTrainer trainer = DenoiserTrainer.create(torch, plan)) {
      for (int step = 0; step < REFERENCE_STEPS; step++) {
        Batch batch = recipe.of(all, step);
        trainer.step(step, batch.images(), batch.labels(), alike);
      }
      new ModelFile(plan.model(), plan.schedule(), dataset.classes()).put(draft);
      draft.putTensors(ModelFile.EMA_WEIGHTS, trainer.weights(), null, null);
    }
    return draft.commit(new StageRecord.Cost(0, 0));
  }
}
