package io.winnow.local.system;

import io.winnow.contracts.InvalidInputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.HexFormat;

/**
 * The folder that a local system keeps its state in; it outlives the system.
 *
 * @param directory absolute
 */
public record Home(Path directory) {

  public Home {
    directory = directory.toAbsolutePath().normalize();
  }

  /** Records and offsets of the Kafka broker. */
  Path kafka() {
    return directory.resolve("kafka");
  }

  /** Objects of the S3 endpoint. */
  Path s3() {
    return directory.resolve("s3");
  }

  /** A log a service, and the launcher's own. */
  public Path logs() {
    return directory.resolve("logs");
  }

  /** Scratch space of the services, emptied at start. */
  Path scratch() {
    return directory.resolve("tmp");
  }

  /** Shards that the services have fetched to train on. */
  Path cache() {
    return directory.resolve("cache");
  }

  /**
   * That something ever ran here.
   *
   * @throws InvalidInputException nothing did
   */
  public void requireUsed() {
    if (!Files.isDirectory(s3())) {
      throw new InvalidInputException(
          "there is no run in " + directory,
          "start with \"winnow demo\", or name another folder with --home");
    }
  }

  /** Pictures of finished runs, a folder a run. */
  public Path reports() {
    return directory.resolve("reports");
  }

  Path lockFile() {
    return directory.resolve("lock");
  }

  /** Endpoints and credentials of the system that runs here now. */
  Path connectionFile() {
    return directory.resolve("local.json");
  }

  /**
   * Makes the folder, for its owner only.
   *
   * @throws InvalidInputException when it cannot be used
   */
  public void create() {
    try {
      if (!Files.isDirectory(directory)) {
        Files.createDirectories(directory, ownerOnly(directory, "rwx------"));
      }
      Files.createDirectories(logs());
    } catch (IOException e) {
      throw new InvalidInputException(
          "the home folder " + directory + " cannot be made: " + e,
          "give another one with --home or WINNOW_HOME",
          e);
    }
  }

  /** The store's secret: made at random the first time, the same ever after. */
  String secret() throws IOException {
    Path file = directory.resolve("s3-secret");
    if (!Files.exists(file)) {
      byte[] random = new byte[24];
      new SecureRandom().nextBytes(random);
      writePrivate(file, HexFormat.of().formatHex(random));
    }
    return Files.readString(file).strip();
  }

  /** A file that only its owner can read, there whole or not at all. */
  static void writePrivate(Path file, String content) throws IOException {
    Path draft = file.resolveSibling(file.getFileName() + ".new");
    Files.deleteIfExists(draft);
    Files.createFile(draft, ownerOnly(file, "rw-------"));
    Files.writeString(draft, content);
    Files.move(draft, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
  }

  private static FileAttribute<?>[] ownerOnly(Path place, String permissions) {
    return place.getFileSystem().supportedFileAttributeViews().contains("posix")
        ? new FileAttribute<?>[] {
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions))
        }
        : new FileAttribute<?>[0];
  }
}
