package io.winnow.cli;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.databind.JsonNode;
import io.winnow.contracts.ArtifactRef;
import io.winnow.contracts.Json;
import io.winnow.contracts.ObjectRef;
import io.winnow.contracts.run.StageRecord;
import io.winnow.local.system.Home;
import io.winnow.local.testing.LiveServers;
import io.winnow.models.ModelFile;
import io.winnow.models.denoiser.ValueRange;
import io.winnow.models.latent.LatentSpace;
import io.winnow.models.sample.Denoiser;
import io.winnow.models.sample.SamplingPlan;
import io.winnow.models.surrogate.InferenceOptions;
import io.winnow.models.surrogate.SurrogateInput;
import io.winnow.store.artifact.Address;
import io.winnow.store.artifact.Artifact;
import io.winnow.store.artifact.ArtifactDraft;
import io.winnow.store.artifact.ArtifactStore;
import io.winnow.store.object.MinioObjectStore;
import io.winnow.store.tensor.SafeTensors;
import io.winnow.store.tensor.Tensor;
import io.winnow.torch.engine.ScriptModule;
import io.winnow.torch.engine.Torch;
import io.winnow.torch.engine.TorchSettings;
import io.winnow.torch.kernel.KernelArchive;
import io.winnow.torch.kernel.KernelSource;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Sampling, exporting and importing against a real store, the engine in this process. */
class ModelCommandsTest {
  private static final String RUN = "20260101-000000-tiny-abcd";

  @TempDir static Path folder;
  private static LiveServers servers;
  private static MinioObjectStore objects;
  private static ArtifactStore store;
  private static ArtifactRef model;

  private Cli cli;

  @BeforeAll
  static void start() throws Exception {
    servers = new LiveServers(new Home(folder.resolve("home")));
    objects = servers.store();
    store = new ArtifactStore(objects);
    model = StoredModels.run(store, RUN);
    StoredModels.surrogate(store);
    StoredModels.request(store, "unfinished");
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

  private String succeed(String... args) {
    int code = cli.run(args);
    assertThat(cli.err()).isEmpty();
    assertThat(code).isZero();
    return cli.out();
  }

  private byte[] sample(String... args) throws Exception {
    Path picture = folder.resolve("out/picture.png");
    String[] all = Arrays.copyOf(args, args.length + 3);
    all[args.length] = "-o";
    all[args.length + 1] = picture.toString();
    all[args.length + 2] = "--json";
    JsonNode printed = Json.mapper().readTree(succeed(all));
    assertThat(printed.get("picture").asText()).isEqualTo(picture.toString());
    return Files.readAllBytes(picture);
  }

  @Test
  void thePictureShowsTheSamples() throws Exception {
    // given what the model itself draws for five images of class 1
    SamplingPlan plan = SamplingPlan.ddim(4, 0.5, 2, 3, SamplingPlan.seed(7));
    byte[] drawn;
    try (Torch torch = Torch.start(TorchSettings.cpu());
        Denoiser denoiser = StoredModels.MODEL.denoiser(torch, StoredModels.weights(1))) {
      drawn = denoiser.sample(plan, new int[] {1, 1, 1, 1, 1});
    }

    // when the command draws them
    String out =
        succeed(
            ("sample " + RUN + " --class dog -n 5 --steps 4 --eta 0.5 --guidance 2 --seed 7")
                .concat(" --batch 3")
                .split(" "));

    // then the picture is in the home, with three images per row
    Path file = folder.resolve("home/reports").resolve(RUN).resolve("samples-dog-7.png");
    assertThat(out.strip()).isEqualTo("5 samples of " + model.address() + ": " + file);
    BufferedImage picture = ImageIO.read(file.toFile());
    assertThat(picture.getWidth()).isEqualTo(2 + 3 * 10);
    assertThat(picture.getHeight()).isEqualTo(2 + 2 * 10);
    for (int i = 0; i < 5; i++) {
      for (int pixel = 0; pixel < 64; pixel++) {
        int x = 2 + i % 3 * 10 + pixel % 8;
        int y = 2 + i / 3 * 10 + pixel / 8;
        assertThat(picture.getRaster().getSample(x, y, 0)).isEqualTo(drawn[i * 64 + pixel] & 0xFF);
      }
    }
  }

  @Test
  void equalRequestsGiveEqualPicturesByRunOrAddress() throws Exception {
    // given a row of each class
    byte[] picture = sample("sample", RUN, "-n", "3", "--steps", "2");
    assertThat(ImageIO.read(new ByteArrayInputStream(picture)).getHeight()).isEqualTo(2 + 2 * 10);

    // then address and short address mean the same model
    assertThat(sample("sample", model.address(), "-n", "3", "--steps", "2")).isEqualTo(picture);
    String cut = model.address().substring(0, "models/".length() + 12);
    assertThat(sample("sample", cut + "/", "-n", "3", "--steps", "2")).isEqualTo(picture);

    // and another seed and the last step's weights do not draw the same
    assertThat(sample("sample", RUN, "-n", "3", "--steps", "2", "--seed", "1"))
        .isNotEqualTo(picture);
    assertThat(sample("sample", RUN, "-n", "3", "--steps", "2", "--weights", "raw"))
        .isNotEqualTo(picture);

    // and a class by its index is the class by its name
    assertThat(sample("sample", RUN, "--class", "1", "-n", "2", "--steps", "2"))
        .isEqualTo(sample("sample", RUN, "--class", "dog", "-n", "2", "--steps", "2"));
  }

  @Test
  void theSamplersOfThePapersHaveOptions() throws Exception {
    // given DDPM in four steps with guidance that grows
    String[] ddpm = "sample RUN -n 1 --sampler ddpm --steps 4 --guidance 3.8".split(" ");
    ddpm[1] = RUN;
    byte[] constant = sample(ddpm);

    // then each option changes the picture, and the defaults do not
    assertThat(with(ddpm, "--guidance-schedule", "power-cosine")).isNotEqualTo(constant);
    assertThat(with(ddpm, "--spacing", "leading")).isNotEqualTo(constant);
    assertThat(with(ddpm, "--no-clip")).isNotEqualTo(constant);
    assertThat(with(ddpm, "--guidance-schedule", "constant", "--spacing", "linspace", "--clip"))
        .isEqualTo(constant);
  }

  private byte[] with(String[] command, String... more) throws Exception {
    return sample(
        Stream.concat(Arrays.stream(command), Arrays.stream(more)).toArray(String[]::new));
  }

  @Test
  void aModelOnLatentsSamplesImagesAndIsReimportedWithItsAutoencoder() throws Exception {
    // given a model of latents of 8×8, each of which its autoencoder makes a square of 2×2 pixels
    String decode =
        """
        def encode(self: __torch__.Kernel, x: Tensor) -> Tensor:
          return torch.slice(torch.slice(x, 2, 0, None, 2), 3, 0, None, 2)
        def decode(self: __torch__.Kernel, z: Tensor) -> Tensor:
          return torch.repeat_interleave(torch.repeat_interleave(z, 2, 2), 2, 3)
        """;
    ObjectRef autoencoder =
        objects.put(
            "autoencoders/twice.pt",
            KernelArchive.pack(new KernelSource("twice", List.of(decode))));
    LatentSpace space =
        new LatentSpace(
            autoencoder,
            new SurrogateInput(16, 1, List.of(0.5), List.of(0.5), "encode"),
            "decode",
            InferenceOptions.DEFAULT,
            2,
            1);
    ModelFile file =
        new ModelFile(
            StoredModels.MODEL
                .model()
                .with(StoredModels.MODEL.model().example().with(ValueRange.LATENTS)),
            StoredModels.MODEL.schedule(),
            StoredModels.MODEL.classes(),
            space);
    ArtifactDraft draft = store.draft(Address.of("models", "latent", "1", Map.of(), List.of()));
    file.put(draft);
    draft.putTensors(ModelFile.EMA_WEIGHTS, StoredModels.weights(1), null, null);
    String latent = draft.commit(new StageRecord.Cost(0, 0)).ref().address();
    Path exported = folder.resolve("exports/latent.safetensors");

    // when it is sampled, exported and imported
    byte[] picture = sample("sample", latent, "-n", "2", "--steps", "3");
    succeed("export", latent, "--format", "safetensors", "-o", exported.toString());
    String imported = succeed("import-model", exported.toString()).strip();

    // then its pictures have the images' size and squares, and it is still the same model
    BufferedImage grid = ImageIO.read(new ByteArrayInputStream(picture));
    assertThat(grid.getWidth()).isEqualTo(2 + 2 * 18);
    for (int i = 0; i < 64; i++) {
      int x = 2 + i % 8 * 2;
      int y = 2 + i / 8 * 2;
      assertThat(grid.getRaster().getSample(x + 1, y + 1, 0))
          .isEqualTo(grid.getRaster().getSample(x, y, 0));
    }
    assertThat(ModelFile.read(store, store.find(imported).orElseThrow())).isEqualTo(file);
    assertThat(sample("sample", imported, "-n", "2", "--steps", "3")).isEqualTo(picture);

    // and without the autoencoder it is neither imported nor drawn from
    objects.delete(autoencoder.key());
    assertThat(cli.run("import-model", exported.toString())).isEqualTo(2);
    assertThat(cli.err()).contains("autoencoders/twice.pt").contains("is not in this store");
    assertThat(cli.run("sample", latent)).isEqualTo(2);
    assertThat(cli.err()).contains("autoencoders/twice.pt");
  }

  @Test
  void exportedWeightsAreReimportedAsAModelWithEqualSamples() throws Exception {
    // given an export
    Path file = folder.resolve("exports/tiny.safetensors");
    JsonNode printed =
        Json.mapper()
            .readTree(
                succeed("export", RUN, "--format", "safetensors", "-o", file.toString(), "--json"));
    assertThat(printed.get("bytes").asLong()).isEqualTo(Files.size(file));
    assertThat(SafeTensors.metadata(file, "it")).containsEntry("weights", "ema");
    assertThat(SafeTensors.bytes(SafeTensors.read(file, "it"), Map.of()))
        .isEqualTo(SafeTensors.bytes(StoredModels.weights(1), Map.of()));

    // when it is imported
    String address = succeed("import-model", file.toString()).strip();

    // then it is a model that draws the same
    assertThat(address).matches("models/[0-9a-f]{64}").isNotEqualTo(model.address());
    assertThat(sample("sample", address, "-n", "2", "--steps", "3", "--seed", "5"))
        .isEqualTo(sample("sample", RUN, "-n", "2", "--steps", "3", "--seed", "5"))
        .isEqualTo(
            sample(
                "sample", address, "-n", "2", "--steps", "3", "--seed", "5", "--weights", "raw"));
    Artifact imported = store.find(address).orElseThrow();
    assertThat(ModelFile.read(store, imported)).isEqualTo(StoredModels.MODEL);

    // and the same again is the same, however its configuration is named
    assertThat(succeed("import-model", file.toString()).strip()).isEqualTo(address);
    assertThat(
            succeed(
                    ("import-model "
                            + file
                            + " --model ddpm-tiny --schedule cosine --dataset "
                            + RUN)
                        .split(" "))
                .strip())
        .isEqualTo(address);
    assertThat(
            succeed(
                    ("import-model " + file + " --model ddpm-tiny --schedule cosine --size 8")
                        .concat(" --channels 1 --classes cat,dog")
                        .split(" "))
                .strip())
        .isEqualTo(address);

    // and another schedule or a name make another
    assertThat(
            succeed(("import-model " + file + " --model ddpm-tiny --dataset " + RUN).split(" "))
                .strip())
        .isNotEqualTo(address);
    String named = succeed("import-model", file.toString(), "--name", "mine").strip();
    assertThat(named).isNotEqualTo(address);
    assertThat(store.find(named).orElseThrow().attribute("name", String.class)).isEqualTo("mine");
  }

  @Test
  void torchscriptRunsWithoutWinnow() throws Exception {
    // when
    Path file = folder.resolve("exports/tiny.pt");
    String out =
        succeed(
            "export", RUN, "--format", "torchscript", "--weights", "raw", "-o", file.toString());

    // then
    assertThat(out)
        .startsWith(model.address() + " as torchscript, raw weights, ")
        .endsWith(": " + file + System.lineSeparator());
    try (Torch torch = Torch.start(TorchSettings.cpu());
        ScriptModule module = torch.load(file);
        NDManager scope = torch.newScope()) {
      NDArray labels = scope.create(new long[] {0, 2});
      NDArray noise =
          module
              .call(
                  scope,
                  "forward",
                  ScriptModule.Gradients.NONE,
                  scope.ones(new Shape(2, 1, 8, 8), DataType.FLOAT32),
                  labels,
                  labels)
              .head();
      assertThat(noise.getShape()).isEqualTo(new Shape(2, 1, 8, 8));
      assertThat(noise.toFloatArray()).doesNotContain(0f, Float.NaN);
    }
  }

  @Test
  void importingNeedsNoSystemAndNoEarlierRun() throws Exception {
    // given a file and a home where nothing ever ran
    Path file = folder.resolve("fresh.safetensors");
    SafeTensors.write(file, StoredModels.weights(3), Map.of("format", "pt"));
    Path home = folder.resolve("fresh home");
    cli = new Cli(folder, home);

    // when
    String address =
        succeed(
                ("import-model " + file + " --model ddpm-tiny --size 8 --channels 1 --classes a,b")
                    .split(" "))
            .strip();

    // then
    succeed("sample", address.substring(0, 20), "--class", "b", "-n", "1", "--steps", "1");
    assertThat(home.resolve("reports").resolve(address.substring(0, 20).replace('/', '-')))
        .isDirectoryContaining("glob:**samples-b-0.png");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "missing|tensor in.bias is missing",
        "extra|tensor more is no parameter of the model",
        "shape|tensor in.bias is F32[31], the model wants F32[32]",
        "type|tensor in.bias is I32[32], the model wants F32[32]",
        "nan|tensor in.bias has NaN at element 3",
      })
  void weightsOfAnotherShapeAreOneErrorThatNamesTheTensor(String fault, String problem) {
    // given
    Map<String, Tensor> weights = new LinkedHashMap<>(StoredModels.weights(1));
    float[] bias = new float[fault.equals("shape") ? 31 : 32];
    bias[3] = fault.equals("nan") ? Float.NaN : 0;
    switch (fault) {
      case "missing" -> weights.remove("in.bias");
      case "extra" -> weights.put("more", Tensor.of(bias, 32));
      case "type" -> weights.put("in.bias", Tensor.of(new int[32], 32));
      default -> weights.put("in.bias", Tensor.of(bias, bias.length));
    }
    Path file = folder.resolve(fault + ".safetensors");
    SafeTensors.write(file, weights, Map.of());

    // when
    int code = cli.run("import-model", file.toString(), "--model", "ddpm-tiny", "--dataset", RUN);

    // then
    assertThat(code).isEqualTo(2);
    assertThat(cli.err()).startsWith("winnow: file " + file).contains(problem);
    assertThat(cli.err().lines()).hasSize(1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "sample no-such-run|there is no run \"no-such-run\"",
        "sample unfinished|run unfinished has no model yet",
        "sample models/00000000|there is no artifact models/00000000",
        "sample models/0|with at least 8 digits",
        "sample SURROGATE|has no object model.json",
        "sample RUN --class cow|the model has no class \"cow\"",
        "sample RUN -n 0|\"n\" is 0",
        "sample RUN -n 600|ask for at most 1024, or name a class",
        "sample RUN --steps 1001|give at most 1000",
        "sample RUN --sampler euler|Invalid value for option '--sampler'",
        "sample RUN --device gpu|no such device: gpu",
        "sample RUN -o FOLDER|is a folder",
        "export RUN --format onnx -o x|Invalid value for option '--format'",
        "export RUN --format torchscript -o FOLDER|is a folder",
        "export RUN --format torchscript|Missing required option: '--output",
        "import-model nowhere.safetensors|there is no file nowhere.safetensors",
        "import-model PLAIN|contains no model configuration",
        "import-model PLAIN --size 8|describe",
        "import-model PLAIN --model ddpm-tiny|requires the shape of the images",
        "import-model PLAIN --model ddpm-tiny --size 8|requires the shape of the images",
        "import-model PLAIN --model ddpm-huge --dataset RUN|no model preset is named ddpm-huge",
        "import-model PLAIN --model ddpm-tiny --dataset datasets/tiny/00000000|there is no artifact",
      })
  void invalidRequestsAreOneLineAndExitCode2(String args, String problem) {
    // given
    Path plain = folder.resolve("plain.safetensors");
    SafeTensors.write(plain, StoredModels.weights(1), Map.of());
    String surrogate = StoredModels.surrogate(store).address();
    String[] filled =
        Arrays.stream(args.split(" "))
            .map(a -> a.equals("RUN") ? RUN : a)
            .map(a -> a.equals("PLAIN") ? plain.toString() : a)
            .map(a -> a.equals("FOLDER") ? folder.toString() : a)
            .map(a -> a.equals("SURROGATE") ? surrogate : a)
            .toArray(String[]::new);

    // when
    int code = cli.run(filled);

    // then
    assertThat(cli.err()).startsWith("winnow: ").contains(problem).doesNotContain("\tat ");
    assertThat(cli.err().lines()).hasSize(1);
    assertThat(code).isEqualTo(2);
    assertThat(cli.out()).isEmpty();
  }
}
