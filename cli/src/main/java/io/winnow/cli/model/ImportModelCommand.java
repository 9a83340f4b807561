package io.winnow.cli.model;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.winnow.cli.common.HomeOptions;
import io.winnow.cli.common.Installation;
import io.winnow.cli.common.LauncherLog;
import io.winnow.cli.common.Output;
import io.winnow.cli.common.Terminal;
import io.winnow.contracts.InvalidInputException;
import io.winnow.contracts.Json;
import io.winnow.contracts.spec.ModelSpec;
import io.winnow.contracts.spec.TrainingSpec.Prediction;
import io.winnow.contracts.spec.TrainingSpec.Schedule;
import io.winnow.datasets.Dataset;
import io.winnow.local.client.StoredArtifacts;
import io.winnow.local.system.StoreAccess;
import io.winnow.models.ModelFile;
import io.winnow.models.architecture.Architectures;
import io.winnow.models.architecture.DenoiserConfig;
import io.winnow.models.denoiser.ExampleSpec;
import io.winnow.models.exchange.ModelImport;
import io.winnow.models.latent.LatentSpace;
import io.winnow.models.train.NoiseSchedule;
import io.winnow.models.train.TrainingPlans;
import io.winnow.store.artifact.Artifact;
import io.winnow.store.artifact.ArtifactStore;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "import-model",
    description = {
      "Stores the weights of a diffusion model and prints its address, for use with"
          + " \"reweight.reference\", \"winnow sample\" and \"winnow export\".",
      "A file written by \"winnow export\" contains its configuration. Any other file needs --model"
          + " and either --dataset or --size, --channels and --classes."
    })
public final class ImportModelCommand implements Callable<Integer> {
  @Mixin private final HomeOptions common;

  @Mixin private final Output output;

  @Parameters(
      paramLabel = "WEIGHTS",
      description =
          "Safetensors, named as listed by \"winnow kernel --parameters\"; the index of several"
              + " files, model.safetensors.index.json; or a state dict of PyTorch, .pt or .pth.")
  private Path file;

  @Option(
      names = "--key",
      paramLabel = "NAME",
      description = "Entry of a .pt or .pth file that is the state dict, e.g. ema.")
  private String key;

  @Option(
      names = {"--model", "--preset"},
      paramLabel = "PRESET",
      description = "Preset of the architecture.")
  private String preset;

  @Option(
      names = "--type",
      paramLabel = "TYPE",
      description = "Type of the architecture (default: that of the preset).")
  private String type;

  @Option(
      names = "--set",
      paramLabel = "SETTING=VALUE",
      description = "Setting that replaces the preset's, e.g. --set decoderDepth=6.")
  private Map<String, String> settings;

  @Option(
      names = "--dataset",
      paramLabel = "DATASET",
      description =
          "Data set it was trained on: datasets/NAME/DIGEST, or the id of the run that imported"
              + " it.")
  private String dataset;

  @Option(names = "--size", paramLabel = "PIXELS", description = "Height and width of an image.")
  private Integer size;

  @Option(names = "--channels", paramLabel = "N", description = "1 (grey) or 3 (RGB).")
  private Integer channels;

  @Option(
      names = "--classes",
      paramLabel = "NAME",
      split = ",",
      description = "Class names in the order of the labels.")
  private List<String> classes;

  @Option(
      names = "--schedule",
      paramLabel = "NAME",
      description = "Noise schedule: linear or cosine (default: linear).")
  private Schedule schedule;

  @Option(
      names = "--prediction",
      paramLabel = "TYPE",
      description = "Prediction type: epsilon, v or x0 (default: epsilon).")
  private Prediction prediction;

  @Option(names = "--name", paramLabel = "NAME", description = "Stored with the artifact.")
  private String name;

  public ImportModelCommand(Terminal terminal, Installation installation) {
    this.common = new HomeOptions(installation);
    this.output = new Output(terminal);
  }

  @Override
  public Integer call() throws Exception {
    requireOneConfiguration();
    ModelImport weights = new ModelImport(file, key);
    try (LauncherLog log = common.log();
        StoreAccess access = common.storeForWriting()) {
      ArtifactStore store = new ArtifactStore(access.store());
      Artifact artifact =
          weights.commit(store, configuration(weights, store), name, output.log()::println);
      String address = artifact.ref().address();
      output.print(Map.of("model", address), out -> out.println(address));
      return 0;
    }
  }

  private void requireOneConfiguration() {
    boolean shape = Stream.of(size, channels, classes).anyMatch(Objects::nonNull);
    boolean whole = Stream.of(size, channels, classes).allMatch(Objects::nonNull);
    if (preset == null
        && (shape
            || Stream.of(dataset, schedule, prediction, type, settings)
                .anyMatch(Objects::nonNull))) {
      throw new InvalidInputException(
          "the images are described but not the model",
          "name its architecture with --model, or omit these options to use the configuration in"
              + " the file");
    }
    if (preset != null && (dataset != null ? shape : !whole)) {
      throw new InvalidInputException(
          "--model requires the shape of the images and the classes",
          "give either --dataset, or --size, --channels and --classes");
    }
  }

  private ModelFile configuration(ModelImport weights, ArtifactStore store) {
    if (preset == null) {
      return weights
          .configuration()
          .orElseThrow(
              () ->
                  new InvalidInputException(
                      "file " + file + " contains no model configuration",
                      "give --model and --dataset, or --model, --size, --channels and --classes"));
    }
    NoiseSchedule noise =
        TrainingPlans.schedule(
            schedule == null ? Schedule.LINEAR : schedule,
            prediction == null ? Prediction.EPSILON : prediction);
    if (dataset == null) {
      return model(ExampleSpec.pixels(channels, size, size), classes, noise, null);
    }
    Dataset images = Dataset.open(store, new StoredArtifacts(store).dataset(dataset).ref());
    return model(ExampleSpec.of(images.shape()), images.classes(), noise, LatentSpace.of(images));
  }

  private ModelFile model(
      ExampleSpec example, List<String> classes, NoiseSchedule noise, LatentSpace latent) {
    return new ModelFile(
        DenoiserConfig.of(architecture(), example, classes.size()), noise, classes, latent);
  }

  private ModelSpec architecture() {
    String of = type == null ? Architectures.preset(preset).type() : type;
    Map<String, Object> replaced = new TreeMap<>();
    if (settings != null) {
      settings.forEach((setting, value) -> replaced.put(setting, value(setting, value)));
    }
    return new ModelSpec(of, preset, replaced);
  }

  private static Object value(String setting, String text) {
    try {
      return Json.mapper().readValue(text, Object.class);
    } catch (JsonProcessingException e) {
      throw new InvalidInputException(
          "--set " + setting + "=" + text + " is not a number, true, false or a list",
          "write it as in a run spec",
          e);
    }
  }
}
