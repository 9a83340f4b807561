package io.winnow.encoder;

import io.winnow.contracts.InvalidInputException;
import io.winnow.contracts.ObjectRef;
import io.winnow.storage.object.Digests;
import io.winnow.storage.object.ObjectStore;

/** A TorchScript file of the store that a spec names by its key. */
final class ScriptObject {
  private ScriptObject() {}

  /**
   * The object, with its digest.
   *
   * @param field of the spec, for errors
   * @param remedy what to do besides uploading it
   * @throws InvalidInputException there is none
   */
  static ObjectRef find(ObjectStore objects, String field, String key, String remedy) {
    ObjectRef found =
        objects
            .stat(key)
            .orElseThrow(
                () ->
                    new InvalidInputException(
                        field + " \"" + key + "\": the store has no such object",
                        "upload the TorchScript file under that key, or " + remedy));
    if (found.sha256() != null) {
      return found;
    }
    // uploaded by other means, without its digest
    String sha256 = Digests.sha256(objects.get(found));
    return new ObjectRef(found.key(), sha256, found.size(), null);
  }
}
