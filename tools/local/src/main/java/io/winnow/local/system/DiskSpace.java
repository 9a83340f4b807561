package io.winnow.local.system;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The free space of a home's file system, of which a part must stay free: a server that runs out of
 * space in the middle of a write stops without a word.
 *
 * @param directory the home's folder
 * @param minimum bytes that must stay free
 */
record DiskSpace(Path directory, long minimum) {
  private static final long MIB = 1 << 20;
  private static final long DEFAULT_MINIMUM = 256 * MIB;
  private static final int SHARE = 10;

  /** 256 MiB must stay free, or a tenth of a smaller file system. */
  static DiskSpace of(Path directory) {
    return new DiskSpace(
        directory, Math.min(DEFAULT_MINIMUM, store(directory, FileStore::getTotalSpace) / SHARE));
  }

  /** What is wrong; empty if there is enough space. */
  Optional<String> shortage() {
    long free = store(directory, FileStore::getUsableSpace);
    return free >= minimum
        ? Optional.empty()
        : Optional.of(
            "only "
                + free / MIB
                + " MiB are free on the disk of "
                + directory
                + ", and "
                + minimum / MIB
                + " MiB must stay free");
  }

  /** Why a running system has to stop, if it has to. */
  Optional<String> stopReason() {
    return shortage()
        .map(
            shortage ->
                shortage
                    + ": the system stops. Free some space and start it again; unfinished runs"
                    + " resume");
  }

  /** Reads a number of bytes from a file store. */
  private interface Reading {
    long of(FileStore store) throws IOException;
  }

  private static long store(Path directory, Reading reading) {
    try {
      return reading.of(Files.getFileStore(directory));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the free space of " + directory, e);
    }
  }
}
