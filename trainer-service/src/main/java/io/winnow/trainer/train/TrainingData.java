package io.winnow.trainer.train;

import io.winnow.datasets.Dataset;
import io.winnow.datasets.MappedRows;
import io.winnow.datasets.ShardCache;
import io.winnow.stage.api.Checkpoint;
import io.winnow.stage.api.JobContext;
import jakarta.enterprise.context.ApplicationScoped;

/** Where trainings get their images from. */
@ApplicationScoped
public class TrainingData {
  private static final String TRAIN = "train";

  private final ShardCache cache;

  TrainingData(ShardCache cache) {
    this.cache = cache;
  }

  /**
   * Rows of the train split, from the local cache.
   *
   * @param rows ascending, or null for all
   * @param images how many the job will see, for its progress
   */
  MappedRows rows(Dataset dataset, long[] rows, long images, JobContext work) {
    long seen = work.checkpoint().map(Checkpoint::position).orElse(0L);
    return dataset.map(
        cache,
        TRAIN,
        rows,
        (done, total) ->
            work.progress(seen, images, "images", "opening shard " + (done + 1) + " of " + total));
  }
}
