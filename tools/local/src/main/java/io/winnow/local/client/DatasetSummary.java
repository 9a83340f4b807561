package io.winnow.local.client;

import io.winnow.contracts.InvalidInputException;
import io.winnow.contracts.Splits;
import io.winnow.datasets.Dataset;
import io.winnow.datasets.source.DatasetImport;
import io.winnow.datasets.source.format.Skipped;
import io.winnow.store.artifact.Artifact;
import io.winnow.store.artifact.ArtifactStore;
import io.winnow.store.artifact.Manifest;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * A data set in the store.
 *
 * @param dataset its address: {@code datasets/<name>/<digest>}, or {@code datasets/<digest>} for a
 *     model's samples
 * @param images number of images by split
 * @param classes class names in label order
 * @param shape channels×height×width
 * @param bytes total size of its shards
 * @param skipped images of the source that could not be read
 * @param duplicates number of images that equal an earlier one
 * @param duplicatesAcrossSplits how many of them equal an image of another split
 * @param remarks what the user should know about how the source was read
 * @param warnings what makes results of runs doubtful
 */
public record DatasetSummary(
    String dataset,
    Map<String, Long> images,
    List<String> classes,
    String shape,
    long bytes,
    Skipped skipped,
    long duplicates,
    long duplicatesAcrossSplits,
    List<String> remarks,
    List<String> warnings) {
  private static final String ROOT = "datasets/";
  private static final String MANIFEST = "/manifest.json";

  /**
   * Returns every data set that can be read, ordered by address.
   *
   * @param damaged receives one line for each that cannot, which names it
   */
  public static List<DatasetSummary> all(ArtifactStore store, Consumer<String> damaged) {
    return store.objects().list(ROOT).stream()
        .map(object -> object.key())
        .filter(key -> key.endsWith(MANIFEST))
        .map(key -> key.substring(0, key.length() - MANIFEST.length()))
        .flatMap(path -> readable(store, path, damaged).stream())
        .sorted(Comparator.comparing(DatasetSummary::dataset))
        .toList();
  }

  private static Optional<DatasetSummary> readable(
      ArtifactStore store, String path, Consumer<String> damaged) {
    try {
      return store.find(path).map(artifact -> of(store, artifact));
    } catch (InvalidInputException e) {
      damaged.accept(e.problem());
      return Optional.empty();
    }
  }

  /**
   * Summarises a stored data set.
   *
   * @throws io.winnow.contracts.InvalidInputException the artifact is not a data set
   */
  public static DatasetSummary of(ArtifactStore store, Artifact artifact) {
    Dataset dataset = Dataset.open(store, artifact.ref());
    Map<String, Long> images = new TreeMap<>(Comparator.reverseOrder());
    long bytes = 0;
    for (Manifest.Entry shard : dataset.shards()) {
      images.merge(shard.split(), shard.object().rows(), Long::sum);
      bytes += shard.object().size();
    }
    return new DatasetSummary(
        artifact.ref().address(),
        images,
        dataset.classes(),
        dataset.shape().toString(),
        bytes,
        DatasetImport.skipped(artifact),
        DatasetImport.duplicates(artifact),
        DatasetImport.duplicatesAcrossSplits(artifact),
        DatasetImport.remarks(artifact),
        DatasetImport.leakage(artifact, images.getOrDefault(Splits.HELDOUT, 0L)).stream().toList());
  }
}
