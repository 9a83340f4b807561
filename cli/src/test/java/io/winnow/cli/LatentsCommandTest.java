package io.winnow.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.winnow.contracts.Json;
import io.winnow.datasets.Dataset;
import io.winnow.datasets.ImageBatch;
import io.winnow.local.system.Home;
import io.winnow.local.testing.LiveServers;
import io.winnow.models.autoencoder.AutoencoderConfig;
import io.winnow.models.latent.LatentSpace;
import io.winnow.store.artifact.ArtifactStore;
import io.winnow.store.artifact.Manifest;
import io.winnow.store.object.MinioObjectStore;
import io.winnow.store.tensor.SafeTensors;
import io.winnow.torch.kernel.KernelArchive;
import io.winnow.torch.kernel.KernelSource;
import java.awt.image.BufferedImage;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Latents of a data set, in a real store. */
class LatentsCommandTest {
  // 3×H×W to 2 channels at half the size: for each 2×2 square the mean of red, and upper left green
  // less lower right blue
  private static final String AUTOENCODER =
      """
      def encode(self: __torch__.Kernel, x: Tensor) -> Tensor:
        i = torch.arange(24, dtype=4)
        mean = torch.mul(torch.lt(i, 4), 0.25)
        difference = torch.sub(torch.to(torch.eq(i, 16), 6), torch.to(torch.eq(i, 23), 6))
        w = torch.reshape(torch.add(mean, difference), [2, 3, 2, 2])
        return torch.conv2d(x, w, None, [2, 2], [0, 0], [1, 1], 1)
      def decode(self: __torch__.Kernel, z: Tensor) -> Tensor:
        return torch.pixel_shuffle(torch.cat([z, z, z, z, z, z], 1), 2)
      def forward(self: __torch__.Kernel, x: Tensor) -> Tensor:
        return torch.mean(x, [2, 3])
      """;

  @TempDir static Path folder;
  private static LiveServers servers;
  private static MinioObjectStore objects;

  private ArtifactStore store;
  private Path file;
  private String images;
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
  void importImages() throws Exception {
    cli = new Cli(folder, folder.resolve("home"));
    store = new ArtifactStore(objects);
    file = folder.resolve("autoencoder.pt");
    Files.write(file, KernelArchive.pack(new KernelSource("autoencoder", List.of(AUTOENCODER))));
    Random random = new Random(3);
    for (String name : List.of("red", "blue")) {
      Path of = Files.createDirectories(folder.resolve("noise").resolve(name));
      for (int i = 0; i < 5; i++) {
        BufferedImage image = new BufferedImage(6, 6, BufferedImage.TYPE_INT_RGB);
        for (int p = 0; p < 36; p++) {
          image.setRGB(p % 6, p / 6, random.nextInt(1 << 24));
        }
        ImageIO.write(image, "png", of.resolve(i + ".png").toFile());
      }
    }
    succeed("import", folder.resolve("noise").toString(), "--shard-rows", "3", "--holdout", "0.2");
    images = cli.out().lines().findFirst().orElseThrow().replace(" (reused)", "");
  }

  private String succeed(String... command) {
    int code = cli.run(command);
    assertThat(cli.err()).isEmpty();
    assertThat(code).isZero();
    return cli.out();
  }

  private String[] latents(String more) {
    return ("latents " + images + " --autoencoder " + file + " --batch 4 " + more)
        .strip()
        .split(" ");
  }

  @Test
  void writesTheScaledLatentsRowForRow() throws Exception {
    // when
    String told = succeed(latents("--scaling-factor 0.5 --name small"));

    // then they are a data set beside that of the images, with its rows, splits and labels
    String address = told.lines().findFirst().orElseThrow();
    assertThat(address).startsWith("datasets/small/");
    assertThat(told).contains("8 train, 2 heldout, 2×3×3 latent");
    Dataset pixels = Dataset.open(store, store.find(images).orElseThrow().ref());
    Dataset made = Dataset.open(store, store.find(address).orElseThrow().ref());
    assertThat(made.classes()).isEqualTo(pixels.classes());
    assertThat(made.artifact().attribute("images", String.class)).isEqualTo(images);
    LatentSpace space = LatentSpace.of(made);
    assertThat(space.scale()).isEqualTo(0.5);
    assertThat(space.decoder()).isEqualTo("decode");
    assertThat(space.pictures()).isEqualTo(pixels.shape());
    // and their autoencoder is in the store beside them
    assertThat(objects.get(space.autoencoder())).isEqualTo(Files.readAllBytes(file));
    assertThat(made.shards()).hasSameSizeAs(pixels.shards());
    for (int i = 0; i < made.shards().size(); i++) {
      Manifest.Entry shard = made.shards().get(i);
      assertThat(shard.split()).isEqualTo(pixels.shards().get(i).split());
      ImageBatch of = pixels.read(pixels.shards().get(i));
      ImageBatch latents = made.read(shard);
      assertThat(latents.labels()).containsExactly(of.labels());
      FloatBuffer values =
          ByteBuffer.wrap(latents.images()).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
      // and their values those of a computation by hand
      for (int row = 0; row < of.rows(); row++) {
        for (int y = 0; y < 3; y++) {
          for (int x = 0; x < 3; x++) {
            double mean =
                (pixel(of, row, 0, 2 * y, 2 * x)
                        + pixel(of, row, 0, 2 * y, 2 * x + 1)
                        + pixel(of, row, 0, 2 * y + 1, 2 * x)
                        + pixel(of, row, 0, 2 * y + 1, 2 * x + 1))
                    / 4;
            double difference =
                pixel(of, row, 1, 2 * y, 2 * x) - pixel(of, row, 2, 2 * y + 1, 2 * x + 1);
            int at = row * 18 + y * 3 + x;
            assertThat(values.get(at)).isCloseTo((float) (mean / 2), within(1e-6f));
            assertThat(values.get(at + 9)).isCloseTo((float) (difference / 2), within(1e-6f));
          }
        }
      }
    }
    // and the next time they are there
    assertThat(succeed(latents("--scaling-factor 0.5 --name small"))).contains("(reused)");
  }

  // in [−1, 1]
  private static double pixel(ImageBatch batch, int row, int channel, int y, int x) {
    return (batch.images()[((row * 3 + channel) * 6 + y) * 6 + x] & 0xFF) / 127.5 - 1;
  }

  @Test
  void theScalingFactorIsPartOfTheAddress() {
    // given
    String one = succeed(latents("--scaling-factor 1")).lines().findFirst().orElseThrow();
    // when
    String other = succeed(latents("--scaling-factor 2")).lines().findFirst().orElseThrow();
    // then
    assertThat(other).isNotEqualTo(one);
  }

  @Test
  void encodesWithTheWeightsOfADiffusersFolder() throws Exception {
    // given a small AutoencoderKL as diffusers stores it
    String text =
        """
        {"_class_name": "AutoencoderKL", "block_out_channels": [16, 16], "norm_num_groups": 4,
         "down_block_types": ["DownEncoderBlock2D", "DownEncoderBlock2D"],
         "up_block_types": ["UpDecoderBlock2D", "UpDecoderBlock2D"], "latent_channels": 3,
         "scaling_factor": 0.25}
        """;
    Path vae = Files.createDirectories(folder.resolve("tiny-vae"));
    Files.writeString(vae.resolve("config.json"), text);
    AutoencoderConfig config = AutoencoderConfig.of(Json.mapper().readTree(text), "config");
    SafeTensors.write(
        vae.resolve("diffusion_pytorch_model.safetensors"),
        config.parameters().initial(1),
        Map.of("format", "pt"));

    // when
    String told = succeed("latents", images, "--weights", vae.toString(), "--batch", "4");

    // then
    assertThat(told).contains("8 train, 2 heldout, 3×3×3 latent");
    String address = told.lines().findFirst().orElseThrow();
    LatentSpace space =
        LatentSpace.of(Dataset.open(store, store.find(address).orElseThrow().ref()));
    assertThat(space.scale()).isEqualTo(0.25);
    assertThat(space.autoencoder().key()).endsWith("/tiny-vae.safetensors");
    // and not both, nor neither
    assertThat(cli.run(latents("--weights " + vae))).isEqualTo(2);
    assertThat(cli.err()).contains("either --autoencoder or --weights");
    assertThat(cli.run("latents", images)).isEqualTo(2);
    assertThat(cli.err()).contains("either --autoencoder or --weights");
  }

  @Test
  void rejectsOutputsThatAreNotLatents() {
    // when a method gives a vector an image
    int code = cli.run(latents("--output forward"));

    // then
    assertThat(code).isEqualTo(2);
    assertThat(cli.err()).contains("autoencoder.pt.forward returns", "(2, C, H, W)");
    // or nothing brings them back
    assertThat(cli.run(latents("--decoder forward"))).isEqualTo(2);
    assertThat(cli.err()).contains("autoencoder.pt.forward", "for latents (2, 2, 3, 3)");
    // and of latents there are no latents
    String made = succeed(latents("")).lines().findFirst().orElseThrow();
    String again = "latents " + made.replace(" (reused)", "") + " --autoencoder " + file;
    assertThat(cli.run((again + " --channels 3").split(" "))).isEqualTo(2);
    assertThat(cli.err()).contains("has latents already");
  }
}
