package io.winnow.contracts.event;

import io.winnow.contracts.InvalidInputException;
import io.winnow.contracts.Lineage;
import io.winnow.contracts.ObjectRef;
import io.winnow.contracts.run.Run;

/**
 * One shard is encoded.
 *
 * @param subject what the shard is part of
 * @param features address of the features artifact
 * @param shard the shard's position, from 0
 * @param shards number of shards of the data set
 * @param encoded the features object
 */
public record ShardEncoded(
    Run run,
    Lineage lineage,
    Subject subject,
    String features,
    int shard,
    int shards,
    ObjectRef encoded)
    implements LineageEvent {
  public ShardEncoded {
    Mandatory.field("run", run);
    Mandatory.field("lineage", lineage);
    Mandatory.field("subject", subject);
    Mandatory.field("features", features);
    Mandatory.field("encoded", encoded);
    if (shard < 0 || shard >= shards) {
      throw new InvalidInputException(
          "the event names shard " + shard + " of " + shards,
          "publish it with a shard from 0 to shards - 1");
    }
  }
}
