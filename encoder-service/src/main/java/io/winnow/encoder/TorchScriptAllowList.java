package io.winnow.encoder;

import io.winnow.contracts.InvalidInputException;
import io.winnow.contracts.ObjectRef;
import io.winnow.store.object.Digests;
import io.winnow.store.object.ObjectStore;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * The TorchScript files that specs may name. Such a file is code that the service runs. Only
 * objects below the prefixes {@code winnow.scripts.prefixes} are accepted and, if {@code
 * winnow.scripts.sha256} lists digests, only objects with one of them.
 */
@ApplicationScoped
public class TorchScriptAllowList {
  private final ObjectStore objects;
  private final List<String> prefixes;
  private final List<String> allowed;

  TorchScriptAllowList(
      ObjectStore objects,
      @ConfigProperty(name = "winnow.scripts.prefixes") List<String> prefixes,
      @ConfigProperty(name = "winnow.scripts.sha256") Optional<List<String>> allowed) {
    this.objects = objects;
    this.prefixes = prefixes;
    this.allowed = allowed.orElse(List.of());
  }

  /**
   * The object of an allowed file, with its digest.
   *
   * @param field the field of the spec that names it, for errors
   * @param alternative what to do instead of uploading a file, for errors
   * @throws InvalidInputException there is no such object, or it is not allowed
   */
  ObjectRef find(String field, String key, String alternative) {
    if (prefixes.stream().noneMatch(key::startsWith) || List.of(key.split("/")).contains("..")) {
      throw new InvalidInputException(
          field + " \"" + key + "\" is not below " + String.join(" or ", prefixes),
          "upload the TorchScript file there, or have winnow.scripts.prefixes extended");
    }
    ObjectRef found = stored(field, key, "the TorchScript file", alternative);
    String sha256 = found.sha256();
    if (!allowed.isEmpty() && !allowed.contains(sha256)) {
      throw new InvalidInputException(
          field + " \"" + key + "\" has the sha-256 " + sha256 + ", which is not allowed",
          "have it reviewed and added to winnow.scripts.sha256, or " + alternative);
    }
    return found;
  }

  /**
   * The object of a file that holds no code, such as weights, with its digest. Every object is
   * allowed.
   *
   * @param field the field of the spec that names it, for errors
   * @param what the file is, for errors
   * @param alternative what to do instead of uploading a file, for errors
   * @throws InvalidInputException there is no such object
   */
  ObjectRef stored(String field, String key, String what, String alternative) {
    ObjectRef found =
        objects
            .stat(key)
            .orElseThrow(
                () ->
                    new InvalidInputException(
                        field + " \"" + key + "\": the store has no such object",
                        "upload " + what + " under that key, or " + alternative));
    String sha256 =
        // an object that was not uploaded by Winnow has no digest
        found.sha256() != null ? found.sha256() : Digests.sha256(objects.get(found));
    return new ObjectRef(found.key(), sha256, found.size(), null);
  }
}
