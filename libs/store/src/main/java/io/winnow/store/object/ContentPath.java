package io.winnow.store.object;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Folders of content-addressed objects, {@code <kind>/<digest>/}, in keys. */
public final class ContentPath {
  private static final Pattern FOLDER = Pattern.compile("^(?:.*?/)?([0-9a-f]{64})(?=/)");

  private ContentPath() {}

  /**
   * The outermost folder that is named by a digest, such as {@code features/<digest>} for {@code
   * features/<digest>/shard-000000/features.safetensors}. For an object of an artifact, this is the
   * address of the outermost artifact with the object.
   *
   * @return without a slash at its end; empty if the key has no such folder
   */
  public static Optional<String> outermost(String key) {
    Matcher folder = FOLDER.matcher(key);
    return folder.find() ? Optional.of(folder.group()) : Optional.empty();
  }

  /** The digest that names the folder of {@link #outermost}. */
  public static Optional<String> digest(String key) {
    Matcher folder = FOLDER.matcher(key);
    return folder.find() ? Optional.of(folder.group(1)) : Optional.empty();
  }
}
