package io.winnow.cli.data;

import io.winnow.cli.common.EncodingOptions;
import io.winnow.cli.common.HomeOptions;
import io.winnow.cli.common.Installation;
import io.winnow.cli.common.LauncherLog;
import io.winnow.cli.common.Output;
import io.winnow.cli.common.Terminal;
import io.winnow.contracts.ArtifactRef;
import io.winnow.contracts.InvalidInputException;
import io.winnow.contracts.ObjectRef;
import io.winnow.contracts.run.StageRecord;
import io.winnow.contracts.spec.LatentSpec;
import io.winnow.datasets.Dataset;
import io.winnow.datasets.ImageShape;
import io.winnow.local.client.DatasetSummary;
import io.winnow.local.client.StoredArtifacts;
import io.winnow.local.client.Upload;
import io.winnow.local.system.StoreAccess;
import io.winnow.models.autoencoder.AutoencoderConfig;
import io.winnow.models.autoencoder.AutoencoderWeights;
import io.winnow.models.latent.LatentSpace;
import io.winnow.models.latent.Latents;
import io.winnow.models.surrogate.Surrogate;
import io.winnow.models.surrogate.SurrogateInput;
import io.winnow.store.artifact.Address;
import io.winnow.store.artifact.Artifact;
import io.winnow.store.artifact.ArtifactDraft;
import io.winnow.store.artifact.ArtifactStore;
import io.winnow.store.artifact.Claim;
import io.winnow.torch.engine.Torch;
import io.winnow.torch.engine.TorchSettings;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import java.util.function.Supplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "latents",
    description = {
      "Encodes a data set with an autoencoder and stores the latents as a data set.",
      "Runs in this process; no running system is needed."
    })
public final class LatentsCommand implements Callable<Integer> {
  private static final double NANOS = 1e9;

  @Mixin private final HomeOptions common;

  @Mixin private final Output output;

  @Parameters(
      paramLabel = "DATASET",
      description = "Address of a data set, or id of the run that imported it.")
  private String source;

  @Option(
      names = "--autoencoder",
      paramLabel = "FILE",
      description = "TorchScript file that maps N×C×H×W images to latents.")
  private Path autoencoder;

  @Option(
      names = "--weights",
      paramLabel = "FOLDER",
      description =
          "Instead of --autoencoder: a diffusers folder of an AutoencoderKL (config.json and"
              + " diffusion_pytorch_model.safetensors), or a safetensors file with config.json"
              + " beside it.")
  private Path weights;

  @Option(
      names = "--output",
      paramLabel = "METHOD[.ELEMENT]",
      description = "Method of the TorchScript file that encodes images (default: encode).")
  private String encoder;

  @Option(
      names = "--decoder",
      paramLabel = "METHOD[.ELEMENT]",
      description = "Method of the TorchScript file that decodes latents (default: decode).")
  private String decoder;

  @Option(
      names = "--scaling-factor",
      paramLabel = "X",
      description =
          "Factor that brings the standard deviation of the latents to about 1 (default: 1, with"
              + " --weights the one in config.json).")
  private Double scalingFactor;

  @Option(
      names = "--input-size",
      paramLabel = "PIXELS",
      description = "Height and width of the autoencoder's input (default: those of the images).")
  private Integer inputSize;

  @Option(
      names = "--channels",
      paramLabel = "N",
      description =
          "Channels of the autoencoder's input, 1 or 3 (default: those of the images, with"
              + " --weights those in config.json).")
  private Integer channels;

  @Option(
      names = "--mean",
      paramLabel = "M",
      split = ",",
      description = "Mean of the input per channel, for pixels in [0, 1] (default: 0.5).")
  private List<Double> mean;

  @Option(
      names = "--std",
      paramLabel = "S",
      split = ",",
      description = "Standard deviation of the input per channel (default: 0.5).")
  private List<Double> std;

  @Option(
      names = "--name",
      paramLabel = "NAME",
      description = "Name of the new data set (default: latents).")
  private String name = Latents.NAME;

  @Mixin private final EncodingOptions encoding = new EncodingOptions();

  public LatentsCommand(Terminal terminal, Installation installation) {
    this.common = new HomeOptions(installation);
    this.output = new Output(terminal);
  }

  @Override
  public Integer call() throws Exception {
    requireOneAutoencoder();
    try (LauncherLog log = common.log();
        StoreAccess access = common.store()) {
      ArtifactStore store = new ArtifactStore(access.store());
      ArtifactRef images = new StoredArtifacts(store).dataset(source).ref();
      try (Claim input = store.claim(images)) {
        Dataset dataset = Dataset.open(store, images);
        Latents.requireImages(dataset);
        LatentSpace space = space(store, dataset.shape());
        encode(store, space, dataset);
      }
      return 0;
    }
  }

  private void encode(ArtifactStore store, LatentSpace space, Dataset dataset) {
    Address address = Latents.address(space, name, dataset);
    try (Claim claim = store.claim(address)) {
      Optional<Artifact> stored = store.reuse(address.path());
      Artifact artifact =
          stored.isPresent() ? stored.get() : write(store, store.draft(address), space, dataset);
      DatasetSummary d = DatasetSummary.of(store, artifact);
      output.print(
          d,
          out -> {
            out.println(d.dataset() + (stored.isPresent() ? " (reused)" : ""));
            out.println("latents     " + DatasetsCommand.images(d) + ", " + d.shape());
          });
    }
  }

  private LatentSpace space(ArtifactStore store, ImageShape images) {
    if (weights == null) {
      return new LatentSpace(
          Upload.script(store.objects(), Upload.AUTOENCODERS, autoencoder),
          input(images, images.channels(), encoder == null ? LatentSpace.ENCODE : encoder),
          decoder == null ? LatentSpace.DECODE : decoder,
          encoding.pass(),
          scalingFactor == null ? 1 : scalingFactor,
          images.channels());
    }
    ObjectRef file = Upload.weights(store.objects(), Upload.AUTOENCODERS, weights);
    AutoencoderConfig config = AutoencoderWeights.config(store.objects(), file, weights.toString());
    return new LatentSpace(
        LatentSpec.AutoencoderType.AUTOENCODER_KL,
        file,
        input(images, config.inChannels(), LatentSpace.ENCODE),
        LatentSpace.DECODE,
        encoding.pass(),
        scalingFactor == null ? config.scalingFactor() : scalingFactor,
        images.channels());
  }

  private void requireOneAutoencoder() {
    if ((autoencoder == null) == (weights == null)) {
      throw new InvalidInputException(
          autoencoder == null ? "there is no autoencoder" : "there are two autoencoders",
          "give either --autoencoder or --weights");
    }
    if (weights != null && (encoder != null || decoder != null)) {
      throw new InvalidInputException(
          "--output and --decoder name methods of a TorchScript file", "leave them out");
    }
  }

  private SurrogateInput input(ImageShape images, int otherwise, String output) {
    int taken = channels == null ? otherwise : channels;
    List<Double> half = Collections.nCopies(taken, 0.5);
    return new SurrogateInput(
        inputSize == null ? images.height() : inputSize,
        taken,
        mean == null ? half : mean,
        std == null ? half : std,
        output);
  }

  private Artifact write(
      ArtifactStore store, ArtifactDraft draft, LatentSpace space, Dataset dataset) {
    Consumer<Supplier<String>> progress = output.throttled();
    long total = dataset.shards().stream().mapToLong(shard -> shard.object().rows()).sum();
    long start = System.nanoTime();
    try (Torch torch = Torch.start(TorchSettings.cpu())) {
      encoding.requireSupport(torch);
      try (Surrogate loaded = Latents.encoder(torch, store.objects(), space)) {
        Latents.requireBothWays(torch, store.objects(), space, loaded);
        Latents.write(
            space,
            loaded,
            dataset,
            draft,
            done ->
                progress.accept(() -> String.format(Locale.ROOT, "%,d/%,d images", done, total)));
      }
      return draft.commit(new StageRecord.Cost((System.nanoTime() - start) / NANOS, total));
    } catch (RuntimeException e) {
      draft.discard();
      throw e;
    }
  }
}
