package io.winnow.encoder;

import io.winnow.contracts.ObjectRef;
import io.winnow.store.artifact.ArtifactStore;
import io.winnow.store.artifact.Manifest;
import java.util.BitSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The shards of an encoding whose features this process knows to be committed. It lists the store
 * once and then looks for single shards, so that an encoding of n shards costs O(n) requests and
 * keys; listing all shards after each of them would cost O(n²). Safe for use from several threads.
 */
final class EncodedShards {
  private static final Pattern COMMITTED = Pattern.compile("(.*/shard-(\\d{6,9})/)manifest\\.json");

  private final ArtifactStore store;
  private final Encoding encoding;
  private final BitSet known = new BitSet();

  /** Lists the shards that are already committed. */
  EncodedShards(ArtifactStore store, Encoding encoding) {
    this.store = store;
    this.encoding = encoding;
    Set<String> keys =
        store.objects().list(encoding.address().path() + "/shard-").stream()
            .map(ObjectRef::key)
            .collect(Collectors.toSet());
    for (String key : keys) {
      Matcher shard = COMMITTED.matcher(key);
      // a damaged shard counts once it is made anew
      if (shard.matches() && keys.contains(shard.group(1) + Encoding.FEATURES)) {
        known.set(Integer.parseInt(shard.group(2)));
      }
    }
  }

  /** Adds a shard that this process has committed. */
  synchronized void add(int shard) {
    known.set(shard);
  }

  /**
   * Whether all shards are committed, by whichever process. Looks from the first unknown shard on
   * until one is missing: over all calls, each shard is found once.
   *
   * @param shards how many the encoding has
   */
  synchronized boolean complete(int shards) {
    int first = known.nextClearBit(0);
    while (first < shards && store.reuse(encoding.part(first).path()).isPresent()) {
      known.set(first);
      first = known.nextClearBit(first);
    }
    return first >= shards;
  }

  /**
   * The number of rows whose features are committed. Shards that another process has committed
   * count once {@link #complete} has found them.
   *
   * @param shards the data set's
   */
  synchronized long rows(List<Manifest.Entry> shards) {
    return IntStream.range(0, shards.size())
        .filter(known::get)
        .mapToLong(shard -> shards.get(shard).object().rows())
        .sum();
  }
}
