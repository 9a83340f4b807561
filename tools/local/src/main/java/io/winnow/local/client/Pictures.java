package io.winnow.local.client;

import io.winnow.contracts.ArtifactRef;
import io.winnow.contracts.LineageKey;
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

/** Saves the PNGs of a run or a coreset as files. */
public final class Pictures {
  /** Samples of the trained model. */
  public static final String SAMPLES = "samples by class";

  /** The kept rows with the highest scores. */
  public static final String TOP_KEPT = "top kept";

  /** The pruned rows with the most extreme scores. */
  public static final String TOP_PRUNED = "top pruned";

  /** Kept and pruned rows in feature space. */
  public static final String MAP = "map of the coreset";

  /** Scores of kept and pruned rows. */
  public static final String HISTOGRAMS = "scores by class";

  /** Class weights over the updates of the reweighting. */
  public static final String WEIGHTS = "class weights over updates";

  private static final String WEIGHTS_FILE = "weights.png";

  private Pictures() {}

  /**
   * Saves the pictures of a run.
   *
   * @param coreset the run's coreset, if it is still stored
   * @param folder created if it is missing
   * @return absolute path by title
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
    ArtifactRef weights = report.lineage().get(LineageKey.WEIGHTS);
    if (weights != null) {
      save(store, picture(store, weights), WEIGHTS, folder.resolve(WEIGHTS_FILE), files);
    }
    return files;
  }

  /** Null for uniform weights, and for weights derived on a machine without fonts. */
  private static ObjectRef picture(ObjectStore store, ArtifactRef weights) {
    return new ArtifactStore(store)
        .find(weights.address())
        .flatMap(artifact -> artifact.find(WEIGHTS_FILE))
        .orElse(null);
  }

  /** Saves the pictures of a coreset. */
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
