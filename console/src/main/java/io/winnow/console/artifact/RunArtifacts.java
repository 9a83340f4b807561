package io.winnow.console.artifact;

import com.fasterxml.jackson.databind.JsonNode;
import io.winnow.contracts.InvalidInputException;
import io.winnow.contracts.Json;
import io.winnow.contracts.ObjectRef;
import io.winnow.contracts.run.Run;
import io.winnow.contracts.run.StageRecord;
import io.winnow.datasets.Dataset;
import io.winnow.datasets.ImageBatch;
import io.winnow.datasets.ImageGrid;
import io.winnow.store.artifact.ArtifactStore;
import io.winnow.store.artifact.Committed;
import io.winnow.store.artifact.Manifest;
import io.winnow.store.artifact.RunFolder;
import io.winnow.store.tensor.SafeTensors;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Reads what a run has made, for pages. All methods ask the store. */
@ApplicationScoped
public class RunArtifacts {
  private static final String PNG = ".png";
  private static final String LOSSES = "losses.safetensors";
  private static final String WEIGHTS = "weights.json";
  private static final int POINTS = 400;
  private static final int MOST_COLUMNS = 16;

  private final ArtifactStore store;

  public RunArtifacts(ArtifactStore store) {
    this.store = store;
  }

  /** What the run has made and found so far, in the order in which it came to it. */
  public List<MadeBy> lineage(String run) {
    return new RunFolder(store.objects(), run)
        .stages().stream().filter(stage -> stage.artifact() != null).map(this::made).toList();
  }

  private MadeBy made(StageRecord stage) {
    Optional<Committed> found = store.find(stage.artifact().address());
    List<Manifest.Entry> entries =
        found.map(artifact -> artifact.manifest().entries()).orElse(List.of());
    Map<String, Long> rows = new TreeMap<>();
    for (Manifest.Entry entry : entries) {
      if (entry.split() != null && entry.object().rows() != null) {
        rows.merge(entry.split(), entry.object().rows(), Long::sum);
      }
    }
    return new MadeBy(
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

  /** The loss of the run's training and its class weights, as far as they are there. */
  public Curves curves(String run) {
    RunFolder folder = new RunFolder(store.objects(), run);
    int batch = folder.request().map(Run::spec).map(spec -> spec.training().batch()).orElse(1);
    return new Curves(
        object(folder, "train", LOSSES).map(losses -> loss(losses, batch)).orElse(null),
        object(folder, "reweight", WEIGHTS).map(this::weights).orElse(null));
  }

  private Optional<ObjectRef> object(RunFolder folder, String stage, String name) {
    return folder
        .stage(stage)
        .map(StageRecord::artifact)
        .flatMap(ref -> store.find(ref.address()))
        .flatMap(artifact -> artifact.find(name));
  }

  private List<double[]> loss(ObjectRef object, int batch) {
    float[] all = SafeTensors.parse(store.objects().get(object), object.key()).get("loss").floats();
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

  private Curves.Weights weights(ObjectRef object) {
    JsonNode file = Json.parse(store.objects().get(object), JsonNode.class, object.key());
    List<String> classes = new ArrayList<>();
    file.path("classes").forEach(name -> classes.add(name.asText()));
    List<Double> last = new ArrayList<>();
    file.path("weights").forEach(weight -> last.add(weight.asDouble()));
    JsonNode curve = file.path("trajectory");
    return new Curves.Weights(classes, curve.get("updates"), curve.get("weights"), last);
  }

  /**
   * A PNG of an artifact.
   *
   * @throws InvalidInputException there is no such artifact, or it has no such picture
   */
  public byte[] picture(String address, String name) {
    Committed artifact = require(address);
    return store.objects().get(artifact.entry(name).object());
  }

  /**
   * The first images of a split as a PNG, a row a class, of a data set whose i-th image is of class
   * i mod k, as samples are.
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
    ImageBatch images = dataset.read(shard);
    int most = Math.min(Math.min(columns, MOST_COLUMNS), images.rows() / classes);
    if (most < 1) {
      return ImageGrid.png(images, Math.min(classes, images.rows()));
    }
    return ImageGrid.png(ImageGrid.byClass(images, classes, most), most);
  }

  private Committed require(String address) {
    return store
        .find(address)
        .orElseThrow(
            () ->
                new InvalidInputException(
                    "there is no artifact " + address, "take an address from a run's lineage"));
  }
}
