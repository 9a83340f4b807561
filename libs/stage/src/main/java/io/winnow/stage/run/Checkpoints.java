package io.winnow.stage.run;

import io.winnow.contracts.InvalidInputException;
import io.winnow.contracts.Json;
import io.winnow.contracts.ObjectRef;
import io.winnow.contracts.run.StageRecord;
import io.winnow.stage.Checkpoint;
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
 * States of unfinished jobs, {@code checkpoints/<digest>/<number>-<unique>.safetensors}. Each is
 * named by a small pointer {@code <number>.json} that is written after it and holds its sha-256; a
 * state without a pointer does not exist. The last two are kept, and those whose number is a
 * multiple of {@code winnow.stage.checkpoint-keep-every}.
 *
 * <p>A number is taken once: its pointer is created, never overwritten. An attempt goes on from the
 * highest number that it finds, and removes nothing but lower ones than its own. So a process that
 * has lost its job without knowing it yet can neither hide nor remove what its successor keeps.
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
          "give 0 to keep only the last two checkpoints, or a number above it");
    }
  }

  /**
   * The content of a pointer object.
   *
   * @param position of the job
   * @param data the tensors
   * @param cost what the job has cost up to here, over all attempts
   * @param counters of the job; older pointers have none
   */
  record Pointer(long position, ObjectRef data, StageRecord.Cost cost, Map<String, Long> counters) {
    Pointer {
      counters = counters == null ? Map.of() : counters;
    }
  }

  /** A checkpoint with its number and what the job had cost. */
  record Saved(long number, Checkpoint checkpoint, StageRecord.Cost cost) {}

  /**
   * A state on its way into the store: its tensors are in a file, no more in memory.
   *
   * @param unique tells its object from others of the same number
   */
  record Spilled(
      Path file, String unique, long position, Map<String, Long> counters, StageRecord.Cost cost)
      implements AutoCloseable {
    @Override
    public void close() {
      delete(file);
    }
  }

  /** What came of a try to keep a state. */
  enum Result {
    KEPT,
    /** Another process has used the number. */
    TAKEN,
    /** Another process has the job; nothing is left of the try. */
    LOST
  }

  /** The newest checkpoint that is whole; a damaged one is passed over. */
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
    Pointer pointer = Json.parse(content, Pointer.class, key);
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

  /** The highest number in use, also by what is damaged or half-written; 0 when there is none. */
  long highest(String digest) {
    return keys(digest).stream().mapToLong(Checkpoints::number).max().orElse(0);
  }

  /** Writes a state into a file. */
  Spilled spill(Checkpoint state, StageRecord.Cost cost, Path scratch) {
    String unique = UUID.randomUUID().toString();
    Path file = scratch.resolve("checkpoint-" + unique);
    SafeTensors.write(file, state.tensors(), Map.of());
    return new Spilled(file, unique, state.position(), state.counters(), cost);
  }

  /**
   * Keeps a state, then drops those that need not be kept beside it. May be called again, with the
   * same number, after a transient fault.
   *
   * @param number above every one in use
   * @param previous the number of the whole checkpoint before it, 0 for none
   * @param held whether the job is still this process's
   */
  Result save(String digest, long number, Spilled state, long previous, BooleanSupplier held) {
    String name = ROOT + digest + "/" + String.format("%0" + DIGITS + "d", number);
    String dataKey = name + "-" + state.unique() + ".safetensors";
    String pointerKey = name + POINTER;
    // there already when an earlier try broke off after it
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
    // who took the job over before the pointer was there may be done by now, and have cleared up
    if (!held.getAsBoolean()) {
      objects.delete(pointerKey);
      objects.delete(dataKey);
      return Result.LOST;
    }
    prune(digest, number, previous);
    return Result.KEPT;
  }

  private boolean names(String pointerKey, String dataKey) {
    return objects
        .find(pointerKey)
        .filter(c -> Json.parse(c, Pointer.class, pointerKey).data().key().equals(dataKey))
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
    // pointers first: none may name a state that is gone
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
