package io.winnow.cli;

import io.winnow.contracts.InvalidInputException;
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
import io.winnow.store.artifact.ArtifactStore;
import io.winnow.store.artifact.Committed;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "import-model",
    description = {
      "Puts the weights of a diffusion model into the store and prints the address, which"
          + " \"reweight.reference\", sample and export take.",
      "A file that \"winnow export\" wrote says itself what it is; any other needs --model with"
          + " --dataset, or with --size, --channels and --classes."
    })
final class ImportModelCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Mixin private final HomeOptions common;

  @Parameters(
      paramLabel = "WEIGHTS.safetensors",
      description =
          "float32 tensors by the names that \"winnow kernel --parameters\" lists; or the index of"
              + " several files, model.safetensors.index.json.")
  private Path file;

  @Option(names = "--model", paramLabel = "PRESET", description = "The architecture.")
  private String preset;

  @Option(
      names = "--dataset",
      paramLabel = "DATASET",
      description = "What it draws: datasets/NAME/DIGEST, or a run's id for its data set.")
  private String dataset;

  @Option(names = "--size", paramLabel = "PIXELS", description = "Height and width of an image.")
  private Integer size;

  @Option(names = "--channels", paramLabel = "N", description = "1 (grey) or 3 (RGB).")
  private Integer channels;

  @Option(
      names = "--classes",
      paramLabel = "NAME",
      split = ",",
      description = "Names of the classes, in the order of the labels.")
  private List<String> classes;

  @Option(names = "--schedule", description = "linear or cosine noise (default: linear).")
  private Schedule schedule;

  @Option(
      names = "--prediction",
      description = "epsilon or v: what the network predicts (default: epsilon).")
  private Prediction prediction;

  @Option(names = "--name", paramLabel = "NAME", description = "Kept with the artifact.")
  private String name;

  @Option(names = "--json", description = "Print JSON.")
  private boolean json;

  ImportModelCommand(Terminal terminal, Installation installation) {
    this.terminal = terminal;
    this.common = new HomeOptions(installation);
  }

  @Override
  public Integer call() throws Exception {
    requireOneConfiguration();
    ModelImport weights = new ModelImport(file);
    try (LauncherLog log = LauncherLog.open(common.home());
        StoreAccess access = common.storeToFill()) {
      ArtifactStore store = new ArtifactStore(access.store());
      Committed artifact = weights.commit(store, configuration(weights, store), name);
      show(artifact.ref().address());
      return 0;
    }
  }

  private void requireOneConfiguration() {
    boolean shape = Stream.of(size, channels, classes).anyMatch(Objects::nonNull);
    boolean whole = Stream.of(size, channels, classes).allMatch(Objects::nonNull);
    if (preset == null && (shape || dataset != null || schedule != null || prediction != null)) {
      throw new InvalidInputException(
          "the images are described but not the model",
          "name its architecture with --model, or leave all out to take what the file says");
    }
    if (preset != null && (dataset != null ? shape : !whole)) {
      throw new InvalidInputException(
          "--model needs to know the images and classes",
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
                      "file " + file + " does not say what model it is of",
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
        DenoiserConfig.of(Architectures.preset(preset), example, classes.size()),
        noise,
        classes,
        latent);
  }

  private void show(String address) {
    if (json) {
      terminal.json(Map.of("model", address));
    } else {
      terminal.out().println(address);
    }
  }
}
