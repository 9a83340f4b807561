package io.winnow.trainer.sample;

import io.winnow.contracts.ObjectRef;
import io.winnow.datasets.Dataset;
import io.winnow.datasets.ImageBatch;
import io.winnow.datasets.ImageShape;
import io.winnow.models.PictureSampler;
import io.winnow.models.sample.SamplingPlan;
import io.winnow.stage.api.JobContext;
import io.winnow.store.tensor.SafeTensors;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Draws samples shard by shard. Image i has the label i mod k and depends on nothing but the model,
 * the plan and i, so a shard that an earlier attempt has written is taken as it is.
 */
final class SampleShards {
  // Small enough that a restart repeats little, large enough that an object is worth its request.
  private static final int SHARD_BATCHES = 5;

  private final JobContext work;
  private final SamplingPlan plan;
  private final ImageShape shape;
  private final int classes;
  private final int shardRows;
  private final long total;
  private long done;
  private int shards;

  /**
   * @param total images of all splits that will be drawn
   */
  SampleShards(JobContext work, SamplingPlan plan, ImageShape shape, int classes, long total) {
    this.work = work;
    this.plan = plan;
    this.shape = shape;
    this.classes = classes;
    this.shardRows = SHARD_BATCHES * plan.batch();
    this.total = total;
  }

  /**
   * Draws a split into the draft.
   *
   * @param images how many
   * @param first how many of the first images to give back, at most all
   */
  ImageBatch draw(String split, PictureSampler sampler, int images, int first) {
    byte[] kept = new byte[first * shape.bytes()];
    for (int start = 0; start < images; start += shardRows) {
      ImageBatch shard = shard(split, sampler, start, Math.min(shardRows, images - start));
      if (start < first) {
        int bytes = Math.min(first - start, shard.rows()) * shape.bytes();
        System.arraycopy(shard.images(), 0, kept, start * shape.bytes(), bytes);
      }
    }
    return new ImageBatch(shape, kept, labels(0, first));
  }

  private ImageBatch shard(String split, PictureSampler sampler, int start, int rows) {
    String name = String.format("shard-%06d.safetensors", shards++);
    Optional<ObjectRef> there = work.draft().reuse(name, (long) rows, split);
    if (there.isPresent()) {
      ImageBatch shard = read(there.get(), start, rows);
      report(split, rows);
      return shard;
    }
    ImageBatch shard = drawn(split, sampler, start, rows);
    work.draft().putTensors(name, Dataset.tensors(shard), (long) rows, split);
    return shard;
  }

  private ImageBatch drawn(String split, PictureSampler sampler, int start, int rows) {
    byte[] shard = new byte[rows * shape.bytes()];
    for (int at = 0; at < rows; at += plan.batch()) {
      int count = Math.min(plan.batch(), rows - at);
      byte[] batch = sampler.sample(plan, labels(start + at, count), (long) start + at);
      System.arraycopy(batch, 0, shard, at * shape.bytes(), batch.length);
      report(split, count);
    }
    return new ImageBatch(shape, shard, labels(start, rows));
  }

  private ImageBatch read(ObjectRef object, int start, int rows) {
    byte[] content = work.store().objects().get(object);
    byte[] shard = SafeTensors.parse(content, "object " + object.key()).get("images").bytes();
    return new ImageBatch(shape, shard, labels(start, rows));
  }

  private int[] labels(int start, int count) {
    return IntStream.range(start, start + count).map(i -> i % classes).toArray();
  }

  private void report(String split, int images) {
    done += images;
    work.progress(done, total, "images", split);
  }
}
