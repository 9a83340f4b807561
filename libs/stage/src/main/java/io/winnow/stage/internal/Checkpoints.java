package io.winnow.stage.internal;

import io.winnow.contracts.InvalidInputException;
import io.winnow.contracts.Json;
import io.winnow.contracts.ObjectRef;
import io.winnow.contracts.run.StageRecord;
import io.winnow.stage.api.Checkpoint;
import io.winnow.stage.config.StageSettings;
import io.winnow.store.object.ObjectStore;
import io.winnow.store.tensor.SafeTensors;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;

/**
 * States of unfinished jobs, {@code checkpoints/<digest>/<number>-<unique>.safetensors}. A small
 * pointer object {@code <number>.json}, written after the state, refers to it and holds its
 * sha-256; a state without a pointer does not exist. The last two states are kept, and those whose
 * number is a multiple of {@code winnow.stage.checkpoint-keep-every}.
 *
 * <p>A number is used once: its pointer is created, never overwritten. An attempt resumes from the
 * highest number that it finds, and removes only lower numbers than its own. So a process that has
 * lost its job without knowing it yet can neither hide nor remove the states of its successor.
 */
@ApplicationScoped
public class Checkpoints {
  private static final Logger LOG = Logger.getLogger(Checkpoints.class);
  private static final String ROOT = "checkpoints/";
  private static final String POINTER = ".json";
  private static final int DIGITS = 8;

  private final ObjectStore objects;
  private final int keepEvery;

  public Checkpoints(ObjectStore objects, StageSettings settings) {
    this.objects = objects;
    this.keepEvery = settings.checkpointKeepEvery();
    if (keepEvery < 0) {
      throw new InvalidInputException(
          "winnow.stage.checkpoint-keep-every is " + keepEvery,
          "set it to 0 to keep only the last two checkpoints, or to a positive number");
    }
  }

  /**
   * The content of a pointer object.
   *
   * @param position of the job
   * @param data the tensors
   * @param cost of the job so far, over all attempts
   * @param counters of the job
   */
  record Pointer(long position, ObjectRef data, StageRecord.Cost cost, Map<String, Long> counters) {
    Pointer {
      if (data == null || cost == null || counters == null) {
        throw new InvalidInputException(
            "a checkpoint pointer lacks data, cost or counters", "restart the job");
      }
    }
  }

  /** A checkpoint with its number and the cost of the job so far. */
  record Saved(long number, Checkpoint checkpoint, StageRecord.Cost cost) {}

  /**
   * A state on its way to the store: its tensors are in a file, no longer in memory.
   *
   * @param unique distinguishes its object from others of the same number
   */
  record Spilled(
      Path file, String unique, long position, Map<String, Long> counters, StageRecord.Cost cost)
      implements AutoCloseable {
    @Override
    public void close() {
      delete(file);
    }
  }

  /** The result of an attempt to save a state. */
  enum Result {
    SAVED,
    /** Another process has used the number. */
    TAKEN,
    /** Another process has the job; nothing of the state is left in the store. */
    LOST
  }

  /** The newest intact checkpoint; damaged ones are skipped. */
  Optional<Saved> last(String digest, Path scratch) {
    List<String> pointers =
        keys(digest).stream()
            .filter(key -> key.endsWith(POINTER))
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
    Pointer pointer = Json.read(content, Pointer.class, key);
    Path file =
        objects.download(pointer.data(), scratch.resolve("checkpoint-" + UUID.randomUUID()));
    try {
      return new Saved(
          number(key),
          new Checkpoint(
              pointer.position(), pointer.counters(), SafeTensors.read(file, pointer.data().key())),
          pointer.cost());
    } finally {
      delete(file);
    }
  }

  /** The highest number in use, even by a damaged or partly written state; 0 if there is none. */
  long highest(String digest) {
    return keys(digest).stream().mapToLong(Checkpoints::number).max().orElse(0);
  }

  /** Writes a state to a file. */
  Spilled spill(Checkpoint state, StageRecord.Cost cost, Path scratch) {
    String unique = UUID.randomUUID().toString();
    Path file = scratch.resolve("checkpoint-" + unique);
    SafeTensors.write(file, state.tensors(), Map.of());
    return new Spilled(file, unique, state.position(), state.counters(), cost);
  }

  /**
   * Saves a state, then removes those that need not be kept. May be called again, with the same
   * number, after a transient fault.
   *
   * @param number above all numbers in use
   * @param previous the number of the intact checkpoint before it, 0 for none
   * @param held whether this process still holds the job's lease
   */
  Result save(String digest, long number, Spilled state, long previous, BooleanSupplier held) {
    String name = ROOT + digest + "/" + String.format("%0" + DIGITS + "d", number);
    String dataKey = name + "-" + state.unique() + ".safetensors";
    String pointerKey = name + POINTER;
    // exists if an earlier attempt failed after it
    ObjectRef data = objects.stat(dataKey).orElseGet(() -> objects.put(dataKey, state.file()));
    if (!held.getAsBoolean()) {
      objects.delete(dataKey);
      return Result.LOST;
    }
    Pointer pointer = new Pointer(state.position(), data, state.cost(), state.counters());
    if (!objects.create(pointerKey, Json.bytes(pointer)) && !names(pointerKey, dataKey)) {
      objects.delete(dataKey);
      return Result.TAKEN;
    }
    // a process that took the job over before the pointer existed may be done and have cleaned up
    if (!held.getAsBoolean()) {
      objects.delete(pointerKey);
      objects.delete(dataKey);
      return Result.LOST;
    }
    prune(digest, number, previous);
    return Result.SAVED;
  }

  private boolean names(String pointerKey, String dataKey) {
    return objects
        .find(pointerKey)
        .filter(c -> Json.read(c, Pointer.class, pointerKey).data().key().equals(dataKey))
        .isPresent();
  }

  private void prune(String digest, long newest, long previous) {
    List<String> keys = keys(digest);
    Set<Long> kept =
        keys.stream()
            .filter(key -> key.endsWith(POINTER))
            .map(Checkpoints::number)
            .filter(n -> n == previous || (keepEvery > 0 && n % keepEvery == 0))
            .collect(Collectors.toSet());
    delete(keys.stream().filter(k -> number(k) < newest && !kept.contains(number(k))).toList());
  }

  /** Removes all states of a job. */
  void clear(String digest) {
    delete(keys(digest));
  }

  private void delete(List<String> keys) {
    // pointers first: none may refer to a removed state
    keys.stream()
        .sorted(Comparator.comparing(key -> !key.endsWith(POINTER)))
        .forEach(objects::delete);
  }

  private List<String> keys(String digest) {
    return objects.list(ROOT + digest + "/").stream().map(ObjectRef::key).toList();
  }

  private static long number(String key) {
    String name = key.substring(key.lastIndexOf('/') + 1);
    return Long.parseLong(name.substring(0, DIGITS));
  }

  private static void delete(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
