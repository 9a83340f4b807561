package io.winnow.cli;

import io.winnow.contracts.spec.SamplingSpec.Sampler;
import io.winnow.local.client.StoredArtifacts;
import io.winnow.local.system.StoreAccess;
import io.winnow.models.ModelFile;
import io.winnow.models.ModelSampler;
import io.winnow.models.sample.SampleRequest;
import io.winnow.store.artifact.ArtifactStore;
import io.winnow.store.artifact.Committed;
import io.winnow.torch.engine.Torch;
import io.winnow.torch.engine.TorchSettings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "sample",
    description = {
      "Draws images from a trained model and saves them as one picture, a row a class.",
      "Runs in this process: no system need be running."
    })
final class SampleCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Mixin private final HomeOptions common;

  @Parameters(paramLabel = "RUN", description = "A run's id, or a model's address models/DIGEST.")
  private String model;

  @Option(
      names = "--class",
      paramLabel = "CLASS",
      description = "Its name, or its index from 0 (default: every class).")
  private String label;

  @Option(
      names = {"-n", "--images"},
      paramLabel = "N",
      description = "Images of each class asked for (default: 16, of every class 8).")
  private Integer images;

  @Option(names = "--sampler", description = "ddim or ddpm (default: ddim).")
  private Sampler sampler;

  @Option(
      names = "--steps",
      paramLabel = "N",
      description = "Steps of ddim (default: 20); ddpm takes every timestep.")
  private Integer steps;

  @Option(
      names = "--eta",
      paramLabel = "ETA",
      description = "Share of fresh noise a step of ddim, 0 to 1 (default: 0).")
  private Double eta;

  @Option(
      names = "--guidance",
      paramLabel = "G",
      description = "Strength of class-free guidance (default: 1, none).")
  private Double guidance;

  @Option(
      names = "--weights",
      description = "ema, their running mean, or raw, those of the last step (default: ema).")
  private SampleRequest.Weights weights;

  @Option(
      names = "--seed",
      paramLabel = "SEED",
      description = "Of all noise (default: 0); the same draws the same.")
  private Long seed;

  @Option(
      names = "--batch",
      paramLabel = "N",
      description = "Images at a time (default: all, at most 100).")
  private Integer batch;

  @Option(
      names = "--device",
      paramLabel = "DEVICE",
      defaultValue = "cpu",
      description = "cpu or cuda:N (default: cpu).")
  private String device;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FILE",
      description = "The picture, a PNG (default: in reports/RUN in the home).")
  private Path output;

  @Option(names = "--json", description = "Print JSON.")
  private boolean json;

  /** What {@code --json} prints. */
  record Printed(String model, String picture, int images, SampleRequest request) {}

  SampleCommand(Terminal terminal, Installation installation) {
    this.terminal = terminal;
    this.common = new HomeOptions(installation);
  }

  @Override
  public Integer call() throws Exception {
    SampleRequest request =
        new SampleRequest(label, images, sampler, steps, eta, guidance, weights, seed, batch);
    TorchSettings settings = new TorchSettings(0, device);
    try (LauncherLog log = LauncherLog.open(common.home());
        StoreAccess access = common.store()) {
      ArtifactStore store = new ArtifactStore(access.store());
      Committed artifact = new StoredArtifacts(store).model(model);
      ModelSampler drawing = ModelSampler.of(ModelFile.read(store, artifact), request);
      Path file = OutputFile.prepare(output != null ? output : usualOutput(request));
      try (Torch torch = Torch.start(settings)) {
        Files.write(file, drawing.draw(torch, store, artifact).png());
      }
      show(
          new Printed(artifact.ref().address(), file.toString(), drawing.labels().length, request));
      return 0;
    }
  }

  private Path usualOutput(SampleRequest request) {
    String of = request.label() == null ? "all" : request.label().replaceAll("[^A-Za-z0-9]+", "-");
    return common
        .home()
        .reports()
        .resolve(model.replaceAll("[^A-Za-z0-9._-]+", "-"))
        .resolve("samples-" + of + "-" + request.seed() + ".png");
  }

  private void show(Printed printed) {
    if (json) {
      terminal.json(printed);
    } else {
      terminal
          .out()
          .println(printed.images() + " samples of " + printed.model() + ": " + printed.picture());
    }
  }
}
