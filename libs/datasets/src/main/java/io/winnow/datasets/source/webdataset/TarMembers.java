package io.winnow.datasets.source.webdataset;

import io.winnow.contracts.Causes;
import io.winnow.contracts.InvalidInputException;
import io.winnow.datasets.source.format.SourceFolder;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;

/**
 * The files in a tar, in its order, read directly: nothing is unpacked to disk. A tar has to be
 * whole, see {@link TarEnd}. Links, special files, paths that lead outside, and sizes that the tar
 * cannot hold are errors.
 */
final class TarMembers implements AutoCloseable {
  /**
   * Images compress little: a file that unpacks to more than this ratio is a decompression bomb.
   */
  private static final long MAX_GROWTH = 200;

  private static final long ALLOWANCE = 16L << 20;

  private final String shard;
  private final TarEnd stream;
  private final TarArchiveInputStream tar;
  private final long limit;
  private TarArchiveEntry entry;

  private TarMembers(String shard, TarEnd stream, long limit) {
    this.shard = shard;
    this.stream = stream;
    this.tar = new TarArchiveInputStream(stream, StandardCharsets.UTF_8.name());
    this.limit = limit;
  }

  /**
   * @param source the folder of the shard
   * @param name of the shard, for errors
   * @throws InvalidInputException it cannot be opened
   */
  static TarMembers open(SourceFolder source, Path file, String name) {
    try {
      boolean zipped = !name.toLowerCase(Locale.ROOT).endsWith(".tar");
      long size = Files.size(file);
      long limit = zipped ? Math.addExact(Math.multiplyExact(size, MAX_GROWTH), ALLOWANCE) : size;
      InputStream raw = source.open(file);
      try {
        InputStream in = zipped ? new GZIPInputStream(raw, 1 << 16) : raw;
        return new TarMembers(name, new TarEnd(in), limit);
      } catch (IOException | RuntimeException e) {
        raw.close();
        throw e;
      }
    } catch (InvalidInputException e) {
      throw e;
    } catch (IOException | RuntimeException e) {
      throw damaged(name, e);
    }
  }

  /**
   * Moves to the next file.
   *
   * @return false after the last
   */
  boolean advance() throws IOException {
    for (entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
      check();
      stream.member(entry.getSize());
      if (!entry.isDirectory()) {
        return true;
      }
    }
    stream.requireEnd();
    return false;
  }

  /** The file's path in the tar, with '/' between its parts. */
  String path() {
    return entry.getName().replaceAll("^(\\./)+", "");
  }

  /** The file for an error: the tar and the path. */
  String shown() {
    return shard + ": " + entry.getName();
  }

  /** The tar for an error. */
  String shard() {
    return shard;
  }

  /**
   * The bytes of the file.
   *
   * @throws InvalidInputException they are more than {@code limit}
   */
  byte[] content(int limit) throws IOException {
    if (entry.getSize() > limit) {
      throw new InvalidInputException(
          "%s is larger than %d MiB".formatted(shown(), limit >> 20), "replace or remove it");
    }
    byte[] content = tar.readNBytes((int) entry.getSize());
    if (content.length < entry.getSize()) {
      throw new IOException("it ends within " + entry.getName());
    }
    return content;
  }

  /**
   * The files in the current file, which is a tar itself and is read no further than that. To be
   * read before the next {@link #advance}; closing it leaves this tar open.
   */
  TarMembers inner() {
    InputStream in =
        new FilterInputStream(tar) {
          @Override
          public void close() {
            // the outer tar goes on
          }
        };
    return new TarMembers(shown(), new TarEnd(in), entry.getSize());
  }

  private void check() throws IOException {
    String name = entry.getName();
    if (!entry.isCheckSumOK()) {
      throw new IOException("the header of a member is damaged");
    }
    if (name.startsWith("/") || List.of(name.split("[/\\\\]")).contains("..")) {
      throw new InvalidInputException(
          shard + ": member \"" + name + "\" points outside the archive",
          "recreate the tar with relative names and without \"..\"");
    }
    if (!entry.isDirectory() && special()) {
      throw new InvalidInputException(
          shard + ": member " + name + " is a link or another special file",
          "recreate the tar with regular files");
    }
    if (entry.getSize() < 0 || entry.getSize() > limit - tar.getBytesRead()) {
      throw new InvalidInputException(
          "%s: member %s takes %d bytes, more than the shard can hold"
              .formatted(shard, name, entry.getSize()),
          "download or recreate the shard: it is truncated, or a decompression bomb");
    }
  }

  private boolean special() {
    return entry.isLink()
        || entry.isSymbolicLink()
        || entry.isCharacterDevice()
        || entry.isBlockDevice()
        || entry.isFIFO()
        || entry.isSparse();
  }

  /** The error for a tar that cannot be read on; closes it. */
  RuntimeException failed(Exception e) {
    try {
      close();
    } catch (IOException suppressed) {
      e.addSuppressed(suppressed);
    }
    return damaged(shard, e);
  }

  /** The error for a fault while a tar is read: the fault itself, if it says what is invalid. */
  static InvalidInputException damaged(String shard, Exception e) {
    if (e instanceof InvalidInputException invalid) {
      return invalid;
    }
    return new InvalidInputException(
        shard + " is not a valid tar: " + Causes.of(e), "download or recreate the shard", e);
  }

  @Override
  public void close() throws IOException {
    tar.close();
  }
}
