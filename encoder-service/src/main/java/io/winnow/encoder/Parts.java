package io.winnow.encoder;

import io.winnow.store.artifact.Address;
import io.winnow.store.artifact.Manifest;
import io.winnow.store.object.ObjectStore;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Looks which shards of an encoding are there. */
final class Parts {
  private static final Pattern COMMITTED = Pattern.compile(".*/shard-(\\d{6,})/manifest\\.json");

  private Parts() {}

  /** Positions of the shards whose features are committed, ascending. */
  static List<Integer> present(ObjectStore objects, Address features) {
    return objects.list(features.path() + "/shard-").stream()
        .map(o -> COMMITTED.matcher(o.key()))
        .filter(Matcher::matches)
        .map(m -> Integer.valueOf(m.group(1)))
        .sorted()
        .toList();
  }

  /** Rows of a data set whose features are committed. */
  static long rows(ObjectStore objects, Address features, List<Manifest.Entry> shards) {
    return present(objects, features).stream()
        .filter(i -> i < shards.size())
        .mapToLong(i -> shards.get(i).object().rows())
        .sum();
  }
}
