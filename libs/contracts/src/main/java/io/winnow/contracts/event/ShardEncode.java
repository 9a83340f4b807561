package io.winnow.contracts.event;

import io.winnow.contracts.InvalidInputException;
import io.winnow.contracts.Lineage;
import io.winnow.contracts.ObjectRef;
import io.winnow.contracts.run.Run;

/**
 * A request to encode one shard.
 *
 * @param subject what the shard is part of
 * @param features address of the features artifact that the result belongs to
 * @param shard the shard's position in its data set, from 0
 * @param shards number of shards of the data set
 * @param images the shard's object
 * @param split {@code train} or {@code heldout}
 */
public record ShardEncode(
    Run run,
    Lineage lineage,
    Subject subject,
    String features,
    int shard,
    int shards,
    ObjectRef images,
    String split)
    implements LineageEvent {
  public ShardEncode {
    Mandatory.field("run", run);
    Mandatory.field("lineage", lineage);
    Mandatory.field("subject", subject);
    Mandatory.field("features", features);
    Mandatory.field("images", images);
    Mandatory.field("split", split);
    if (shard < 0 || shard >= shards) {
      throw new InvalidInputException(
          "the event names shard " + shard + " of " + shards,
          "publish it with a shard from 0 to shards - 1");
    }
  }

  /** One key per shard, so that the shards of a run spread over all partitions. */
  @Override
  public String key() {
    return runId() + "/" + shard;
  }
}
