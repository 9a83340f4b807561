package io.winnow.datasets.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.winnow.contracts.InvalidInputException;
import io.winnow.contracts.run.StageRecord;
import io.winnow.contracts.spec.DatasetSpec;
import io.winnow.contracts.spec.DatasetSpec.OnBadImage;
import io.winnow.contracts.spec.DatasetSpec.Resize;
import io.winnow.datasets.Dataset;
import io.winnow.datasets.source.format.Skipped;
import io.winnow.store.artifact.Address;
import io.winnow.store.artifact.Artifact;
import io.winnow.store.artifact.ArtifactDraft;
import io.winnow.store.artifact.ArtifactStore;
import io.winnow.store.testing.InMemoryObjectStore;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DatasetImportTest {
  private final ArtifactStore store = new ArtifactStore(new InMemoryObjectStore());
  private final List<String> said = new ArrayList<>();

  @TempDir Path folder;

  @Test
  void defaultsInTheSpecDoNotChangeTheAddress() {
    // given
    Sources.pets(folder);

    // when
    Address address = address(spec(null, null, null));

    // then
    Address expected =
        Address.of(
            "datasets/pets",
            "import",
            "4",
            Map.of("holdout", 0.1, "shardRows", 3, "onBadImage", "fail", "resize", "none"),
            address.inputs());
    assertThat(address).isEqualTo(expected);
    assertThat(address(spec(OnBadImage.FAIL, null, Resize.NONE))).isEqualTo(expected);
  }

  @Test
  void whatChangesTheResultChangesTheAddress() {
    Sources.pets(folder);

    assertThat(
            List.of(
                address(spec(null, null, null)),
                address(spec(OnBadImage.SKIP, null, null)),
                address(spec(null, 4, Resize.CROP)),
                address(spec(null, 4, Resize.SQUASH)),
                address(spec(null, 4, Resize.ADM)),
                address(spec(null, 5, Resize.SQUASH))))
        .doesNotHaveDuplicates();
  }

  @Test
  void countsDuplicatesAndThoseAcrossSplits() {
    // given an image three times in train, twice of them in another class, and once in test
    Sources.pets(folder.resolve("train"));
    Sources.image(folder.resolve("train/cat/again.png"), "png", Sources.grey(6, 6, 0));
    Sources.image(folder.resolve("train/dog/again.png"), "png", Sources.grey(6, 6, 0));
    Sources.image(folder.resolve("test/cat/0.png"), "png", Sources.grey(6, 6, 0));
    Sources.image(folder.resolve("test/dog/0.png"), "png", Sources.grey(6, 6, 77));

    // when
    Artifact artifact = run(spec(null, null, null));

    // then
    assertThat(DatasetImport.duplicates(artifact)).isEqualTo(3);
    assertThat(artifact.attribute("duplicatesAcrossSplits", Long.class)).isEqualTo(1);
    assertThat(DatasetImport.remark(artifact))
        .hasValue("3 duplicate images, 1 of them across splits");
    assertThat(said.get(said.size() - 1))
        .isEqualTo("12/12 3 duplicate images, 1 of them across splits");
    assertThat(artifact.manifest().attributes()).doesNotContainKey("skipped");
    assertThat(DatasetImport.skipped(artifact).images()).isZero();
  }

  @Test
  void warnsIfManyHeldOutImagesAreTrainingImages() {
    // given one of two test images in train
    Sources.pets(folder.resolve("train"));
    Sources.image(folder.resolve("test/cat/0.png"), "png", Sources.grey(6, 6, 0));
    Sources.image(folder.resolve("test/dog/0.png"), "png", Sources.grey(6, 6, 77));

    // when
    Artifact artifact = run(spec(null, null, null));

    // then
    assertThat(DatasetImport.leakage(artifact, 2))
        .hasValueSatisfying(w -> assertThat(w).startsWith("1 of 2 held-out images are also"));
    assertThat(DatasetImport.leakage(artifact, 100)).isEmpty();
  }

  @Test
  void refusesImagesThatAreAllEqual() {
    for (String name : List.of("cat/0", "cat/1", "dog/0", "dog/1")) {
      Sources.image(folder.resolve(name + ".png"), "png", Sources.grey(6, 6, 0));
    }

    assertThatExceptionOfType(InvalidInputException.class)
        .isThrownBy(() -> run(spec(null, null, null)))
        .withMessageContaining("all 4 images of " + folder + " are equal")
        .withMessageContaining("provide images that differ");
  }

  @Test
  void keepsRemarksOnTheSource() throws IOException {
    // given a file of NumPy with all three parts
    try (InputStream in = getClass().getResourceAsStream("/npz/grey.npz")) {
      Files.copy(in, folder.resolve("grey.npz"));
    }

    // when
    Artifact artifact = run(spec(null, null, null));

    // then
    assertThat(DatasetImport.remarks(artifact))
        .containsExactly("the validation part is not used, since the data set has a test part");
    assertThat(DatasetImport.remark(artifact))
        .hasValueSatisfying(r -> assertThat(r).contains("the validation part is not used"));
  }

  @Test
  void tellsOfSkippedImages() throws IOException {
    // given
    Sources.pets(folder);
    for (int i = 0; i < 4; i++) {
      Files.writeString(folder.resolve("cat/bad-" + i + ".png"), "not an image");
    }

    // when
    Artifact artifact = run(spec(OnBadImage.SKIP, null, null));

    // then
    Skipped skipped = DatasetImport.skipped(artifact);
    assertThat(skipped.images()).isEqualTo(4);
    assertThat(skipped.first()).hasSize(4);
    assertThat(said).allSatisfy(m -> assertThat(m).contains("4 bad images skipped: cat/bad-0.png"));
    assertThat(DatasetImport.remark(artifact).orElseThrow())
        .contains("cat/bad-2.png")
        .endsWith("…");
    Dataset dataset = Dataset.open(store, artifact.ref());
    assertThat(dataset.rows("train") + dataset.rows("heldout")).isEqualTo(8);
  }

  @Test
  void hasNothingToSayOfASoundDataset() {
    Sources.pets(folder);

    assertThat(DatasetImport.remark(run(spec(OnBadImage.SKIP, null, null)))).isEmpty();
    assertThat(said).containsExactly("3/8 null", "6/8 null", "8/8 null");
  }

  private Artifact run(DatasetSpec spec) {
    try (DatasetSource source = DatasetSource.open(spec, folder, null)) {
      DatasetImport work = new DatasetImport(spec, source);
      ArtifactDraft draft = store.draft(work.address());
      work.write(draft, (done, total, message) -> said.add(done + "/" + total + " " + message));
      return draft.commit(new StageRecord.Cost(0, 0));
    }
  }

  private Address address(DatasetSpec spec) {
    try (DatasetSource source = DatasetSource.open(spec, folder, null)) {
      return new DatasetImport(spec, source).address();
    }
  }

  private DatasetSpec spec(OnBadImage onBadImage, Integer size, Resize resize) {
    return new DatasetSpec(folder.toString(), "pets", null, null, 3, onBadImage, size, resize);
  }
}
