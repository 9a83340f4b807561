package io.winnow.console.artifact;

import io.winnow.contracts.run.StageRecord;
import java.util.List;
import java.util.Map;

/**
 * An artifact of a run, as its lineage shows it.
 *
 * @param stage of the run that made or found it
 * @param reused true where it was there already
 * @param version of the stage
 * @param inputs digests of what it was made from, in the stage's order
 * @param objects how many there are
 * @param bytes of all objects
 * @param pictures names of its PNGs
 * @param rows rows of each split, of artifacts that have shards
 * @param gone whether it is no longer in the store; what follows from its manifest is empty then
 */
public record MadeBy(
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
