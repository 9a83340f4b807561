package io.winnow.store.statedict;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The content of a file of {@code torch.save}: the value and where each storage's bytes begin.
 *
 * @param value what was saved
 * @param starts offset in the file of each storage's first byte, by its key
 */
record StorageLayout(Object value, Map<String, Long> starts) {
  private static final int ZIP = 0x04034b50;
  private static final String MAGIC = "119547037146038801333356";
  private static final long LEGACY_PROTOCOL = 1001;

  static StorageLayout of(FileChannel channel, StateDictErrors errors) throws IOException {
    if (channel.size() < Integer.BYTES) {
      throw errors.bad("has " + channel.size() + " bytes");
    }
    FileBytes whole = new FileBytes(channel, 0, channel.size(), errors);
    StorageLayout layout =
        new FileBytes(channel, 0, Integer.BYTES, errors).little(Integer.BYTES).getInt() == ZIP
            ? zip(channel, errors)
            : legacy(whole, errors);
    new ValueCheck(errors).require(layout.value());
    return layout;
  }

  private static StorageLayout zip(FileChannel channel, StateDictErrors errors) throws IOException {
    Map<String, ZipDirectory.Place> places = new ZipDirectory(channel, errors).places();
    List<String> pickles =
        places.keySet().stream().filter(name -> name.matches("[^/]*/data\\.pkl")).toList();
    if (pickles.size() != 1) {
      throw errors.bad("is a zip file with " + pickles.size() + " entries data.pkl");
    }
    String folder = pickles.get(0).substring(0, pickles.get(0).indexOf('/') + 1);
    requireLittle(channel, places.get(folder + "byteorder"), errors);
    ZipDirectory.Place pickle = places.get(pickles.get(0));
    FileBytes in = new FileBytes(channel, pickle.start(), pickle.start() + pickle.length(), errors);
    TorchObjects objects = new TorchObjects(errors);
    Object value = new PickleMachine(in, objects, errors).read();
    Map<String, Long> starts = new HashMap<>();
    for (StorageRef storage : objects.storages().values()) {
      ZipDirectory.Place place = places.get(folder + "data/" + storage.key());
      if (place == null || place.length() != bytes(storage)) {
        throw errors.bad(
            "has %s bytes of storage %s, its pickle names %d"
                .formatted(
                    place == null ? "no" : place.length(),
                    StateDictErrors.shown(storage.key()),
                    bytes(storage)));
      }
      starts.put(storage.key(), place.start());
    }
    return new StorageLayout(value, starts);
  }

  // files of old versions do not have the entry; they are little-endian
  private static void requireLittle(
      FileChannel channel, ZipDirectory.Place place, StateDictErrors errors) throws IOException {
    if (place == null) {
      return;
    }
    FileBytes in = new FileBytes(channel, place.start(), place.start() + place.length(), errors);
    byte[] order = in.bytes(Math.min(place.length(), "little".length()));
    if (!new String(order, StandardCharsets.US_ASCII).equals("little")) {
      throw errors.refused("has tensors that are not little-endian");
    }
  }

  /**
   * A magic number, a version, a description of the machine, the value and the keys of the
   * storages, each a pickle; then for each key the number of elements and the elements.
   */
  private static StorageLayout legacy(FileBytes in, StateDictErrors errors) throws IOException {
    Object magic = new PickleMachine(in, new TorchObjects(errors), errors).read();
    if (!MAGIC.equals(String.valueOf(magic))) {
      throw errors.bad("begins neither as a zip file nor with the number of the legacy format");
    }
    Object version = new PickleMachine(in, new TorchObjects(errors), errors).read();
    if (!version.equals(LEGACY_PROTOCOL)) {
      throw errors.bad("has the version " + StateDictErrors.shown(version));
    }
    Object machine = new PickleMachine(in, new TorchObjects(errors), errors).read();
    if (machine instanceof Dictionary about
        && Boolean.FALSE.equals(about.entries().get("little_endian"))) {
      throw errors.refused("has tensors that are not little-endian");
    }
    TorchObjects objects = new TorchObjects(errors);
    Object value = new PickleMachine(in, objects, errors).read();
    Object keys = new PickleMachine(in, new TorchObjects(errors), errors).read();
    if (!(keys instanceof List<?> list)) {
      throw errors.bad("does not list its storages");
    }
    Map<String, Long> starts = new HashMap<>();
    for (Object key : list) {
      StorageRef storage = key instanceof String ? objects.storages().get(key) : null;
      if (storage == null) {
        throw errors.bad("lists storage " + StateDictErrors.shown(key) + ", which no tensor has");
      }
      long elements = in.little(Long.BYTES).getLong();
      if (elements != storage.elements()) {
        throw errors.bad(
            "has %d elements of storage %s, its pickle names %d"
                .formatted(elements, StateDictErrors.shown(key), storage.elements()));
      }
      if (starts.put(storage.key(), in.position()) != null) {
        throw errors.bad("lists storage " + StateDictErrors.shown(key) + " twice");
      }
      in.skip(bytes(storage));
    }
    for (String key : objects.storages().keySet()) {
      if (!starts.containsKey(key)) {
        throw errors.bad("lacks storage " + StateDictErrors.shown(key));
      }
    }
    return new StorageLayout(value, starts);
  }

  private static long bytes(StorageRef storage) {
    return storage.elements() * storage.dtype().bytes();
  }
}
