package io.winnow.console.artifact;

import io.winnow.contracts.run.StageRecord;
import java.util.List;
import java.util.Map;

/**
 * An artifact in the lineage of a run.
 *
 * @param stage the stage of the run that made or reused it
 * @param reused whether it existed already
 * @param version of the stage
 * @param inputs digests of what it was made from, in the stage's order
 * @param objects how many there are
 * @param bytes of all objects
 * @param pictures names of its PNGs
 * @param rows rows of each split, of artifacts that have shards
 * @param gone whether it is no longer in the store; fields from its manifest are empty then
 */
public record ArtifactView(
    String stage,
    String address,
    String digest,
    boolean reused,
    StageRecord.Cost cost,
    String version,
    List<String> inputs,
    int objects,
    long bytes,
    List<String> pictures,
    Map<String, Long> rows,
    boolean gone) {}
