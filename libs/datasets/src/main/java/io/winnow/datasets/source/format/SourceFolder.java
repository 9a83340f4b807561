package io.winnow.datasets.source.format;

import io.winnow.contracts.InvalidInputException;
import io.winnow.datasets.ReadListener;
import io.winnow.store.object.Digests;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.MessageDigest;
import java.util.List;
import java.util.Set;

/**
 * The files of one source, through which every format reads them. A symbolic link is followed only
 * if it stays inside the source, since whoever writes a source need not be allowed to read what the
 * importing process can. Only regular files are opened: a device may never end, and a named pipe
 * may block. Errors name files relative to the source.
 *
 * <p>Not safe for use by several threads.
 */
public final class SourceFolder {
  private static final Set<StandardOpenOption> READ = Set.of(StandardOpenOption.READ);
  private static final List<String> NAME_LISTS = List.of("labels.txt", "classes.txt");
  private static final int BUFFER = 1 << 16;

  /** The greatest number of bytes of a file that lists labels or names. */
  public static final int MAX_LIST = 64 << 20;

  private static final int MAX_TEXT = 8 << 20;

  private final Path root;
  private final Path place;
  private final Path real;
  private final Path trusted;
  private final ReadingMeter meter;

  private SourceFolder(Path root, Path place, Path real, Path trusted, ReadingMeter meter) {
    this.root = root;
    this.place = place;
    this.real = real;
    this.trusted = trusted;
    this.meter = meter;
  }

  /**
   * The files of a folder, or one file with the class lists beside it.
   *
   * @param reading hears of everything that is read
   * @throws IOException the place does not exist any more
   */
  public static SourceFolder of(SourcePlace place, ReadListener reading) throws IOException {
    Path real = place.real();
    ReadingMeter meter = new ReadingMeter(reading);
    if (Files.isDirectory(real)) {
      return new SourceFolder(real, real, real, place.trusted(), meter);
    }
    // the name, not the link's target, says which format the file has
    Path folder = place.path().getParent().toRealPath();
    Path named = folder.resolve(place.path().getFileName());
    return new SourceFolder(folder, named, real, place.trusted(), meter);
  }

  /** A folder of an archive in this source. */
  public SourceFolder within(Path folder) {
    return new SourceFolder(folder, folder, folder, folder, meter);
  }

  /** The folder, or the file. */
  public Path place() {
    return place;
  }

  /** The name of a file relative to the source, with '/' between its parts. */
  public String relative(Path file) {
    String name = root.relativize(file.toAbsolutePath()).toString().replace('\\', '/');
    return name.isEmpty() ? "the folder" : name.replaceAll("/$", "");
  }

  /**
   * The content of a folder of the source, sorted by name, without hidden files and files that
   * desktops create.
   *
   * @throws InvalidInputException the folder lies outside the source or cannot be read
   */
  public List<Path> children(Path folder) {
    try {
      real(folder);
    } catch (IOException e) {
      throw SourceFiles.unreadable(relative(folder), e);
    }
    List<Path> children = SourceFiles.children(folder);
    meter.read(0);
    return children;
  }

  /**
   * Opens a file with a buffer.
   *
   * @throws InvalidInputException it lies outside the source, or is not a regular file
   */
  public InputStream open(Path file) throws IOException {
    return new BufferedInputStream(stream(channel(file)), BUFFER);
  }

  /** The bytes of an opened file from its position on; closes it. */
  public InputStream stream(SeekableByteChannel channel) {
    return meter.counting(Channels.newInputStream(channel));
  }

  /**
   * Opens a file for reading at any position.
   *
   * @throws InvalidInputException it lies outside the source, or is not a regular file
   */
  public SeekableByteChannel channel(Path file) throws IOException {
    Path target = real(file);
    meter.read(0);
    if (!local()) {
      requireRegular(Files.readAttributes(target, BasicFileAttributes.class), file);
      return Files.newByteChannel(target, READ);
    }
    Path base = target.startsWith(trusted) ? trusted : root;
    return new UnlinkedFile(base, base.relativize(target), a -> requireRegular(a, file)).open();
  }

  private boolean local() {
    return root.getFileSystem() == FileSystems.getDefault();
  }

  /** The file without symbolic links. */
  private Path real(Path file) throws IOException {
    if (!local()) {
      return file;
    }
    if (file.toAbsolutePath().equals(place)) {
      return real;
    }
    Path target;
    try {
      target = file.toRealPath();
    } catch (IOException e) {
      // says nothing of what is behind a link
      if (Files.isSymbolicLink(file)) {
        throw outside(file);
      }
      throw e;
    }
    if (!target.startsWith(root)) {
      throw outside(file);
    }
    return target;
  }

  private InvalidInputException outside(Path file) {
    return new InvalidInputException(
        relative(file) + " is or lies behind a symbolic link that leads out of the data set",
        "copy the file into the data set, or remove the link");
  }

  private void requireRegular(BasicFileAttributes attributes, Path file) {
    if (!attributes.isRegularFile()) {
      throw new InvalidInputException(
          relative(file) + " is not a regular file",
          attributes.isDirectory()
              ? "replace the folder by a file"
              : "replace the device, pipe or socket by a file, or remove it");
    }
  }

  /**
   * The size of a file in bytes.
   *
   * @throws InvalidInputException it lies outside the source, or is not a regular file
   */
  public long size(Path file) throws IOException {
    try (SeekableByteChannel channel = channel(file)) {
      return channel.size();
    }
  }

  /**
   * The sha-256 of a file in hex.
   *
   * @throws InvalidInputException the file cannot be read
   */
  public String digest(Path file) {
    MessageDigest sha256 = Digests.sha256();
    byte[] buffer = new byte[BUFFER];
    try (InputStream in = open(file)) {
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        sha256.update(buffer, 0, n);
      }
    } catch (IOException e) {
      throw SourceFiles.unreadable(relative(file), e);
    }
    return Digests.hex(sha256.digest());
  }

  /**
   * Class names from {@code labels.txt} or {@code classes.txt} in the folder, one per line; empty
   * if there is neither.
   *
   * @param digest the file is added to it
   */
  public List<String> classNames(Path folder, SourceDigest digest) {
    for (String name : NAME_LISTS) {
      Path file = folder.resolve(name);
      if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
        return lines(file, digest);
      }
    }
    return List.of();
  }

  /**
   * The lines of a text file that are not blank.
   *
   * @param digest the file is added to it
   * @throws InvalidInputException the file cannot be read, or is larger than 8 MiB
   */
  public List<String> lines(Path file, SourceDigest digest) {
    byte[] content =
        content(
            file, relative(file), MAX_TEXT, "write one class name per line, or remove the file");
    digest.add(SourceFiles.name(file), Digests.sha256(content));
    return new String(content, StandardCharsets.UTF_8)
        .lines()
        .map(String::strip)
        .filter(line -> !line.isEmpty())
        .toList();
  }

  /**
   * The text of a file that lists labels or names.
   *
   * @param name of the file in errors and in the digest
   * @param digest the file is added to it
   * @throws InvalidInputException the file cannot be read, or is larger than {@link #MAX_LIST}
   */
  public String list(Path file, String name, SourceDigest digest) {
    byte[] content = list(file, name);
    digest.add(name, Digests.sha256(content));
    return new String(content, StandardCharsets.UTF_8);
  }

  /** The bytes of such a file, which is not added to a digest. */
  public byte[] list(Path file, String name) {
    return content(file, name, MAX_LIST, "replace or remove the file");
  }

  /**
   * The bytes of a file.
   *
   * @param name of the file in errors
   * @param limit in bytes, whole MiB
   * @param remedy for a larger file
   * @throws InvalidInputException the file cannot be read, or is larger
   */
  public byte[] content(Path file, String name, int limit, String remedy) {
    try (InputStream in = open(file)) {
      byte[] content = in.readNBytes(limit + 1);
      if (content.length > limit) {
        throw new InvalidInputException(name + " is larger than " + (limit >> 20) + " MiB", remedy);
      }
      return content;
    } catch (IOException e) {
      throw SourceFiles.unreadable(name, e);
    }
  }

  /**
   * The exception by which the listener ended the reading, otherwise {@code e}: a parser may have
   * turned it into one of its own.
   */
  public RuntimeException cause(RuntimeException e) {
    return meter.cause(e);
  }
}
