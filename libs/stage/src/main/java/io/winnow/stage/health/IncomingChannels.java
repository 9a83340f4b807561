package io.winnow.stage.health;

import java.util.List;
import java.util.Set;

/** The channels on which this process receives records. */
interface IncomingChannels {

  /** Their names. */
  Set<String> names();

  /** One line on each channel that has ended for good, not on those that wait for Kafka. */
  List<String> ended();

  /**
   * True if the channel's consumer has no partition, although the group has no more members than
   * its topic has partitions.
   */
  boolean lacksPartition(String channel) throws Exception;

  /** Asks for the partitions to be distributed again; returns before they are. */
  void rebalance(String channel);
}
