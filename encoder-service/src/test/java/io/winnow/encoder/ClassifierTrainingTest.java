package io.winnow.encoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.winnow.contracts.run.StageRecord;
import io.winnow.contracts.spec.SurrogateSpec;
import io.winnow.contracts.spec.SurrogateSpecBuilder;
import io.winnow.datasets.Dataset;
import io.winnow.datasets.ImageBatch;
import io.winnow.datasets.ImageShape;
import io.winnow.datasets.ShardCache;
import io.winnow.embedded.EmbeddedS3;
import io.winnow.models.surrogate.ClassifierConfig;
import io.winnow.models.surrogate.Surrogates;
import io.winnow.stage.api.StopException;
import io.winnow.stage.testing.FakeJobContext;
import io.winnow.store.artifact.Address;
import io.winnow.store.artifact.ArtifactDraft;
import io.winnow.store.artifact.ArtifactStore;
import io.winnow.store.object.MinioObjectStore;
import io.winnow.store.object.StoreConfig;
import io.winnow.store.tensor.SafeTensors;
import io.winnow.torch.engine.Torch;
import io.winnow.torch.engine.TorchSettings;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClassifierTrainingTest {
  @TempDir static Path folder;
  private static EmbeddedS3 s3;
  private static MinioObjectStore objects;
  private static Dataset dataset;
  private static ShardCache cache;
  private static Torch torch;

  @BeforeAll
  static void start() {
    cache = new ShardCache(folder.resolve("cache"), 1 << 20);
    s3 =
        EmbeddedS3.start(
            folder.resolve("s3"), 0, new EmbeddedS3.Credentials("test", "a-secret"), "test");
    objects =
        new MinioObjectStore(
            new StoreConfig(s3.endpoint().toString(), "test", "a-secret", "test", "us-east-1"));
    ArtifactStore store = new ArtifactStore(objects);
    ArtifactDraft draft = store.draft(Address.of("datasets", "test", "1", Map.of(), List.of()));
    ImageShape shape = new ImageShape(1, 8, 8);
    Dataset.describe(draft, List.of("dark", "light"), shape);
    draft.putTensors("shard-000000", Dataset.tensors(images(shape, 80, 1)), 80L, "train");
    draft.putTensors("shard-000001", Dataset.tensors(images(shape, 20, 2)), 20L, "heldout");
    dataset = Dataset.open(store, draft.commit(new StageRecord.Cost(0, 0)).ref());
    torch = Torch.start(TorchSettings.cpu());
  }

  private static ImageBatch images(ImageShape shape, int rows, int seed) {
    byte[] pixels = new byte[rows * shape.bytes()];
    int[] labels = new int[rows];
    Random random = new Random(seed);
    for (int i = 0; i < pixels.length; i++) {
      labels[i / shape.bytes()] = i / shape.bytes() % 2;
      pixels[i] = (byte) (random.nextInt(128) + 128 * labels[i / shape.bytes()]);
    }
    return new ImageBatch(shape, pixels, labels);
  }

  @AfterAll
  static void stop() {
    torch.close();
    objects.close();
    s3.close();
  }

  @Test
  void trainingThatWasStoppedEndsInTheSameBytes() {
    // given a training that is told to stop half-way
    ClassifierTraining.Result whole = training(320).run(FakeJobContext.whole());
    FakeJobContext stopped = FakeJobContext.whole().stoppedAt(160);
    assertThatExceptionOfType(StopException.class).isThrownBy(() -> training(320).run(stopped));

    // when another process goes on from its checkpoint
    ClassifierTraining.Result resumed =
        training(320).run(FakeJobContext.whole().from(stopped.lastCheckpoint()));

    // then
    assertThat(stopped.lastCheckpoint().position()).isBetween(1L, 19L);
    assertThat(SafeTensors.bytes(resumed.weights(), Map.of()))
        .isEqualTo(SafeTensors.bytes(whole.weights(), Map.of()));
    assertThat(resumed.accuracy()).isEqualTo(whole.accuracy()).isGreaterThan(0.9);
  }

  @Test
  void trainsOnAPartWhenItSeesFewerImagesThanThereAre() {
    assertThat(training(32).run(FakeJobContext.whole()).accuracy()).isBetween(0.0, 1.0);
  }

  private static ClassifierTraining training(long images) {
    SurrogateSpec spec =
        SurrogateSpecBuilder.builder().images(images).batch(16).learningRate(0.002).build();
    ClassifierConfig model =
        Surrogates.config(spec.source(), dataset.shape(), dataset.classes().size());
    return new ClassifierTraining(torch, dataset, cache, model, spec, 5);
  }
}
