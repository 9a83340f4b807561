package io.winnow.store.artifact;

import io.winnow.contracts.InvalidInputException;
import io.winnow.contracts.ObjectRef;
import io.winnow.store.object.ObjectStore;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Compares what a manifest says with the objects in the store. */
final class Parts {
  private static final int BUFFER = 1 << 16;

  private final ObjectStore objects;

  Parts(ObjectStore objects) {
    this.objects = objects;
  }

  /**
   * Something that is wrong.
   *
   * @param key of the object
   * @param text names the object and says what is wrong
   */
  record Problem(String key, String text) {}

  /**
   * What is wrong with an artifact, in the order of its entries.
   *
   * @param contents whether to read every object, and to compare its sha-256 as well
   */
  List<Problem> problems(String path, Manifest manifest, boolean contents) {
    return problems(path, manifest, sizes(path), contents);
  }

  /** Whether an artifact is committed at a time at which all its objects are there. */
  boolean isWhole(String path, Manifest manifest) {
    Map<String, Long> sizes = sizes(path);
    // while it is made anew, its old manifest may fit already
    return sizes.containsKey(path + "/" + ArtifactStore.MANIFEST)
        && problems(path, manifest, sizes, false).isEmpty();
  }

  private Map<String, Long> sizes(String path) {
    Map<String, Long> sizes = new HashMap<>();
    objects.list(path + "/").forEach(object -> sizes.put(object.key(), object.size()));
    return sizes;
  }

  private List<Problem> problems(
      String path, Manifest manifest, Map<String, Long> sizes, boolean contents) {
    List<Problem> problems = new ArrayList<>();
    for (Manifest.Entry entry : manifest.entries()) {
      ObjectRef object = entry.object();
      Long size =
          object.key().startsWith(path + "/")
              ? sizes.get(object.key())
              : objects.stat(object.key()).map(ObjectRef::size).orElse(null);
      problem(object, size, contents).ifPresent(problems::add);
    }
    return problems;
  }

  private Optional<Problem> problem(ObjectRef object, Long size, boolean contents) {
    String text = null;
    if (size == null) {
      text = "object " + object.key() + " is missing";
    } else if (size != object.size()) {
      text = "object %s has %d bytes, not %d".formatted(object.key(), size, object.size());
    } else if (contents) {
      text = altered(object).orElse(null);
    }
    return Optional.ofNullable(text).map(wrong -> new Problem(object.key(), wrong));
  }

  private Optional<String> altered(ObjectRef object) {
    byte[] buffer = new byte[BUFFER];
    try (InputStream in = objects.open(object)) {
      while (in.read(buffer) >= 0) {
        // the stream compares size and sha-256 at its end
      }
      return Optional.empty();
    } catch (InvalidInputException e) {
      return Optional.of(e.problem());
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read object " + object.key(), e);
    }
  }
}
