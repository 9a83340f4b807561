package io.winnow.models.surrogate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.winnow.contracts.InvalidInputException;
import io.winnow.store.tensor.SafeTensors;
import io.winnow.store.tensor.Tensor;
import io.winnow.torch.engine.Torch;
import io.winnow.torch.engine.TorchSettings;
import io.winnow.torch.kernel.KernelArchive;
import io.winnow.torch.kernel.KernelSource;
import io.winnow.torch.kernel.Precision;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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
    try (Surrogate surrogate =
        Surrogate.torchScript(torch, file, input, InferenceOptions.DEFAULT)) {
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
        .hasMessageContaining("surrogate.pt.forward returns")
        .hasMessageContaining("not float32 (2, d)");
    // a fixed other input size
    assertThatThrownBy(
            () ->
                surrogate(
                    "def forward(self: __torch__.Kernel, x: Tensor) -> Tensor:\n"
                        + "  return torch.reshape(x, [-1, 1024])\n",
                    input))
        .isInstanceOf(InvalidInputException.class);
    // no such method
    assertThatThrownBy(
            () -> surrogate(MEAN_AND_MAX, new SurrogateInput(4, 1, List.of(), List.of(), "embed")))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("surrogate.pt.embed")
        .hasMessageContaining("name one of forward");
    // another number of channels
    try (Surrogate surrogate = surrogate(MEAN_AND_MAX, input)) {
      assertThatThrownBy(() -> surrogate.features(new byte[48], 1, 3, 4, 4))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageContaining("surrogate.pt takes images of 1 channels, not of 3");
    }
  }

  private static final String SEVERAL =
      """
      def forward(self: __torch__.Kernel, x: Tensor) -> Dict[str, Tensor]:
        return {"mean": torch.mean(x, [2, 3]), "max": torch.amax(x, [2, 3])}
      def pair(self: __torch__.Kernel, x: Tensor) -> Tuple[Tensor, Tensor]:
        return (torch.mean(x, [2, 3]), torch.amax(x, [2, 3]))
      def listed(self: __torch__.Kernel, x: Tensor) -> List[Tensor]:
        return [torch.mean(x, [2, 3]), torch.amax(x, [2, 3])]
      def sized(self: __torch__.Kernel, x: Tensor) -> int:
        return torch.size(x, 0)
      """;

  @ParameterizedTest
  @CsvSource({
    "forward.mean, 0.5",
    "forward.max, 1",
    "pair.0, 0.5",
    "pair.1, 1",
    "listed.0, 0.5",
    "listed.1, 1"
  })
  void takesTheNamedElement(String output, float expected) throws IOException {
    // given a surrogate that gives several tensors
    SurrogateInput input = new SurrogateInput(4, 1, List.of(), List.of(), output);
    try (Surrogate surrogate = surrogate(SEVERAL, input)) {
      // when an image half black, half white comes
      byte[] image = new byte[16];
      Arrays.fill(image, 8, 16, (byte) 255);
      float[] features = surrogate.features(image, 1, 1, 4, 4);

      // then
      assertThat(features).containsExactly(expected);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "forward|returns 2 tensors, not one|forward.max",
        "forward.median|returns no \"median\"|forward.mean",
        "pair|returns 2 tensors, not one|name one of pair.0, pair.1",
        "pair.2|returns no \"2\"|name one of pair.0, pair.1",
        "sized|does not return tensors|dict, tuple or list",
        "logits|no such method|name one of forward, listed, pair, sized",
      })
  void namesTheOutputsThatThereAre(String output, String problem, String remedy) {
    SurrogateInput input = new SurrogateInput(4, 1, List.of(), List.of(), output);
    assertThatThrownBy(() -> surrogate(SEVERAL, input))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining(problem)
        .hasMessageContaining(remedy);
  }

  @Test
  void refusesAnOutputThatIsNoName() {
    assertThatThrownBy(() -> new SurrogateInput(4, 1, List.of(), List.of(), "net[0]"))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("METHOD.ELEMENT");
  }

  /** A 3×3 convolution of one channel to several, ReLU, then the mean over the pixels. */
  private static String convolution(int channels) {
    return """
        def forward(self: __torch__.Kernel, x: Tensor) -> Tensor:
          w = torch.sin(torch.reshape(torch.arange(%d, dtype=6), [%d, 1, 3, 3]))
          h = torch.relu(torch.conv2d(x, w, None, [1, 1], [1, 1], [1, 1], 1))
          return torch.mean(h, [2, 3])
        """
        .formatted(9 * channels, channels);
  }

  private static byte[] noise(int images) {
    byte[] bytes = new byte[images * 64];
    new Random(5).nextBytes(bytes);
    return bytes;
  }

  @Test
  void anImagesFeaturesDoNotDependOnHowManyComeWithIt() throws IOException {
    // given images that fill 2 batches and a part of a third
    SurrogateInput input = new SurrogateInput(8, 1, List.of(), List.of(), "forward");
    byte[] images = noise(11);
    try (Surrogate surrogate =
        surrogate(convolution(8), input, new InferenceOptions(4, Precision.FLOAT32))) {
      // when they come together, and the last ones alone
      float[] all = surrogate.features(images, 11, 1, 8, 8);
      float[] last = surrogate.features(Arrays.copyOfRange(images, 9 * 64, 11 * 64), 2, 1, 8, 8);

      // then bit for bit
      assertThat(last).containsExactly(Arrays.copyOfRange(all, 9 * 8, 11 * 8));
    }
  }

  @Test
  void bf16GivesFloat32FeaturesOfAboutThreeDigits() throws IOException {
    // given a full block of 16 output channels: oneDNN 3.7 (in PyTorch 2.7) computes a bfloat16
    // convolution to any other number of channels wrongly on AMD Zen 5, so there is nothing to
    // assert about those (see io.winnow.torch.kernel.Layers, which pads the convolutions it writes)
    String convolution = convolution(16);
    SurrogateInput input = new SurrogateInput(8, 1, List.of(), List.of(), "forward");
    byte[] images = noise(6);
    float[] exact;
    try (Surrogate surrogate = surrogate(convolution, input)) {
      exact = surrogate.features(images, 6, 1, 8, 8);
    }

    // when
    float[] rounded;
    try (Surrogate surrogate =
        surrogate(convolution, input, new InferenceOptions(4, Precision.BF16))) {
      rounded = surrogate.features(images, 6, 1, 8, 8);
    }
    // and in float32 after it in the same thread
    float[] again;
    try (Surrogate surrogate = surrogate(convolution, input)) {
      again = surrogate.features(images, 6, 1, 8, 8);
    }

    // then it is close, but has bfloat16's 8 bits of mantissa
    assertThat(rounded).containsExactly(exact, within(0.02f)).isNotEqualTo(exact);
    assertThat(again).containsExactly(exact);
  }

  @Test
  void givesPlanesToAMethodThatWantsThemInThatOrder() throws IOException {
    // given one that looks at its input through a view, which another order does not allow
    String viewing =
        """
        def forward(self: __torch__.Kernel, x: Tensor) -> Tensor:
          return torch.view(torch.mul(x, 2.), [-1, 48])
        """;
    SurrogateInput input = new SurrogateInput(4, 3, List.of(), List.of(), "forward");

    // when
    try (Surrogate surrogate = surrogate(viewing, input)) {
      byte[] image = new byte[48];
      for (int i = 0; i < 48; i++) {
        image[i] = (byte) (5 * i);
      }
      float[] features = surrogate.features(image, 1, 3, 4, 4);

      // then every value is in its place
      for (int i = 0; i < 48; i++) {
        assertThat(features[i]).isCloseTo(2 * 5 * i / 255f, within(1e-6f));
      }
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
  void runsAFileThatWasSavedInTrainingModeInEvaluationMode() throws IOException {
    // given a scripted network with batch normalisation and dropout, whose mode is training
    Path golden = Path.of("src/test/resources/golden");
    Map<String, Tensor> recorded =
        SafeTensors.parse(
            Files.readAllBytes(golden.resolve("training-mode.safetensors")), "training-mode");
    SurrogateInput input = new SurrogateInput(8, 1, List.of(), List.of(), "forward");
    try (Surrogate surrogate =
        Surrogate.torchScript(
            torch, golden.resolve("training-mode.pt"), input, InferenceOptions.DEFAULT)) {
      // when
      float[] features = surrogate.features(recorded.get("images").bytes(), 5, 1, 8, 8);

      // then
      assertThat(features).containsExactly(recorded.get("features").floats(), within(1e-5f));
    }
  }

  private static final String BATCH_NORM =
      """
      def forward(self: __torch__.Kernel, x: Tensor) -> Tensor:
        w = torch.sin(torch.reshape(torch.arange(36, dtype=6), [4, 1, 3, 3]))
        h = torch.conv2d(x, w, None, [1, 1], [1, 1], [1, 1], 1)
        m = torch.zeros([4], dtype=6)
        v = torch.ones([4], dtype=6)
        n = torch.batch_norm(h, None, None, m, v, %s, 0.1, 1e-05, False)
        return torch.mean(torch.relu(n), [2, 3])
      """;

  @Test
  void refusesBatchNormalisationThatWasTracedInTrainingMode() throws IOException {
    SurrogateInput input = new SurrogateInput(8, 1, List.of(), List.of(), "forward");
    assertThatThrownBy(() -> surrogate(BATCH_NORM.formatted("True"), input))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("surrogate.pt gives an image other features beside other images")
        .hasMessageContaining("model.eval()");

    // and with its stored statistics it is taken
    surrogate(BATCH_NORM.formatted("False"), input).close();
  }

  @Test
  void refusesDropoutThatWasTracedInTrainingMode() {
    SurrogateInput input = new SurrogateInput(8, 1, List.of(), List.of(), "forward");
    String dropout =
        """
        def forward(self: __torch__.Kernel, x: Tensor) -> Tensor:
          return torch.mean(torch.dropout(torch.reshape(x, [-1, 4, 16]), 0.1, True), [2])
        """;
    assertThatThrownBy(() -> surrogate(dropout, input))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("gives the same image other features at every call")
        .hasMessageContaining("model.eval()");
  }

  @Test
  void refusesASurrogateThatIsTheSameForEveryImage() {
    SurrogateInput input = new SurrogateInput(4, 1, List.of(), List.of(), "forward");
    String constant =
        """
        def forward(self: __torch__.Kernel, x: Tensor) -> Tensor:
          return torch.ones([torch.size(x, 0), 3], dtype=6)
        """;
    assertThatThrownBy(() -> surrogate(constant, input))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("gives every image the same features");
  }

  @Test
  void saysWhyTheEngineRefusesAnInput() {
    SurrogateInput input = new SurrogateInput(4, 1, List.of(), List.of(), "forward");
    String half =
        """
        def forward(self: __torch__.Kernel, x: Tensor) -> Tensor:
          return torch.matmul(torch.reshape(x, [-1, 16]), torch.ones([16, 2], dtype=5))
        """;
    assertThatThrownBy(() -> surrogate(half, input))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("does not take float32 (2, 1, 4, 4): ")
        .hasMessageContaining("dtype")
        .hasMessageContaining("model.float()");
    String narrow =
        """
        def forward(self: __torch__.Kernel, x: Tensor) -> Tensor:
          return torch.matmul(torch.reshape(x, [-1, 16]), torch.ones([9, 2], dtype=6))
        """;
    assertThatThrownBy(() -> surrogate(narrow, input))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("shapes cannot be multiplied (2x16 and 9x2)")
        .hasMessageContaining("set the input size");
  }

  @Test
  void namesAFileThatIsNotTorchScript() throws IOException {
    Path file = Files.writeString(folder.resolve("weights.pt"), "not a zip");
    SurrogateInput input = new SurrogateInput(4, 1, List.of(), List.of(), "forward");
    assertThatThrownBy(() -> Surrogate.torchScript(torch, file, input, InferenceOptions.DEFAULT))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("weights.pt as TorchScript: it is not a TorchScript archive");
    assertThatThrownBy(
            () ->
                Surrogate.torchScript(
                    torch, folder.resolve("none.pt"), input, InferenceOptions.DEFAULT))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("none.pt");
  }

  private Surrogate surrogate(String source, SurrogateInput input) throws IOException {
    return surrogate(source, input, InferenceOptions.DEFAULT);
  }

  private Surrogate surrogate(String source, SurrogateInput input, InferenceOptions pass)
      throws IOException {
    Path file = folder.resolve("surrogate.pt");
    Files.write(file, KernelArchive.pack(new KernelSource("test", List.of(source))));
    return Surrogate.torchScript(torch, file, input, pass);
  }
}
