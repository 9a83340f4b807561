package io.winnow.local.client;

import io.winnow.contracts.ArtifactRef;
import io.winnow.contracts.ObjectRef;
import io.winnow.contracts.run.RunReport;
import io.winnow.store.artifact.ArtifactStore;
import io.winnow.store.object.ObjectStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** PNGs of a run or of a coreset as files. */
public final class Pictures {
  /** Samples of the trained model. */
  public static final String SAMPLES = "samples by class";

  /** The highest-scored rows kept. */
  public static final String TOP_KEPT = "top kept";

  /** Pruned rows with the most extreme scores. */
  public static final String TOP_PRUNED = "top pruned";

  /** Kept and pruned rows in feature space. */
  public static final String MAP = "map of the coreset";

  /** Scores of kept and pruned rows. */
  public static final String HISTOGRAMS = "scores by class";

  /** How the class weights came about. */
  public static final String WEIGHTS = "class weights over updates";

  private static final String WEIGHTS_FILE = "weights.png";

  private Pictures() {}

  /**
   * @param coreset the run's, if it is there
   * @param folder made where it is missing
   * @return what each file shows, and its absolute path
   */
  public static Map<String, String> save(
      ObjectStore store, RunReport report, Optional<StoredCoreset> coreset, Path folder)
      throws IOException {
    Files.createDirectories(folder);
    Map<String, String> files = new LinkedHashMap<>();
    save(store, report.grid(), SAMPLES, folder.resolve("samples.png"), files);
    save(store, report.topKept(), TOP_KEPT, folder.resolve("top-kept.png"), files);
    save(store, report.topPruned(), TOP_PRUNED, folder.resolve("top-pruned.png"), files);
    if (coreset.isPresent()) {
      ofSpace(store, coreset.get(), folder, files);
    }
    ArtifactRef weights = report.lineage().weights();
    if (weights != null) {
      save(store, picture(store, weights), WEIGHTS, folder.resolve(WEIGHTS_FILE), files);
    }
    return files;
  }

  /** Uniform weights have no picture, nor have those that a machine without fonts made. */
  private static ObjectRef picture(ObjectStore store, ArtifactRef weights) {
    return new ArtifactStore(store)
        .find(weights.address())
        .flatMap(artifact -> artifact.find(WEIGHTS_FILE))
        .orElse(null);
  }

  /** Those of a coreset alone. */
  static Map<String, String> ofCoreset(ObjectStore store, StoredCoreset coreset, Path folder)
      throws IOException {
    Files.createDirectories(folder);
    Map<String, String> files = new LinkedHashMap<>();
    save(store, coreset, "topKept.png", TOP_KEPT, folder.resolve("top-kept.png"), files);
    save(store, coreset, "topPruned.png", TOP_PRUNED, folder.resolve("top-pruned.png"), files);
    ofSpace(store, coreset, folder, files);
    return files;
  }

  private static void ofSpace(
      ObjectStore store, StoredCoreset coreset, Path folder, Map<String, String> files) {
    save(store, coreset, "map.png", MAP, folder.resolve("map.png"), files);
    save(store, coreset, "histograms.png", HISTOGRAMS, folder.resolve("histograms.png"), files);
  }

  private static void save(
      ObjectStore store,
      StoredCoreset coreset,
      String name,
      String title,
      Path file,
      Map<String, String> files) {
    save(store, coreset.entry(name).orElse(null), title, file, files);
  }

  private static void save(
      ObjectStore store, ObjectRef picture, String title, Path file, Map<String, String> files) {
    if (picture != null) {
      files.put(title, store.download(picture, file).toAbsolutePath().toString());
    }
  }
}
