package io.winnow.models.latent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.winnow.contracts.InvalidInputException;
import io.winnow.contracts.ObjectRef;
import io.winnow.datasets.ImageShape;
import io.winnow.models.surrogate.InferenceOptions;
import io.winnow.models.surrogate.Surrogate;
import io.winnow.models.surrogate.SurrogateInput;
import io.winnow.store.tensor.DType;
import io.winnow.torch.engine.Torch;
import io.winnow.torch.engine.TorchSettings;
import io.winnow.torch.kernel.KernelArchive;
import io.winnow.torch.kernel.KernelSource;
import io.winnow.torch.kernel.Precision;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Latents back to pictures, by autoencoders that Java writes. */
class LatentDecoderTest {
  // each 2×2 square of pixels becomes channels, halved and shifted
  private static final String SQUARES =
      """
      def encode(self: __torch__.Kernel, x: Tensor) -> Tensor:
        return torch.add(torch.mul(torch.pixel_unshuffle(x, 2), 0.5), 0.25)
      def decode(self: __torch__.Kernel, z: Tensor) -> Tensor:
        return torch.pixel_shuffle(torch.mul(torch.sub(z, 0.25), 2.), 2)
      def twice(self: __torch__.Kernel, z: Tensor) -> Tuple[Tensor, Tensor]:
        x = (self).decode(z, )
        return (torch.neg(x), x)
      def small(self: __torch__.Kernel, z: Tensor) -> Tensor:
        return torch.pixel_unshuffle((self).decode(z, ), 2)
      def broken(self: __torch__.Kernel, z: Tensor) -> Tensor:
        return torch.log(torch.sub((self).decode(z, ), 2.))
      def picky(self: __torch__.Kernel, z: Tensor) -> Tensor:
        return torch.conv2d(z, torch.zeros([1, 2, 1, 1]), None, [1, 1], [0, 0], [1, 1], 1)
      """;

  @TempDir static Path folder;
  private static Torch torch;
  private static Path file;

  @BeforeAll
  static void start() throws IOException {
    torch = Torch.start(new TorchSettings(1, "cpu"));
    file = folder.resolve("squares.pt");
    Files.write(file, KernelArchive.pack(new KernelSource("squares", List.of(SQUARES))));
  }

  @AfterAll
  static void stop() {
    torch.close();
  }

  private static LatentSpace space(String decoder, int taken, int shown, double scale) {
    List<Double> half = Collections.nCopies(taken, 0.5);
    return new LatentSpace(
        new ObjectRef("autoencoders/squares.pt", "ab".repeat(32), 1, null),
        new SurrogateInput(6, taken, half, half, "encode"),
        decoder,
        new InferenceOptions(4, Precision.FLOAT32),
        scale,
        shown);
  }

  private static ImageShape latent(LatentSpace space) {
    return new ImageShape(4 * space.input().channels(), 3, 3, DType.F32);
  }

  static byte[] noise(int bytes) {
    byte[] noise = new byte[bytes];
    SplittableRandom random = new SplittableRandom(5);
    for (int i = 0; i < bytes; i++) {
      noise[i] = (byte) random.nextInt(256);
    }
    return noise;
  }

  @ParameterizedTest
  @CsvSource({"decode, 1", "decode, 0.18215", "twice.1, 3"})
  void undoesTheEncoderToTheByte(String decoder, double scale) {
    // given the latents of seven colour images, by the surrogate's code
    LatentSpace space = space(decoder, 3, 3, scale);
    byte[] images = noise(7 * 3 * 36);
    float[] encoded;
    try (Surrogate encoder = Surrogate.autoencoder(torch, file, space.input(), space.pass())) {
      encoded = encoder.features(images, 7, 3, 6, 6);
    }
    ByteBuffer latents = ByteBuffer.allocate(4 * encoded.length).order(ByteOrder.LITTLE_ENDIAN);
    for (float value : encoded) {
      latents.putFloat((float) (value * scale));
    }

    // when they are decoded, four at a time and three at a time
    try (LatentDecoder decoding = LatentDecoder.open(torch, file, space, latent(space))) {
      byte[] pictures = decoding.pictures(latents.array(), 100);

      // then they are the images
      assertThat(pictures).isEqualTo(images);
      assertThat(decoding.pictures(latents.array(), 3)).isEqualTo(images);
      // and none depends on those beside it
      assertThat(decoding.pictures(Arrays.copyOfRange(latents.array(), 0, 4 * 108), 100))
          .isEqualTo(Arrays.copyOf(images, 108));
    }
  }

  @Test
  void picturesOfThreeChannelsBecomeGreyByTheirMean() {
    // given a latent whose picture has values by hand: red −1, green 0, blue 0.5
    LatentSpace space = space("decode", 3, 1, 1);
    ByteBuffer latents = ByteBuffer.allocate(4 * 108).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < 108; i++) {
      double value = new double[] {-1, 0, 0.5}[i / 36];
      latents.putFloat((float) (value * 0.5 + 0.25));
    }

    // when
    try (LatentDecoder decoding = LatentDecoder.open(torch, file, space, latent(space))) {
      byte[] pictures = decoding.pictures(latents.array(), 1);

      // then: the mean of 0, 127.5 and 191.25
      assertThat(pictures).hasSize(36).containsOnly((byte) 106);
    }
  }

  @Test
  void whatIsBrighterThanWhiteIsWhite() {
    // given latents far outside those of images
    LatentSpace space = space("decode", 1, 1, 1);
    ByteBuffer latents = ByteBuffer.allocate(4 * 36).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < 36; i++) {
      latents.putFloat(i < 18 ? -40 : 40);
    }

    // when
    try (LatentDecoder decoding = LatentDecoder.open(torch, file, space, latent(space))) {
      // then
      assertThat(decoding.pictures(latents.array(), 1)).containsOnly((byte) 0, (byte) 255);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "undo | squares.pt.undo: there is no such method | name one of broken, decode",
        "twice | squares.pt.twice returns 2 tensors, not one | twice.0, twice.1",
        "small | squares.pt.small returns float32(2, 12, 3, 3) | of the size and channels",
        "broken | squares.pt.broken returns NaN for latent 0 | latent.scalingFactor",
        "picky | squares.pt.picky does not take float32 (2, 12, 3, 3) | channels"
      })
  void refusesADecoderAtTheDoor(String decoder, String problem, String remedy) {
    LatentSpace space = space(decoder, 3, 3, 1);
    assertThatThrownBy(() -> LatentDecoder.open(torch, file, space, latent(space)))
        .isInstanceOfSatisfying(
            InvalidInputException.class,
            e -> {
              assertThat(e.problem()).contains(problem);
              assertThat(e.remedy()).contains(remedy);
            });
  }

  @Test
  void aSpaceHasAScaleAndChannelsThatCanBe() {
    assertThatThrownBy(() -> space("decode", 1, 1, 0))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("cannot be scaled by 0.0");
    assertThatThrownBy(() -> space("decode", 1, 3, 1))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("an autoencoder of 1 channels does not give images of 3 channels");
  }
}
