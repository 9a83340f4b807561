package io.winnow.trainer.train;

import io.winnow.stage.api.JobContext;
import io.winnow.store.artifact.ArtifactDraft;
import io.winnow.store.artifact.Committed;
import io.winnow.store.artifact.Manifest;
import io.winnow.store.tensor.Tensor;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * Weights kept along a training: the objects {@code snapshots/<images>.safetensors} of a model's
 * artifact, each the weights' running mean after so many images. They are written before any
 * checkpoint of the same or a later step is kept, so a training that goes on finds them.
 *
 * @param images what the training sees in all
 * @param batch images a step
 * @param interval one is kept every so many images, but none of the last step; 0 for none
 */
public record Snapshots(long images, int batch, long interval) {
  private static final String FOLDER = "snapshots/";
  private static final String SUFFIX = ".safetensors";

  /** Images after which a model's snapshots were taken, ascending, and the objects' names. */
  public static SortedMap<Long, String> of(Committed model) {
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
   * Whether one is due.
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
   * Takes over what an earlier attempt has written.
   *
   * @param steps steps that it had done
   * @return false where one is gone, as after a run that failed; then nothing can make it again but
   *     the training from its start
   */
  boolean reuse(JobContext work, int steps) {
    List<String> names =
        IntStream.rangeClosed(1, steps).filter(this::due).mapToObj(this::name).toList();
    if (!names.stream().allMatch(name -> isThere(work, name))) {
      return false;
    }
    names.forEach(name -> work.draft().reuse(name, null, null).orElseThrow());
    return true;
  }

  private static boolean isThere(JobContext work, String name) {
    String key = work.draft().address().path() + "/" + name;
    return work.store().objects().stat(key).filter(o -> o.sha256() != null).isPresent();
  }

  private String name(int steps) {
    return FOLDER + (long) steps * batch + SUFFIX;
  }
}
