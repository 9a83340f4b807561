package io.winnow.local.system;

import io.winnow.contracts.Causes;
import io.winnow.contracts.InvalidInputException;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;

/**
 * The folder with all state of a local system. It remains when the system stops.
 *
 * @param directory absolute path
 */
public record Home(Path directory) {
  private static final Set<PosixFilePermission> OWNER_ONLY =
      PosixFilePermissions.fromString("rwx------");
  // the bit of the mode that lets only owners delete files in a folder to which all may write
  private static final int STICKY = 01000;

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

  /** One log per replica, and that of the commands. */
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
  public Path connectionFile() {
    return directory.resolve("local.json");
  }

  /** Settings of Kafka clients of the running system, as a properties file. */
  public Path kafkaClientFile() {
    return directory.resolve("kafka-client.properties");
  }

  /**
   * Creates the folder, accessible only by its owner. One that exists already is made so, unless it
   * is a folder that all users share, such as {@code /tmp}.
   *
   * @throws InvalidInputException the folder cannot be created
   */
  public void create() {
    try {
      if (Files.isDirectory(directory)) {
        restrict(directory);
      } else {
        Files.createDirectories(directory, ownerOnly(directory, "rwx------"));
      }
      for (Path folder : List.of(logs(), kafka(), s3(), cache(), reports())) {
        if (Files.isDirectory(folder)) {
          restrict(folder);
        }
      }
      Files.createDirectories(logs(), ownerOnly(directory, "rwx------"));
    } catch (IOException e) {
      throw new InvalidInputException(
          "cannot create the home folder " + directory + ": " + Causes.of(e),
          "give another one with --home or WINNOW_HOME",
          e);
    }
  }

  private static void restrict(Path folder) throws IOException {
    if (!posix(folder)) {
      return;
    }
    boolean shared = ((int) Files.getAttribute(folder, "unix:mode") & STICKY) != 0;
    if (!shared && !Files.getPosixFilePermissions(folder).equals(OWNER_ONLY)) {
      try {
        Files.setPosixFilePermissions(folder, OWNER_ONLY);
      } catch (FileSystemException e) {
        // it belongs to another user, who decides; secrets are readable by this user alone
      }
    }
  }

  /** The secret key of the store, generated at the first call. */
  String storeSecret() throws IOException {
    return secret("s3-secret");
  }

  /** The password of the Kafka broker, generated at the first call. */
  String kafkaSecret() throws IOException {
    return secret("kafka-secret");
  }

  private String secret(String name) throws IOException {
    Path file = directory.resolve(name);
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

  private static boolean posix(Path place) {
    return place.getFileSystem().supportedFileAttributeViews().contains("posix");
  }

  private static FileAttribute<?>[] ownerOnly(Path place, String permissions) {
    return posix(place)
        ? new FileAttribute<?>[] {
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions))
        }
        : new FileAttribute<?>[0];
  }
}
