package io.winnow.cli.model;

import io.winnow.cli.common.EngineOptions;
import io.winnow.cli.common.HomeOptions;
import io.winnow.cli.common.Installation;
import io.winnow.cli.common.LauncherLog;
import io.winnow.cli.common.Output;
import io.winnow.cli.common.OutputFile;
import io.winnow.cli.common.Terminal;
import io.winnow.contracts.spec.SamplingSpec.GuidanceSchedule;
import io.winnow.contracts.spec.SamplingSpec.Sampler;
import io.winnow.contracts.spec.SamplingSpec.Spacing;
import io.winnow.local.client.StoredArtifacts;
import io.winnow.local.system.StoreAccess;
import io.winnow.models.ModelFile;
import io.winnow.models.ModelSampler;
import io.winnow.models.sample.SampleRequest;
import io.winnow.store.artifact.Artifact;
import io.winnow.store.artifact.ArtifactStore;
import io.winnow.store.local.AtomicFile;
import io.winnow.torch.engine.Torch;
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
      "Samples images from a trained model and saves them as one PNG with a row per class.",
      "Runs in this process; no running system is needed."
    })
public final class SampleCommand implements Callable<Integer> {
  @Mixin private final HomeOptions common;

  @Mixin private final Output output;

  @Parameters(
      paramLabel = "RUN",
      description = "Id of a run, or address of a model: models/DIGEST.")
  private String model;

  @Option(
      names = "--class",
      paramLabel = "CLASS",
      description = "Name of a class, or its index from 0 (default: every class).")
  private String label;

  @Option(
      names = {"-n", "--images"},
      paramLabel = "N",
      description = "Images per class (default: 16 with --class, else 8).")
  private Integer images;

  @Option(
      names = "--sampler",
      paramLabel = "ddim|ddpm",
      description = "ddim or ddpm (default: ddim).")
  private Sampler sampler;

  @Option(
      names = "--steps",
      paramLabel = "N",
      description = "Denoising steps (default: 20; with ddpm every timestep).")
  private Integer steps;

  @Option(
      names = "--spacing",
      paramLabel = "leading|trailing|linspace",
      description = "Which timesteps are visited (default: trailing; with ddpm linspace).")
  private Spacing spacing;

  @Option(
      names = "--eta",
      paramLabel = "ETA",
      description = "Share of fresh noise per step of ddim, in [0, 1] (default: 0).")
  private Double eta;

  @Option(
      names = "--guidance",
      paramLabel = "G",
      description = "Guidance scale; 1 means no guidance (default: 1).")
  private Double guidance;

  @Option(
      names = "--guidance-schedule",
      paramLabel = "constant|power-cosine",
      description = "Guidance scale over time (default: constant).")
  private GuidanceSchedule guidanceSchedule;

  @Option(
      names = "--guidance-power",
      paramLabel = "P",
      description = "Power of power-cosine (default: 4).")
  private Double guidancePower;

  @Option(
      names = "--clip",
      negatable = true,
      description = "Clip estimates of the example to [-1, 1] (default: for pixels only).")
  private Boolean clip;

  @Option(
      names = "--weights",
      paramLabel = "ema|raw",
      description =
          "ema: the EMA of the weights; raw: the weights of the last step (default: ema).")
  private SampleRequest.Weights weights;

  @Option(
      names = "--seed",
      paramLabel = "SEED",
      description = "Random seed; equal seeds give equal images (default: 0).")
  private Long seed;

  @Option(
      names = "--batch",
      paramLabel = "N",
      description = "Images per forward pass (default: all, at most 100).")
  private Integer batch;

  @Mixin private final EngineOptions engine = new EngineOptions();

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FILE",
      description = "The PNG to write (default: in reports/RUN in the home).")
  private Path file;

  /** What {@code --json} prints. */
  record Printed(String model, String picture, int images, SampleRequest request) {}

  public SampleCommand(Terminal terminal, Installation installation) {
    this.common = new HomeOptions(installation);
    this.output = new Output(terminal);
  }

  @Override
  public Integer call() throws Exception {
    SampleRequest request =
        new SampleRequest(
            label,
            images,
            sampler,
            steps,
            spacing,
            eta,
            guidance,
            guidanceSchedule,
            guidancePower,
            clip,
            weights,
            seed,
            batch);
    try (LauncherLog log = common.log();
        StoreAccess access = common.store()) {
      ArtifactStore store = new ArtifactStore(access.store());
      Artifact artifact = new StoredArtifacts(store).model(model);
      ModelSampler sampling = ModelSampler.of(ModelFile.read(store, artifact), request);
      Path target = OutputFile.prepare(file != null ? file : defaultFile(request));
      try (Torch torch = Torch.start(engine.settings())) {
        byte[] png = sampling.draw(torch, store, artifact).png();
        AtomicFile.write(target, part -> Files.write(part, png));
      }
      Printed printed =
          new Printed(
              artifact.ref().address(), target.toString(), sampling.labels().length, request);
      output.print(
          printed,
          out ->
              out.println(
                  printed.images() + " samples of " + printed.model() + ": " + printed.picture()));
      return 0;
    }
  }

  private Path defaultFile(SampleRequest request) {
    String classes =
        request.label() == null ? "all" : request.label().replaceAll("[^A-Za-z0-9]+", "-");
    return common
        .home()
        .reports()
        .resolve(model.replaceAll("[^A-Za-z0-9._-]+", "-"))
        .resolve("samples-" + classes + "-" + request.seed() + ".png");
  }
}
