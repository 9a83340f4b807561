package io.winnow.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.winnow.contracts.Json;
import io.winnow.datasets.Dataset;
import io.winnow.local.system.Home;
import io.winnow.local.testing.LiveServers;
import io.winnow.store.artifact.Artifact;
import io.winnow.store.artifact.ArtifactStore;
import io.winnow.store.object.MinioObjectStore;
import java.awt.image.BufferedImage;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Importing and listing data sets against a real store. */
class DatasetCommandsTest {
  @TempDir static Path folder;
  private static LiveServers servers;
  private static MinioObjectStore objects;

  private Cli cli;

  @BeforeAll
  static void start() throws Exception {
    servers = new LiveServers(new Home(folder.resolve("home")));
    objects = servers.store();
  }

  @AfterAll
  static void stop() {
    objects.close();
    servers.close();
  }

  @BeforeEach
  void cli() {
    cli = new Cli(folder, folder.resolve("home"));
  }

  @Test
  void importsADataSetPrintsASummaryAndListsIt() throws Exception {
    // given two classes of four images, an equal pair among them, and one that is none
    Path pets = pets("pets");
    Files.writeString(pets.resolve("cat/9.png"), "not an image");

    // when
    String told = succeed("import", pets.toString(), "--on-bad-image", "skip");

    // then
    assertThat(told.lines().toList())
        .satisfiesExactly(
            l -> assertThat(l).startsWith("datasets/pets/"),
            l -> assertThat(l).isEqualTo("images      6 train, 2 heldout, 1×6×6"),
            l -> assertThat(l).isEqualTo("classes     2: cat, dog"),
            l -> assertThat(l).isEqualTo("skipped     1"),
            l -> assertThat(l).contains("cat/9.png is not a readable PNG or JPEG"),
            l -> assertThat(l).isEqualTo("duplicates  1"));
    ArtifactStore store = new ArtifactStore(objects);
    String address = told.lines().findFirst().orElseThrow();
    Artifact artifact = store.find(address).orElseThrow();
    assertThat(Dataset.open(store, artifact.ref()).rows("train")).isEqualTo(6);
    // and it is there the next time, and in the list
    assertThat(succeed("import", pets.toString(), "--on-bad-image", "skip"))
        .startsWith(address + " (reused)");
    assertThat(succeed("datasets"))
        .contains(address.substring(0, "datasets/pets/".length() + 12), "6 train, 2 heldout");
  }

  @Test
  void resizesAndPrintsJson() throws Exception {
    // when
    JsonNode told =
        Json.mapper()
            .readTree(
                succeed(
                    ("import " + pets("small") + " --name s --size 4 --resize crop --json")
                        .split(" ")));

    // then
    assertThat(told.path("dataset").asText()).startsWith("datasets/s/");
    assertThat(told.path("shape").asText()).isEqualTo("1×4×4");
    assertThat(told.path("images").path("train").asInt()).isEqualTo(6);
    JsonNode all = Json.mapper().readTree(succeed("datasets", "--json"));
    assertThat(all.findValuesAsText("dataset")).contains(told.path("dataset").asText());
  }

  @Test
  void saysHowManyTestImagesAreTrainingImages() throws Exception {
    // given all eight images in both parts
    Path leaking = folder.resolve("leaking");
    Files.createDirectories(leaking);
    Files.move(pets("first"), leaking.resolve("train"));
    Files.move(pets("second"), leaking.resolve("test"));

    // when
    String told = succeed("import", leaking.toString());
    JsonNode json = Json.mapper().readTree(succeed("import", leaking.toString(), "--json"));

    // then an equal pair of cats is among the eight of each part
    assertThat(told)
        .contains("duplicates  9, 8 across splits")
        .contains("warning     8 of 8 held-out images are also training images");
    assertThat(json.path("duplicates").asLong()).isEqualTo(9);
    assertThat(json.path("duplicatesAcrossSplits").asLong()).isEqualTo(8);
    assertThat(json.path("warnings").get(0).asText()).contains("8 of 8 held-out images");
    assertThat(json.path("remarks")).isEmpty();
    assertThat(succeed("datasets")).contains("duplicates").contains("9, 8 across splits");
    assertThat(
            Json.mapper()
                .readTree(succeed("datasets", "--json"))
                .findValuesAsText("duplicatesAcrossSplits"))
        .contains("8");
  }

  @Test
  void aBlankPathIsNotTheWorkingFolder() {
    assertThat(cli.run("import", " ")).isEqualTo(2);
    assertThat(cli.err()).startsWith("winnow: PATH is blank").contains("a folder of IDX files");
  }

  @Test
  void aBadImageIsOneLineAndExitCode2() throws Exception {
    Path pets = pets("bad");
    Files.writeString(pets.resolve("cat/9.png"), "not an image");

    assertThat(cli.run("import", pets.toString())).isEqualTo(2);
    assertThat(cli.err()).startsWith("winnow: cat/9.png is not a readable PNG or JPEG");
    assertThat(cli.err().lines()).hasSize(1);
    assertThat(succeed("datasets")).doesNotContain("datasets/bad");
  }

  @Test
  void aDamagedDataSetIsNamedRemovedAndMadeAnew() throws Exception {
    // given a data set without one of its shards
    Path pets = pets("broken");
    String address = succeed("import", pets.toString()).lines().findFirst().orElseThrow();
    assertThat(succeed("verify", address)).contains("1 artifacts, 0 damaged (sizes only");
    Artifact whole = new ArtifactStore(objects).find(address).orElseThrow();
    String shard = whole.manifest().entries().get(0).object().key();
    objects.delete(shard);

    // when
    int code = cli.run("verify", address, "--json");
    JsonNode json = Json.mapper().readTree(cli.out());
    assertThat(cli.run("verify", address)).isEqualTo(1);
    String told = cli.out();
    String repaired = succeed("verify", address, "--repair");

    // then
    assertThat(code).isEqualTo(1);
    assertThat(json.path("damaged").get(0).path("artifact").asText()).isEqualTo(address);
    assertThat(json.path("damaged").get(0).path("problems").get(0).asText())
        .isEqualTo("object " + shard + " is missing");
    assertThat(json.path("repaired")).isEmpty();
    assertThat(told.lines())
        .containsExactly(address, "    object " + shard + " is missing", "1 artifacts, 1 damaged");
    assertThat(repaired).contains(address + " (removed)", "makes it anew");
    assertThat(cli.run("verify", address)).isEqualTo(2);
    assertThat(cli.err()).contains("there is no artifact " + address);
    assertThat(succeed("import", pets.toString()).lines()).startsWith(address);
    assertThat(new ArtifactStore(objects).find(address).orElseThrow().ref()).isEqualTo(whole.ref());
    assertThat(succeed("verify", "--contents")).contains(" 0 damaged");
  }

  @Test
  void anImportDoesNotReuseADataSetThatLacksAnObject() throws Exception {
    // given
    Path pets = pets("lost");
    String address = succeed("import", pets.toString()).lines().findFirst().orElseThrow();
    Artifact whole = new ArtifactStore(objects).find(address).orElseThrow();
    objects.delete(whole.manifest().entries().get(0).object().key());

    // when
    String told = succeed("import", pets.toString());

    // then
    assertThat(told.lines()).startsWith(address).doesNotContain(address + " (reused)");
    assertThat(succeed("verify", "--contents", address)).contains("1 artifacts, 0 damaged");
    assertThat(objects.list("claims/")).isEmpty();
  }

  @Test
  void garbageWaitsUntilItWasFoundTwice() throws Exception {
    // given remains of an artifact that was never committed
    String key = "weights/" + "ab".repeat(32) + "/weights.json";
    objects.put(key, new byte[3 << 20]);

    // when
    String first = succeed("gc", "--delete");
    JsonNode second = Json.mapper().readTree(succeed("gc", "--delete", "--json"));

    // then
    assertThat(first).contains("nothing to delete", "3.0 MiB more (1 items) may be garbage");
    assertThat(second.path("items")).isEmpty();
    assertThat(second.path("waiting").get(0).path("path").asText())
        .isEqualTo("weights/" + "ab".repeat(32) + "/");
    assertThat(objects.stat(key)).isPresent();
    assertThat(succeed("gc", "--delete", "--grace", "0s")).contains("deleted 3.0 MiB");
    assertThat(objects.stat(key)).isEmpty();
  }

  private static Path pets(String name) throws Exception {
    Path pets = folder.resolve(name);
    for (String kind : new String[] {"cat", "dog"}) {
      Files.createDirectories(pets.resolve(kind));
      for (int i = 0; i < 4; i++) {
        BufferedImage image = new BufferedImage(6, 6, BufferedImage.TYPE_BYTE_GRAY);
        image.getRaster().setSample(1, 2, 0, kind.equals("dog") ? 100 + i : Math.max(1, i));
        ImageIO.write(image, "png", pets.resolve(kind + "/" + i + ".png").toFile());
      }
    }
    return pets;
  }

  private String succeed(String... args) {
    int code = cli.run(args);
    assertThat(cli.err()).isEmpty();
    assertThat(code).isZero();
    return cli.out();
  }
}
