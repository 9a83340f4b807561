package io.winnow.cli.model;

import io.winnow.cli.common.ArchitectureOptions;
import io.winnow.cli.common.HomeOptions;
import io.winnow.cli.common.Installation;
import io.winnow.cli.common.Output;
import io.winnow.cli.common.Terminal;
import io.winnow.contracts.Json;
import io.winnow.contracts.spec.TrainingSpec;
import io.winnow.local.text.Tables;
import io.winnow.models.architecture.DenoiserConfig;
import io.winnow.models.sample.Denoiser;
import io.winnow.models.train.Prediction;
import io.winnow.models.train.TrainingPlans;
import io.winnow.torch.kernel.KernelSource;
import io.winnow.torch.kernel.ParameterTable;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "kernel",
    description = {
      "Prints the TorchScript that Winnow generates to train or sample a model.",
      "Needs neither a running system nor the engine."
    })
public final class KernelCommand implements Callable<Integer> {
  @Mixin private final HomeOptions common;

  @Mixin private final Output output;

  @Mixin private final ArchitectureOptions architecture = new ArchitectureOptions();

  @Option(
      names = "--model",
      paramLabel = "PRESET",
      required = true,
      description = "Preset of the architecture, e.g. ddpm-cifar10.")
  private String preset;

  @Option(
      names = "--method",
      paramLabel = "KERNEL",
      defaultValue = "training",
      description = "The kernel: training or sampling (default: ${DEFAULT-VALUE}).")
  private Method method;

  @Option(names = "--parameters", description = "Print the parameters of the network instead.")
  private boolean parameters;

  /** The kernel to print. */
  enum Method {
    TRAINING,
    SAMPLING
  }

  /** What {@code --json} prints of a kernel. */
  record Printed(String model, String kernel, String digest, long parameters, String source) {}

  /** One row of {@link PrintedTable}. */
  record PrintedParameter(String name, List<Integer> shape, int count, String initialiser) {}

  /** What {@code --json} prints with {@code --parameters}. */
  record PrintedTable(String model, long total, List<PrintedParameter> parameters) {}

  public KernelCommand(Terminal terminal, Installation installation) {
    this.common = new HomeOptions(installation);
    this.output = new Output(terminal);
  }

  @Override
  public Integer call() {
    DenoiserConfig model = architecture.of(preset);
    ParameterTable table = model.parameters();
    if (parameters) {
      show(table);
    } else {
      show(
          model,
          method == Method.TRAINING
              ? training(model)
              : Denoiser.kernel(model, architecture.precision(), Prediction.EPSILON),
          table);
    }
    return 0;
  }

  // with the defaults of a run spec, except for the precision
  private KernelSource training(DenoiserConfig model) {
    String spec =
        "{\"precision\": \"%s\"}"
            .formatted(architecture.precision().name().toLowerCase(Locale.ROOT));
    TrainingSpec defaults =
        Json.parse(spec.getBytes(StandardCharsets.UTF_8), TrainingSpec.class, "the options");
    return TrainingPlans.model(model, defaults, 0).kernel();
  }

  private void show(DenoiserConfig model, KernelSource kernel, ParameterTable table) {
    output.print(
        new Printed(preset, kernel.name(), kernel.digest(), table.size(), kernel.text()),
        out ->
            out.printf(
                Locale.ROOT,
                "# %s of %s for %s images in %d classes, %s: sha-256 %s, %,d parameters%n%s",
                kernel.name(),
                preset,
                model.example(),
                model.classCount(),
                architecture.precision().name().toLowerCase(Locale.ROOT),
                kernel.digest(),
                table.size(),
                kernel.text()));
  }

  private void show(ParameterTable table) {
    List<PrintedParameter> printed =
        table.parameters().stream()
            .map(
                p ->
                    new PrintedParameter(p.name(), p.shape(), p.size(), p.initialiser().describe()))
            .toList();
    List<List<String>> rows = new ArrayList<>();
    printed.forEach(
        p -> rows.add(List.of(p.name(), text(p.shape()), number(p.count()), p.initialiser())));
    rows.add(List.of("total", "", number(table.size()), ""));
    output.print(
        new PrintedTable(preset, table.size(), printed),
        out ->
            out.println(
                Tables.of(List.of("parameter", "shape", "count", "initial value"), rows, true)));
  }

  private static String text(List<Integer> shape) {
    return String.join("×", shape.stream().map(Object::toString).toList());
  }

  private static String number(long count) {
    return String.format(Locale.ROOT, "%,d", count);
  }
}
