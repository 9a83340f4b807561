package io.winnow.local.system;

import io.winnow.contracts.Causes;
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
 * The folder with all state of a local system. It remains when the system stops.
 *
 * @param directory absolute path
 */
public record Home(Path directory) {

  public Home {
    directory = directory.toAbsolutePath().normalize();
  }

  /** Records and offsets of Kafka. */
  Path kafka() {
    return directory.resolve("kafka");
  }

  /** Objects of S3. */
  Path s3() {
    return directory.resolve("s3");
  }

  /** One log per replica, and that of the launcher. */
  public Path logs() {
    return directory.resolve("logs");
  }

  /** Temporary files of the services; emptied at every start. */
  Path scratch() {
    return directory.resolve("tmp");
  }

  /** Shards that the services have cached for training. */
  Path cache() {
    return directory.resolve("cache");
  }

  /**
   * Checks that a system has used this home before.
   *
   * @throws InvalidInputException no system has used it
   */
  public void requireUsed() {
    if (!Files.isDirectory(s3())) {
      throw new InvalidInputException(
          "there is no run in " + directory,
          "start with \"winnow demo\", or give another folder with --home");
    }
  }

  /** Pictures of finished runs, one folder per run. */
  public Path reports() {
    return directory.resolve("reports");
  }

  Path lockFile() {
    return directory.resolve("lock");
  }

  /** Endpoints and credentials of the running system. */
  Path connectionFile() {
    return directory.resolve("local.json");
  }

  /**
   * Creates the folder, accessible only by its owner.
   *
   * @throws InvalidInputException the folder cannot be created
   */
  public void create() {
    try {
      if (!Files.isDirectory(directory)) {
        Files.createDirectories(directory, ownerOnly(directory, "rwx------"));
      }
      Files.createDirectories(logs());
    } catch (IOException e) {
      throw new InvalidInputException(
          "cannot create the home folder " + directory + ": " + Causes.of(e),
          "give another one with --home or WINNOW_HOME",
          e);
    }
  }

  /** The secret key of the store, generated at the first call. */
  String secret() throws IOException {
    Path file = directory.resolve("s3-secret");
    if (!Files.exists(file)) {
      byte[] random = new byte[24];
      new SecureRandom().nextBytes(random);
      writePrivate(file, HexFormat.of().formatHex(random));
    }
    return Files.readString(file).strip();
  }

  /** Writes a file atomically, readable only by its owner. */
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
