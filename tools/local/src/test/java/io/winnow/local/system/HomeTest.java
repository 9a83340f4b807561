package io.winnow.local.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HomeTest {
  @TempDir Path folder;

  @Test
  void aHomeThatExistsIsClosedToOthers() throws Exception {
    // given a home as earlier versions made it, and one that the user made
    Path old = Files.createDirectories(folder.resolve("home/logs")).getParent();
    set(old, "rwxr-xr-x");
    set(old.resolve("logs"), "rwxrwxr-x");

    // when
    new Home(old).create();

    // then
    assertThat(permissions(old)).isEqualTo("rwx------");
    assertThat(permissions(old.resolve("logs"))).isEqualTo("rwx------");
  }

  @Test
  void aFolderThatAllUsersShareIsLeftOpenButItsPartsAreNot() throws Exception {
    // given a folder like /tmp
    Path shared = Files.createDirectories(folder.resolve("shared"));
    Files.setAttribute(shared, "unix:mode", 01777);

    // when
    new Home(shared).create();

    // then
    assertThat(permissions(shared)).isEqualTo("rwxrwxrwx");
    assertThat(permissions(shared.resolve("logs"))).isEqualTo("rwx------");
  }

  @Test
  void secretsAreDrawnOnceAndDiffer() throws Exception {
    // given
    Home home = new Home(folder.resolve("home"));
    home.create();

    // when
    String kafka = home.kafkaSecret();

    // then
    assertThat(kafka).matches("[0-9a-f]{48}").isNotEqualTo(home.storeSecret());
    assertThat(home.kafkaSecret()).isEqualTo(kafka);
    assertThat(permissions(home.directory().resolve("kafka-secret"))).isEqualTo("rw-------");
  }

  private static void set(Path file, String permissions) throws Exception {
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));
  }

  private static String permissions(Path file) throws Exception {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
  }
}
