package io.winnow.datasets.source.format;

import io.winnow.store.object.Digests;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.TreeMap;

/**
 * The sha-256 of a set of files: over each relative name and the sha-256 of its content, sorted by
 * name. It depends neither on where the files are nor on the order in which they are read.
 */
public final class SourceDigest {
  // a data set may have millions of files: bytes take half the memory of a text
  private final TreeMap<String, byte[]> contents = new TreeMap<>();

  /**
   * @param name relative to the source's root, with '/' between its parts
   * @param sha256 hex digest of the file's bytes
   */
  public void add(String name, String sha256) {
    contents.put(name, HexFormat.of().parseHex(sha256));
  }

  /** The digest in hex. */
  public String hex() {
    MessageDigest all = Digests.sha256();
    contents.forEach(
        (name, content) ->
            all.update(
                (name + '\0' + Digests.hex(content) + '\n').getBytes(StandardCharsets.UTF_8)));
    return Digests.hex(all.digest());
  }
}
