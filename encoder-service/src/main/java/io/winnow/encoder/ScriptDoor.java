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
 * Where TorchScript files that specs name come in. Such a file is code that runs in the service: it
 * is taken only from below the prefixes {@code winnow.scripts.prefixes}, and where {@code
 * winnow.scripts.sha256} lists digests, only with one of them.
 */
@ApplicationScoped
public class ScriptDoor {
  private final ObjectStore objects;
  private final List<String> prefixes;
  private final List<String> allowed;

  ScriptDoor(
      ObjectStore objects,
      @ConfigProperty(name = "winnow.scripts.prefixes") List<String> prefixes,
      @ConfigProperty(name = "winnow.scripts.sha256") Optional<List<String>> allowed) {
    this.objects = objects;
    this.prefixes = prefixes;
    this.allowed = allowed.orElse(List.of());
  }

  /**
   * The object, with its digest.
   *
   * @param field of the spec, for errors
   * @param remedy what to do besides uploading it
   * @throws InvalidInputException there is none, or it may not be used
   */
  ObjectRef find(String field, String key, String remedy) {
    if (prefixes.stream().noneMatch(key::startsWith) || List.of(key.split("/")).contains("..")) {
      throw new InvalidInputException(
          field + " \"" + key + "\" is not below " + String.join(" or ", prefixes),
          "put the TorchScript file there, or have winnow.scripts.prefixes extended");
    }
    ObjectRef found =
        objects
            .stat(key)
            .orElseThrow(
                () ->
                    new InvalidInputException(
                        field + " \"" + key + "\": the store has no such object",
                        "upload the TorchScript file under that key, or " + remedy));
    String sha256 =
        // none where it was uploaded by other means
        found.sha256() != null ? found.sha256() : Digests.sha256(objects.get(found));
    if (!allowed.isEmpty() && !allowed.contains(sha256)) {
      throw new InvalidInputException(
          field + " \"" + key + "\" has the sha-256 " + sha256 + ", which is not an allowed one",
          "have it reviewed and added to winnow.scripts.sha256, or " + remedy);
    }
    return new ObjectRef(found.key(), sha256, found.size(), null);
  }
}
