package io.winnow.trainer.train;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.winnow.stage.Checkpoint;
import io.winnow.stage.Work;
import io.winnow.storage.dataset.Dataset;
import io.winnow.storage.dataset.MappedRows;
import io.winnow.storage.dataset.ShardCache;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.DoubleConsumer;

/** Where trainings get their images from, and where it shows how long they waited for them. */
@ApplicationScoped
public class TrainingData {
  private static final String TRAIN = "train";

  private final ShardCache cache;
  private final MeterRegistry meters;
  private final Map<String, Double> waits = new ConcurrentHashMap<>();

  TrainingData(ShardCache cache, MeterRegistry meters) {
    this.cache = cache;
    this.meters = meters;
  }

  /**
   * Rows of the train split, from the local cache.
   *
   * @param rows ascending, or null for all
   * @param images how many the job will see, for its progress
   */
  MappedRows rows(Dataset dataset, long[] rows, long images, Work work) {
    long seen = work.checkpoint().map(Checkpoint::position).orElse(0L);
    return dataset.map(
        cache,
        TRAIN,
        rows,
        (done, total) ->
            work.progress(seen, images, "images", "opening shard " + (done + 1) + " of " + total));
  }

  /**
   * Takes the share of the time that a stage's steps have waited for data, and shows the last one
   * as the gauge {@code winnow.stage.data.wait} with the tag {@code stage}, in [0, 1].
   */
  DoubleConsumer waitOf(String stage) {
    // registering what is registered already changes nothing
    Gauge.builder("winnow.stage.data.wait", waits, w -> w.getOrDefault(stage, 0.0))
        .tag("stage", stage)
        .register(meters);
    return share -> waits.put(stage, share);
  }
}
