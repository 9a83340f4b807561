package io.winnow.bench;

import io.winnow.contracts.Causes;
import io.winnow.contracts.InvalidInputException;
import io.winnow.contracts.ObjectRef;
import io.winnow.store.object.Digests;
import io.winnow.store.object.ObjectStore;
import java.io.EOFException;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Stores objects as files in a folder, for benchmarks without an S3 endpoint. Keeps no checksums,
 * so {@link #stat} returns none.
 */
public final class FolderStore implements ObjectStore {
  private static final int PART = 1 << 20;

  private final Path root;

  public FolderStore(Path root) {
    this.root = root;
  }

  @FunctionalInterface
  private interface Action<T> {
    T run() throws IOException;
  }

  private <T> T with(String key, Action<T> action) {
    try {
      return action.run();
    } catch (IOException e) {
      throw new UncheckedIOException("object " + key + " in " + root + ": " + Causes.of(e), e);
    }
  }

  private Path path(String key) {
    return root.resolve(key);
  }

  private Path parent(String key) throws IOException {
    Path path = path(key);
    Files.createDirectories(path.getParent());
    return path;
  }

  @Override
  public ObjectRef put(String key, byte[] content) {
    with(key, () -> Files.write(parent(key), content));
    return new ObjectRef(key, Digests.sha256(content), content.length, null);
  }

  @Override
  public ObjectRef put(String key, Path file) {
    Path to = with(key, () -> Files.copy(file, parent(key), StandardCopyOption.REPLACE_EXISTING));
    return new ObjectRef(key, Digests.sha256(to), with(key, () -> Files.size(to)), null);
  }

  @Override
  public boolean create(String key, byte[] content) {
    return with(
        key,
        () -> {
          try {
            Files.write(parent(key), content, StandardOpenOption.CREATE_NEW);
            return true;
          } catch (FileAlreadyExistsException e) {
            return false;
          }
        });
  }

  @Override
  public Optional<ObjectRef> stat(String key) {
    return with(
        key,
        () ->
            Files.exists(path(key))
                ? Optional.of(new ObjectRef(key, null, Files.size(path(key)), null))
                : Optional.empty());
  }

  @Override
  public byte[] get(ObjectRef ref) {
    byte[] content = with(ref.key(), () -> read(path(ref.key())));
    if (ref.sha256() != null && !ref.sha256().equals(Digests.sha256(content))) {
      throw new InvalidInputException(
          "object " + ref.key() + " in " + root + " has changed since it was written",
          "delete the folder and run again");
    }
    return content;
  }

  // in chunks: the JDK copies each read through a direct buffer as large as the request
  private static byte[] read(Path file) throws IOException {
    byte[] content = new byte[Math.toIntExact(Files.size(file))];
    try (InputStream in = new FileInputStream(file.toFile())) {
      int at = 0;
      while (at < content.length) {
        int count = in.read(content, at, Math.min(PART, content.length - at));
        if (count < 0) {
          throw new EOFException("unexpected end after " + at + " of " + content.length + " bytes");
        }
        at += count;
      }
    }
    return content;
  }

  @Override
  public Optional<byte[]> find(String key) {
    return stat(key).map(this::get);
  }

  @Override
  public Path download(ObjectRef ref, Path file) {
    return with(ref.key(), () -> Files.write(file, get(ref)));
  }

  @Override
  public InputStream open(ObjectRef ref) throws IOException {
    return Files.newInputStream(path(ref.key()));
  }

  @Override
  public byte[] range(String key, long offset, int length) {
    return with(
        key,
        () -> {
          try (RandomAccessFile file = new RandomAccessFile(path(key).toFile(), "r")) {
            byte[] bytes = new byte[length];
            file.seek(offset);
            file.readFully(bytes);
            return bytes;
          }
        });
  }

  @Override
  public List<ObjectRef> list(String prefix) {
    return with(
        prefix,
        () -> {
          try (Stream<Path> files = Files.walk(root)) {
            return files
                .filter(Files::isRegularFile)
                .map(file -> root.relativize(file).toString())
                .filter(key -> key.startsWith(prefix))
                .sorted()
                .map(key -> stat(key).orElseThrow())
                .toList();
          }
        });
  }

  @Override
  public Map<String, Instant> modified(String prefix) {
    Map<String, Instant> found = new HashMap<>();
    for (ObjectRef object : list(prefix)) {
      found.put(
          object.key(),
          with(object.key(), () -> Files.getLastModifiedTime(path(object.key())).toInstant()));
    }
    return found;
  }

  @Override
  public void delete(String key) {
    with(key, () -> Files.deleteIfExists(path(key)));
  }

  @Override
  public void ping() {
    with("", () -> Files.createDirectories(root));
  }
}
