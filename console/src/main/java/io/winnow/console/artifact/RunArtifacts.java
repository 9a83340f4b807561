package io.winnow.console.artifact;

import io.winnow.artifacts.ClassWeights;
import io.winnow.artifacts.TrainingLosses;
import io.winnow.contracts.InvalidInputException;
import io.winnow.contracts.Json;
import io.winnow.contracts.ObjectRef;
import io.winnow.contracts.StageNames;
import io.winnow.contracts.run.Run;
import io.winnow.contracts.run.StageRecord;
import io.winnow.datasets.Dataset;
import io.winnow.datasets.ImageBatch;
import io.winnow.datasets.ImageGrid;
import io.winnow.store.artifact.Artifact;
import io.winnow.store.artifact.ArtifactStore;
import io.winnow.store.artifact.Manifest;
import io.winnow.store.artifact.RunFolder;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Reads a run's artifacts from the store. */
@ApplicationScoped
public class RunArtifacts {
  private static final String PNG = ".png";
  private static final int POINTS = 400;
  private static final int MOST_COLUMNS = 16;
  // of the images that one grid shows, and of a picture: the console's heap is small
  private static final int MOST_GRID_BYTES = 8 << 20;
  private static final int MOST_PICTURE_BYTES = 16 << 20;

  private final ArtifactStore store;

  public RunArtifacts(ArtifactStore store) {
    this.store = store;
  }

  /** The artifacts that the run has made or reused so far, in that order. */
  public List<ArtifactView> lineage(String run) {
    return new RunFolder(store.objects(), run)
        .stages().stream().filter(stage -> stage.artifact() != null).map(this::made).toList();
  }

  private ArtifactView made(StageRecord stage) {
    Optional<Artifact> found = store.find(stage.artifact().address());
    List<Manifest.Entry> entries =
        found.map(artifact -> artifact.manifest().entries()).orElse(List.of());
    Map<String, Long> rows = new TreeMap<>();
    for (Manifest.Entry entry : entries) {
      if (entry.split() != null && entry.object().rows() != null) {
        rows.merge(entry.split(), entry.object().rows(), Long::sum);
      }
    }
    return new ArtifactView(
        stage.stage(),
        stage.artifact().address(),
        stage.artifact().digest(),
        stage.reused(),
        stage.cost(),
        found.map(artifact -> artifact.manifest().version()).orElse(null),
        found.map(artifact -> artifact.manifest().inputs()).orElse(List.of()),
        entries.size(),
        entries.stream().mapToLong(entry -> entry.object().size()).sum(),
        entries.stream().map(Manifest.Entry::name).filter(name -> name.endsWith(PNG)).toList(),
        rows,
        found.isEmpty());
  }

  /** The loss of the run's training and its class weights, as far as they exist. */
  public Curves curves(String run) {
    RunFolder folder = new RunFolder(store.objects(), run);
    int batch = folder.request().map(Run::spec).map(spec -> spec.training().batch()).orElse(1);
    return new Curves(
        artifact(folder, StageNames.TRAIN)
            .flatMap(artifact -> TrainingLosses.read(store, artifact))
            .map(losses -> loss(losses, batch))
            .orElse(null),
        artifact(folder, StageNames.REWEIGHT)
            .filter(artifact -> artifact.find(ClassWeights.NAME).isPresent())
            .map(this::weights)
            .orElse(null));
  }

  private Optional<Artifact> artifact(RunFolder folder, String stage) {
    return folder.stage(stage).map(StageRecord::artifact).flatMap(ref -> store.find(ref.address()));
  }

  private static List<double[]> loss(float[] all, int batch) {
    int width = Math.max(1, (all.length + POINTS - 1) / POINTS);
    List<double[]> points = new ArrayList<>();
    for (int from = 0; from < all.length; from += width) {
      int to = Math.min(all.length, from + width);
      double sum = 0;
      for (int i = from; i < to; i++) {
        sum += all[i];
      }
      points.add(new double[] {(double) to * batch, sum / (to - from)});
    }
    return points;
  }

  private Curves.Weights weights(Artifact artifact) {
    ClassWeights weights = ClassWeights.read(store, artifact);
    List<Double> last = Arrays.stream(weights.weights()).boxed().toList();
    return weights instanceof ClassWeights.Trained trained
        ? new Curves.Weights(
            weights.classes(),
            Json.mapper().valueToTree(trained.trajectory().updates()),
            Json.mapper().valueToTree(trained.trajectory().weights()),
            last)
        : new Curves.Weights(weights.classes(), null, null, last);
  }

  /**
   * A PNG of an artifact.
   *
   * @throws InvalidInputException there is no such artifact, or it has no such picture
   */
  public byte[] picture(String address, String name) {
    ObjectRef picture = require(address).entry(name).object();
    if (picture.size() > MOST_PICTURE_BYTES) {
      throw new InvalidInputException(
          "the picture %s of %s has %,d bytes".formatted(name, address, picture.size()),
          "read it from the store; the console shows pictures of up to %,d bytes"
              .formatted(MOST_PICTURE_BYTES));
    }
    return store.objects().get(picture);
  }

  /**
   * The first images of a split as a PNG, one row per class, of a data set whose i-th image is of
   * class i mod k, as samples are.
   *
   * @param columns images of each class at most
   * @throws InvalidInputException there is no such data set, or it has no such split
   */
  public byte[] grid(String address, String split, int columns) {
    Dataset dataset = Dataset.open(store, require(address).ref());
    int classes = dataset.classes().size();
    Manifest.Entry shard =
        dataset.shards(split).stream()
            .findFirst()
            .orElseThrow(
                () ->
                    new InvalidInputException(
                        "there is no split \"" + split + "\" in " + address,
                        "take one of those that the run's lineage names"));
    int shown = Math.min(columns, MOST_COLUMNS) * classes;
    int rows = Math.max(1, Math.min(shown, MOST_GRID_BYTES / dataset.shape().bytes()));
    ImageBatch images = dataset.readFirst(shard, rows);
    int most = Math.min(Math.min(columns, MOST_COLUMNS), images.rows() / classes);
    if (most < 1) {
      return ImageGrid.png(images, Math.min(MOST_COLUMNS, Math.min(classes, images.rows())));
    }
    return ImageGrid.png(ImageGrid.byClass(images, classes, most), most);
  }

  private Artifact require(String address) {
    return store
        .find(address)
        .orElseThrow(
            () ->
                new InvalidInputException(
                    "there is no artifact " + address, "take an address from a run's lineage"));
  }
}
