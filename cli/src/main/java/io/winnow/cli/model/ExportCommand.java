package io.winnow.cli.model;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.winnow.cli.common.HomeOptions;
import io.winnow.cli.common.Installation;
import io.winnow.cli.common.LauncherLog;
import io.winnow.cli.common.Output;
import io.winnow.cli.common.OutputFile;
import io.winnow.cli.common.Terminal;
import io.winnow.local.client.StoredArtifacts;
import io.winnow.local.system.StoreAccess;
import io.winnow.models.ModelFile;
import io.winnow.models.ModelSampler;
import io.winnow.models.exchange.ModelExport;
import io.winnow.models.sample.SampleRequest.Weights;
import io.winnow.store.artifact.Artifact;
import io.winnow.store.artifact.ArtifactStore;
import io.winnow.store.object.Digests;
import io.winnow.store.tensor.Tensor;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "export",
    description = "Exports a trained model as a single file that can be used without Winnow.")
public final class ExportCommand implements Callable<Integer> {
  @Mixin private final HomeOptions common;

  @Mixin private final Output output;

  @Parameters(
      paramLabel = "RUN",
      description = "Id of a run, or address of a model: models/DIGEST.")
  private String model;

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      required = true,
      description = {
        "torchscript: for torch.jit.load and libtorch, with forward(x, t, y), sample(y, steps,"
            + " guidance, seed) and describe();",
        "safetensors: the weights by name, with the configuration as metadata; to a file named"
            + " *.safetensors.index.json as several files of at most 5 GB and their index."
      })
  private Format format;

  @Option(
      names = "--weights",
      paramLabel = "ema|raw",
      defaultValue = "ema",
      description =
          "ema: the EMA of the weights; raw: the weights of the last step (default: ema).")
  private Weights weights;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FILE",
      required = true,
      description = "The file to write.")
  private Path file;

  /** The format of the file. */
  enum Format {
    @JsonProperty("torchscript")
    TORCHSCRIPT,
    @JsonProperty("safetensors")
    SAFETENSORS
  }

  /** What {@code --json} prints. */
  record Printed(
      String model, Format format, Weights weights, String file, long bytes, String sha256) {}

  public ExportCommand(Terminal terminal, Installation installation) {
    this.common = new HomeOptions(installation);
    this.output = new Output(terminal);
  }

  @Override
  public Integer call() throws Exception {
    try (LauncherLog log = common.log();
        StoreAccess access = common.store()) {
      ArtifactStore store = new ArtifactStore(access.store());
      Artifact artifact = new StoredArtifacts(store).model(model);
      Path target = OutputFile.prepare(file);
      write(store, artifact, target);
      Printed printed =
          new Printed(
              artifact.ref().address(),
              format,
              weights,
              target.toString(),
              Files.size(target),
              Digests.sha256(target));
      output.print(printed, out -> print(printed, out));
      return 0;
    }
  }

  private void write(ArtifactStore store, Artifact artifact, Path target) {
    ModelFile configuration = ModelFile.read(store, artifact);
    Map<String, Tensor> tensors = ModelSampler.weights(store, artifact, weights);
    switch (format) {
      case TORCHSCRIPT -> ModelExport.torchscript(configuration, tensors, target);
      case SAFETENSORS ->
          ModelExport.safetensors(configuration, tensors, Map.of("weights", name(weights)), target);
    }
  }

  private static String name(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }

  private static void print(Printed printed, PrintStream out) {
    out.printf(
        Locale.ROOT,
        "%s as %s, %s weights, %,d bytes: %s%n",
        printed.model(),
        name(printed.format()),
        name(printed.weights()),
        printed.bytes(),
        printed.file());
  }
}
