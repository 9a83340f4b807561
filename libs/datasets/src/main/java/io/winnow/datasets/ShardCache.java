package io.winnow.datasets;

import io.winnow.contracts.Causes;
import io.winnow.contracts.InvalidInputException;
import io.winnow.contracts.ObjectRef;
import io.winnow.store.object.Digests;
import io.winnow.store.object.ObjectStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Shards on the local disk. Each is downloaded from the store once and named by its sha-256, which
 * is checked on every open: an altered or truncated file is downloaded again. Several processes on
 * a machine can share the directory; only one of them at a time downloads or removes files. If
 * space runs out, the least recently opened files are removed, except those that this process has
 * open. A file that another process has mapped stays readable there.
 */
public final class ShardCache {
  private static final Logger LOG = LoggerFactory.getLogger(ShardCache.class);
  private static final Pattern DIGEST = Pattern.compile("[0-9a-f]{64}");
  private static final String SUFFIX = ".safetensors";
  private static final String LARGER = "increase winnow.cache.max-bytes, or select fewer images";

  private final Path directory;
  private final long maxBytes;
  private final CacheFolder folder;
  private final DirectoryLock lock;
  private final Map<String, Integer> held = new HashMap<>();

  /** Receives the progress of opening files. An exception that it throws stops the opening. */
  @FunctionalInterface
  public interface Progress {
    /**
     * Called before each file, and repeatedly while another process has the lock.
     *
     * @param done files that are open
     * @param total all files
     */
    void opened(int done, int total);
  }

  /**
   * @param directory created on first use
   * @param maxBytes maximum size of all files together
   */
  public ShardCache(Path directory, long maxBytes) {
    this(directory, maxBytes, new CacheFolder(directory));
  }

  ShardCache(Path directory, long maxBytes, CacheFolder folder) {
    this.directory = directory;
    this.maxBytes = maxBytes;
    this.folder = folder;
    this.lock = new DirectoryLock(directory);
  }

  /** Open files. They are not removed from the disk until this is closed. */
  public final class Lease implements AutoCloseable {
    private final List<String> names;
    private final List<ByteBuffer> contents = new ArrayList<>();
    private boolean closed;

    private Lease(List<String> names) {
      this.names = names;
      synchronized (held) {
        names.forEach(name -> held.merge(name, 1, Integer::sum));
      }
    }

    /** The mapped content of each file, in the order of the request. */
    public List<ByteBuffer> contents() {
      return contents;
    }

    @Override
    public void close() {
      synchronized (held) {
        if (!closed) {
          names.forEach(name -> held.computeIfPresent(name, (n, k) -> k == 1 ? null : k - 1));
        }
        closed = true;
      }
    }
  }

  /**
   * Opens shards; downloads those that are not cached.
   *
   * @param shards with their sha-256, each smaller than 2 GiB
   * @throws InvalidInputException the shards are larger than the cache or its disk, the directory
   *     cannot be used, or the store's objects do not match their references
   * @throws io.winnow.store.object.StoreUnavailableException the store cannot be reached
   */
  public Lease open(ObjectStore objects, List<ObjectRef> shards, Progress progress) {
    shards.forEach(ShardCache::check);
    long needed =
        shards.stream()
            .collect(HashMap<String, Long>::new, (m, s) -> m.put(s.sha256(), s.size()), Map::putAll)
            .values()
            .stream()
            .mapToLong(Long::longValue)
            .sum();
    if (needed > maxBytes) {
      throw new InvalidInputException(
          String.format(
              "the %d requested shards have %d bytes, but the cache %s holds at most %d",
              shards.size(), needed, directory, maxBytes),
          LARGER);
    }
    Lease lease = new Lease(shards.stream().map(ShardCache::name).toList());
    try {
      folder.make();
      for (int i = 0; i < shards.size(); i++) {
        int done = i;
        Runnable here = () -> progress.opened(done, shards.size());
        here.run();
        lease.contents.add(open(objects, shards.get(i), here));
      }
      return lease;
    } catch (IOException | UncheckedIOException e) {
      lease.close();
      throw new InvalidInputException(
          "the cache " + directory + " cannot be used: " + Causes.of(e),
          "set winnow.cache.dir to a directory that this process can write to",
          e);
    } catch (RuntimeException | Error e) {
      lease.close();
      throw e;
    }
  }

  private ByteBuffer open(ObjectStore objects, ObjectRef shard, Runnable waiting)
      throws IOException {
    Path file = directory.resolve(name(shard));
    try (DirectoryLock.Held alone = lock.take(waiting)) {
      ByteBuffer content = kept(file, shard);
      if (content == null) {
        Files.deleteIfExists(file);
        makeRoom(shard);
        objects.download(shard, file);
        content = map(file);
      }
      touch(file);
      return content;
    }
  }

  // Checks the mapped bytes themselves: replacing or deleting the file later does not change them.
  private static ByteBuffer kept(Path file, ObjectRef shard) throws IOException {
    ByteBuffer content;
    try {
      if (Files.size(file) != shard.size()) {
        LOG.warn("{} has another size than {}; downloading it again", file, shard.key());
        return null;
      }
      content = map(file);
    } catch (NoSuchFileException e) {
      return null;
    }
    MessageDigest digest = Digests.sha256();
    digest.update(content.duplicate());
    if (!Digests.hex(digest.digest()).equals(shard.sha256())) {
      LOG.warn("{} was altered; downloading {} again", file, shard.key());
      return null;
    }
    return content;
  }

  private void makeRoom(ObjectRef shard) throws IOException {
    folder.removeLeftovers();
    List<CacheFolder.Kept> files = folder.files(SUFFIX);
    long used = files.stream().mapToLong(CacheFolder.Kept::size).sum();
    for (CacheFolder.Kept file : files) {
      if (used + shard.size() <= maxBytes && folder.free() >= shard.size()) {
        return;
      }
      if (!inUse(file.path()) && folder.remove(file.path())) {
        used -= file.size();
      }
    }
    if (used + shard.size() > maxBytes) {
      throw new InvalidInputException(
          String.format(
              "the cache %s holds at most %d bytes, running jobs use %d, and %s has %d",
              directory, maxBytes, used, shard.key(), shard.size()),
          LARGER);
    }
    if (folder.free() < shard.size()) {
      throw new InvalidInputException(
          String.format(
              "the disk of the cache %s has %d bytes free, but %s has %d",
              directory, folder.free(), shard.key(), shard.size()),
          "free some space, or set winnow.cache.dir to a directory on a larger disk");
    }
  }

  private boolean inUse(Path file) {
    synchronized (held) {
      return held.containsKey(file.getFileName().toString());
    }
  }

  private static ByteBuffer map(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file)) {
      return channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size());
    }
  }

  private static void touch(Path file) {
    try {
      Files.setLastModifiedTime(file, FileTime.from(Instant.now()));
    } catch (IOException e) {
      // the file of another user keeps its old time
      LOG.debug("cannot touch {}", file, e);
    }
  }

  private static void check(ObjectRef shard) {
    if (shard.sha256() == null || !DIGEST.matcher(shard.sha256()).matches()) {
      throw new InvalidInputException(
          "shard " + shard.key() + " declares the sha-256 " + shard.sha256(),
          "recreate the artifact");
    }
    if (shard.size() > Integer.MAX_VALUE) {
      throw new InvalidInputException(
          "shard " + shard.key() + " has " + shard.size() + " bytes",
          "import the data set with fewer rows per shard: a shard may have at most 2 GiB");
    }
  }

  private static String name(ObjectRef shard) {
    return shard.sha256() + SUFFIX;
  }
}
