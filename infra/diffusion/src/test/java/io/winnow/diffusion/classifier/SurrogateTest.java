package io.winnow.diffusion.classifier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.winnow.contracts.InvalidInputException;
import io.winnow.diffusion.engine.Torch;
import io.winnow.diffusion.engine.TorchSettings;
import io.winnow.diffusion.kernel.KernelArchive;
import io.winnow.diffusion.kernel.KernelSource;
import io.winnow.storage.tensor.SafeTensors;
import io.winnow.storage.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SurrogateTest {
  // Mean and largest value of each channel.
  private static final String MEAN_AND_MAX =
      """
      def forward(self: __torch__.Kernel, x: Tensor) -> Tensor:
        return torch.cat([torch.mean(x, [2, 3]), torch.amax(x, [2, 3])], 1)
      """;

  private static Torch torch;

  @TempDir Path folder;

  @BeforeAll
  static void start() {
    torch = Torch.start(new TorchSettings(1, "cpu"));
  }

  @AfterAll
  static void stop() {
    torch.close();
  }

  @Test
  void equalsPyTorchsFeaturesOfTheGoldenImages() {
    Path models = Path.of(System.getProperty("winnow.shared", "../shared"), "models");
    Path file = models.resolve("cifar10-resnet56.pt");
    assumeThat(file).as("the surrogate of ../shared is only on developers' machines").exists();

    // given images whose floats are bytes over 255
    Map<String, Tensor> golden =
        SafeTensors.read(models.resolve("cifar10-resnet56-golden.safetensors"), "golden");
    float[] pixels = golden.get("x").floats();
    byte[] images = new byte[pixels.length];
    for (int i = 0; i < pixels.length; i++) {
      images[i] = (byte) Math.round(pixels[i] * 255);
    }

    // when they are encoded
    SurrogateInput input = new SurrogateInput(32, 3, List.of(), List.of(), "forward");
    try (Surrogate surrogate = Surrogate.torchScript(torch, file, input)) {
      float[] features = surrogate.features(images, 64, 3, 32, 32);

      // then the features are PyTorch's
      assertThat(surrogate.dimension()).isEqualTo(64);
      float[] expected = golden.get("f").floats();
      assertThat(features).hasSameSizeAs(expected);
      for (int i = 0; i < expected.length; i++) {
        assertThat(features[i]).isCloseTo(expected[i], within(1e-5f));
      }
    }
  }

  @Test
  void scalesNormalisesAndRepeatsGrey() throws IOException {
    // given a surrogate of 3 channels with its own mean and std
    SurrogateInput input =
        new SurrogateInput(4, 3, List.of(0.1, 0.2, 0.3), List.of(0.5, 1.0, 2.0), "forward");
    try (Surrogate surrogate = surrogate(MEAN_AND_MAX, input)) {
      // when a grey image of 0, 51, 102, 153 in equal parts comes
      byte[] image = new byte[16];
      for (int i = 0; i < 16; i++) {
        image[i] = (byte) (51 * (i % 4));
      }
      float[] features = surrogate.features(image, 1, 1, 4, 4);

      // then each channel sees 0, 0.2, 0.4, 0.6 less its mean over its std
      float[] expected = {0.4f, 0.1f, 0, 1, 0.4f, 0.15f};
      assertThat(features).containsExactly(expected, within(1e-6f));
    }
  }

  @Test
  void resizesBilinearly() throws IOException {
    SurrogateInput input = new SurrogateInput(2, 1, List.of(), List.of(), "forward");
    try (Surrogate surrogate = surrogate(MEAN_AND_MAX, input)) {
      // when a bright half must shrink to half the size
      byte[] image = new byte[16];
      for (int i = 0; i < 16; i++) {
        image[i] = (byte) (i % 4 < 2 ? 0 : 255);
      }
      float[] features = surrogate.features(image, 1, 1, 4, 4);

      // then its mean stays, and the triangle filter of width 2 lets in 1/8 of the dark half
      assertThat(features).containsExactly(new float[] {0.5f, 6 / 7f}, within(1e-6f));
    }
  }

  @Test
  void namesASurrogateThatDoesNotFit() throws IOException {
    SurrogateInput input = new SurrogateInput(4, 1, List.of(), List.of(), "forward");
    // an image as output
    assertThatThrownBy(
            () ->
                surrogate(
                    "def forward(self: __torch__.Kernel, x: Tensor) -> Tensor:\n  return x\n",
                    input))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("surrogate.pt.forward gives")
        .hasMessageContaining("not float32 (2, d)");
    // a fixed other input size
    assertThatThrownBy(
            () ->
                surrogate(
                    "def forward(self: __torch__.Kernel, x: Tensor) -> Tensor:\n  return torch.reshape(x, [-1, 1024])\n",
                    input))
        .isInstanceOf(InvalidInputException.class);
    // no such method
    assertThatThrownBy(
            () -> surrogate(MEAN_AND_MAX, new SurrogateInput(4, 1, List.of(), List.of(), "embed")))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("surrogate.pt.embed");
    // another number of channels
    try (Surrogate surrogate = surrogate(MEAN_AND_MAX, input)) {
      assertThatThrownBy(() -> surrogate.features(new byte[48], 1, 3, 4, 4))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageContaining("surrogate.pt takes images of 1 channels, not of 3");
    }
  }

  @Test
  void namesTheImageWhoseFeatureIsNotANumber() throws IOException {
    SurrogateInput input = new SurrogateInput(4, 1, List.of(), List.of(), "forward");
    String root =
        """
        def forward(self: __torch__.Kernel, x: Tensor) -> Tensor:
          return torch.sqrt(torch.sub(0.5, torch.mean(x, [2, 3])))
        """;
    try (Surrogate surrogate = surrogate(root, input)) {
      byte[] images = new byte[3 * 16];
      Arrays.fill(images, 16, 32, (byte) 255);
      assertThatThrownBy(() -> surrogate.features(images, 3, 1, 4, 4))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageContaining("feature 0 of image 1 as NaN");
    }
  }

  @Test
  void namesAFileThatIsNotTorchScript() throws IOException {
    Path file = Files.writeString(folder.resolve("weights.pt"), "not a zip");
    SurrogateInput input = new SurrogateInput(4, 1, List.of(), List.of(), "forward");
    assertThatThrownBy(() -> Surrogate.torchScript(torch, file, input))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("weights.pt as TorchScript");
    assertThatThrownBy(() -> Surrogate.torchScript(torch, folder.resolve("none.pt"), input))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("none.pt");
  }

  private Surrogate surrogate(String source, SurrogateInput input) throws IOException {
    Path file = folder.resolve("surrogate.pt");
    Files.write(file, KernelArchive.pack(new KernelSource("test", List.of(source))));
    return Surrogate.torchScript(torch, file, input);
  }
}
