package io.winnow.stage.run;

import io.winnow.contracts.InvalidInputException;
import io.winnow.contracts.Json;
import io.winnow.contracts.ObjectRef;
import io.winnow.contracts.StepRecord;
import io.winnow.stage.Checkpoint;
import io.winnow.storage.object.ObjectStore;
import io.winnow.storage.tensor.SafeTensors;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jboss.logging.Logger;

/**
 * States of unfinished jobs, {@code checkpoints/<digest>/<number>-<unique>.safetensors}. Each is
 * named by a small pointer {@code <number>.json} that is written after it and holds its sha-256; a
 * state without a pointer does not exist. The last two are kept.
 */
@ApplicationScoped
public class Checkpoints {
  private static final Logger LOG = Logger.getLogger(Checkpoints.class);
  private static final String ROOT = "checkpoints/";
  private static final int KEPT = 2;

  private final ObjectStore objects;

  public Checkpoints(ObjectStore objects) {
    this.objects = objects;
  }

  /**
   * The content of a pointer object.
   *
   * @param position of the job
   * @param data the tensors
   * @param cost what the job has cost up to here, over all attempts
   */
  record Pointer(long position, ObjectRef data, StepRecord.Cost cost) {}

  /** A checkpoint with its number and what the job had cost. */
  record Saved(long number, Checkpoint checkpoint, StepRecord.Cost cost) {}

  /** The newest checkpoint that is whole; a damaged one is passed over. */
  Optional<Saved> last(String digest, Path scratch) {
    List<String> pointers =
        objects.list(ROOT + digest + "/").stream()
            .map(ObjectRef::key)
            .filter(key -> key.endsWith(".json"))
            .sorted(Comparator.comparingLong(Checkpoints::number).reversed())
            .toList();
    for (String key : pointers) {
      try {
        Optional<byte[]> content = objects.find(key);
        if (content.isPresent()) {
          return Optional.of(read(key, content.get(), scratch));
        }
      } catch (InvalidInputException e) {
        LOG.warnf("Checkpoint %s cannot be used: %s", key, e.getMessage());
      }
    }
    return Optional.empty();
  }

  private Saved read(String key, byte[] content, Path scratch) {
    Pointer pointer = Json.parse(content, Pointer.class, key);
    Path file =
        objects.download(pointer.data(), scratch.resolve("checkpoint-" + UUID.randomUUID()));
    try {
      return new Saved(
          number(key),
          new Checkpoint(pointer.position(), SafeTensors.read(file, pointer.data().key())),
          pointer.cost());
    } finally {
      delete(file);
    }
  }

  /** Keeps a state under the given number, then drops those that are two numbers older. */
  void save(String digest, long number, Checkpoint state, StepRecord.Cost cost, Path scratch) {
    Path file = scratch.resolve("checkpoint-" + UUID.randomUUID());
    try {
      SafeTensors.write(file, state.tensors(), Map.of());
      String name = ROOT + digest + "/" + String.format("%08d", number);
      ObjectRef data = objects.put(name + "-" + UUID.randomUUID() + ".safetensors", file);
      objects.put(name + ".json", Json.bytes(new Pointer(state.position(), data, cost)));
    } finally {
      delete(file);
    }
    objects.list(ROOT + digest + "/").stream()
        .map(ObjectRef::key)
        .filter(key -> number(key) <= number - KEPT)
        // pointers first: none may name a state that is gone
        .sorted(Comparator.comparing(key -> !key.endsWith(".json")))
        .forEach(objects::delete);
  }

  /** Removes all states of a job. */
  void clear(String digest) {
    objects.list(ROOT + digest + "/").stream()
        .map(ObjectRef::key)
        .sorted(Comparator.comparing(key -> !key.endsWith(".json")))
        .forEach(objects::delete);
  }

  private static long number(String key) {
    String name = key.substring(key.lastIndexOf('/') + 1);
    return Long.parseLong(name.substring(0, 8));
  }

  private static void delete(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
