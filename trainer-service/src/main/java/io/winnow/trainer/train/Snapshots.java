package io.winnow.trainer.train;

import io.winnow.stage.api.JobContext;
import io.winnow.store.artifact.Artifact;
import io.winnow.store.artifact.ArtifactDraft;
import io.winnow.store.artifact.Manifest;
import io.winnow.store.tensor.Tensor;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * Weights saved during training: the objects {@code snapshots/<images>.safetensors} of a model's
 * artifact, each with the EMA of the weights after that many images. They are written before any
 * checkpoint of the same or a later step, so resumed training finds them.
 *
 * @param images total images of the training
 * @param batch images per step
 * @param interval images between two snapshots; the last step has none; 0 for none at all
 */
public record Snapshots(long images, int batch, long interval) {
  private static final String FOLDER = "snapshots/";
  private static final String SUFFIX = ".safetensors";

  /** The names of a model's snapshots by the images seen before them, ascending. */
  public static SortedMap<Long, String> of(Artifact model) {
    SortedMap<Long, String> names = new TreeMap<>();
    for (Manifest.Entry entry : model.manifest().entries()) {
      String name = entry.name();
      if (name.startsWith(FOLDER) && name.endsWith(SUFFIX)) {
        String images = name.substring(FOLDER.length(), name.length() - SUFFIX.length());
        names.put(Long.parseLong(images), name);
      }
    }
    return names;
  }

  /**
   * Whether a snapshot is due.
   *
   * @param steps steps done
   */
  boolean due(int steps) {
    long seen = (long) steps * batch;
    return interval > 0 && seen < images && seen / interval > (seen - batch) / interval;
  }

  void put(ArtifactDraft draft, int steps, Map<String, Tensor> ema) {
    draft.putTensors(name(steps), ema, null, null);
  }

  /**
   * Reuses the snapshots of an earlier attempt.
   *
   * @param steps steps that it had done
   * @return false if one is missing, as after a failed run; then training has to start over
   */
  boolean reuse(JobContext work, int steps) {
    List<String> names =
        IntStream.rangeClosed(1, steps).filter(this::due).mapToObj(this::name).toList();
    if (!names.stream().allMatch(name -> exists(work, name))) {
      return false;
    }
    names.forEach(name -> work.draft().reuse(name, null, null).orElseThrow());
    return true;
  }

  private static boolean exists(JobContext work, String name) {
    String key = work.draft().address().path() + "/" + name;
    return work.store().objects().stat(key).filter(o -> o.sha256() != null).isPresent();
  }

  private String name(int steps) {
    return FOLDER + (long) steps * batch + SUFFIX;
  }
}
