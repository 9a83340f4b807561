package io.winnow.cli;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.winnow.local.client.StoredArtifacts;
import io.winnow.local.system.StoreAccess;
import io.winnow.models.ModelFile;
import io.winnow.models.ModelSampler;
import io.winnow.models.exchange.ModelExport;
import io.winnow.models.sample.SampleRequest.Weights;
import io.winnow.store.artifact.ArtifactStore;
import io.winnow.store.artifact.Committed;
import io.winnow.store.object.Digests;
import io.winnow.store.tensor.Tensor;
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
    description = "Writes a trained model as one file that needs no Winnow to be read.")
final class ExportCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Mixin private final HomeOptions common;

  @Parameters(paramLabel = "RUN", description = "A run's id, or a model's address models/DIGEST.")
  private String model;

  @Option(
      names = "--format",
      required = true,
      description = {
        "torchscript: for torch.jit.load and libtorch, with forward(x, t, y), sample(y, steps,"
            + " guidance, seed) and describe();",
        "safetensors: the weights by name, the configuration as metadata; to a file named"
            + " *.safetensors.index.json as several files of at most 5 GB and their index."
      })
  private Format format;

  @Option(
      names = "--weights",
      defaultValue = "ema",
      description = "ema, their EMA, or raw, those of the last step (default: ema).")
  private Weights weights;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FILE",
      required = true,
      description = "The file to write.")
  private Path output;

  @Option(names = "--json", description = "Print JSON.")
  private boolean json;

  /** What kind of file. */
  enum Format {
    @JsonProperty("torchscript")
    TORCHSCRIPT,
    @JsonProperty("safetensors")
    SAFETENSORS
  }

  /** What {@code --json} prints. */
  record Printed(
      String model, Format format, Weights weights, String file, long bytes, String sha256) {}

  ExportCommand(Terminal terminal, Installation installation) {
    this.terminal = terminal;
    this.common = new HomeOptions(installation);
  }

  @Override
  public Integer call() throws Exception {
    try (LauncherLog log = LauncherLog.open(common.home());
        StoreAccess access = common.store()) {
      ArtifactStore store = new ArtifactStore(access.store());
      Committed artifact = new StoredArtifacts(store).model(model);
      Path file = OutputFile.prepare(output);
      write(store, artifact, file);
      show(
          new Printed(
              artifact.ref().address(),
              format,
              weights,
              file.toString(),
              Files.size(file),
              Digests.sha256(file)));
      return 0;
    }
  }

  private void write(ArtifactStore store, Committed artifact, Path file) {
    ModelFile configuration = ModelFile.read(store, artifact);
    Map<String, Tensor> tensors = ModelSampler.weights(store, artifact, weights);
    switch (format) {
      case TORCHSCRIPT -> ModelExport.torchscript(configuration, tensors, file);
      case SAFETENSORS ->
          ModelExport.safetensors(configuration, tensors, Map.of("weights", name(weights)), file);
    }
  }

  private static String name(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }

  private void show(Printed printed) {
    if (json) {
      terminal.json(printed);
    } else {
      terminal
          .out()
          .printf(
              Locale.ROOT,
              "%s as %s, %s weights, %,d bytes: %s%n",
              printed.model(),
              name(format),
              name(weights),
              printed.bytes(),
              printed.file());
    }
  }
}
