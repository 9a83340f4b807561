package io.winnow.cli;

import io.winnow.contracts.run.StageRecord;
import io.winnow.datasets.Dataset;
import io.winnow.datasets.ImageShape;
import io.winnow.local.client.DatasetSummary;
import io.winnow.local.client.StoredArtifacts;
import io.winnow.local.client.Upload;
import io.winnow.local.system.StoreAccess;
import io.winnow.models.latent.LatentSpace;
import io.winnow.models.latent.Latents;
import io.winnow.models.surrogate.Pass;
import io.winnow.models.surrogate.Surrogate;
import io.winnow.models.surrogate.SurrogateInput;
import io.winnow.store.artifact.Address;
import io.winnow.store.artifact.ArtifactDraft;
import io.winnow.store.artifact.ArtifactStore;
import io.winnow.store.artifact.Committed;
import io.winnow.torch.engine.Torch;
import io.winnow.torch.engine.TorchSettings;
import io.winnow.torch.kernel.Precision;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "latents",
    description = {
      "Writes what an autoencoder makes of a data set's images as a data set of its own.",
      "Runs in this process: no system need be running."
    })
final class LatentsCommand implements Callable<Integer> {
  private static final long PERIOD_NANOS = 2_000_000_000L;
  private static final double NANOS = 1e9;

  private final Terminal terminal;

  @Mixin private final HomeOptions common;

  @Parameters(
      paramLabel = "DATASET",
      description = "A data set's address, or the run that imported it.")
  private String images;

  @Option(
      names = "--autoencoder",
      paramLabel = "FILE",
      required = true,
      description = "TorchScript: N×C×H×W images to latents.")
  private Path autoencoder;

  @Option(
      names = "--output",
      paramLabel = "METHOD[.ELEMENT]",
      defaultValue = "encode",
      description = "What gives the latents (default: ${DEFAULT-VALUE}).")
  private String output;

  @Option(
      names = "--decoder",
      paramLabel = "METHOD[.ELEMENT]",
      defaultValue = "decode",
      description = "What makes pictures of latents again (default: ${DEFAULT-VALUE}).")
  private String decoder;

  @Option(
      names = "--scale",
      paramLabel = "X",
      defaultValue = "1",
      description = "Multiplies the latents, so that they spread by about 1 (default: 1).")
  private double scale;

  @Option(
      names = "--input-size",
      paramLabel = "PIXELS",
      description = "What the autoencoder wants to see (default: the images' own).")
  private Integer inputSize;

  @Option(
      names = "--channels",
      paramLabel = "N",
      description = "What the autoencoder wants to see, 1 or 3 (default: the images' own).")
  private Integer channels;

  @Option(
      names = "--mean",
      split = ",",
      description = "Subtracted from values in [0, 1], one a channel (default: 0.5).")
  private List<Double> mean;

  @Option(
      names = "--std",
      split = ",",
      description = "Divides what is left, one a channel (default: 0.5).")
  private List<Double> std;

  @Option(names = "--name", paramLabel = "NAME", description = "Of the result (default: latents).")
  private String name = Latents.NAME;

  @Option(
      names = "--batch",
      paramLabel = "N",
      defaultValue = "100",
      description = "Images at a time (default: ${DEFAULT-VALUE}).")
  private int batch;

  @Option(
      names = "--precision",
      defaultValue = "float32",
      description = "float32 or bf16 (default: ${DEFAULT-VALUE}).")
  private Precision precision;

  @Option(names = "--json", description = "Print JSON; progress goes to stderr.")
  private boolean json;

  LatentsCommand(Terminal terminal, Installation installation) {
    this.terminal = terminal;
    this.common = new HomeOptions(installation);
  }

  @Override
  public Integer call() throws Exception {
    try (LauncherLog log = LauncherLog.open(common.home());
        StoreAccess access = common.store()) {
      ArtifactStore store = new ArtifactStore(access.store());
      Dataset dataset = Dataset.open(store, new StoredArtifacts(store).dataset(images).ref());
      Latents.requireImages(dataset);
      LatentSpace space = space(store, dataset.shape());
      Address address = Latents.address(space, name, dataset);
      Optional<Committed> there = store.find(address.path());
      Committed artifact =
          there.isPresent() ? there.get() : write(store, store.draft(address), space, dataset);
      DatasetSummary d = DatasetSummary.of(store, artifact);
      if (json) {
        terminal.json(d);
      } else {
        terminal.out().println(d.dataset() + (there.isPresent() ? " (was there already)" : ""));
        terminal.out().println("latents     " + DatasetsCommand.images(d) + ", " + d.shape());
      }
      return 0;
    }
  }

  private LatentSpace space(ArtifactStore store, ImageShape images) {
    int size = inputSize == null ? images.height() : inputSize;
    int seen = channels == null ? images.channels() : channels;
    List<Double> half = Collections.nCopies(seen, 0.5);
    SurrogateInput input =
        new SurrogateInput(
            size, seen, mean == null ? half : mean, std == null ? half : std, output);
    return new LatentSpace(
        Upload.script(store.objects(), Upload.AUTOENCODERS, autoencoder),
        input,
        decoder,
        new Pass(batch, precision),
        scale,
        images.channels());
  }

  private Committed write(
      ArtifactStore store, ArtifactDraft draft, LatentSpace space, Dataset dataset) {
    PrintStream talk = terminal.talk(json);
    long total = dataset.shards().stream().mapToLong(shard -> shard.object().rows()).sum();
    long start = System.nanoTime();
    long[] last = {start};
    try (Torch torch = Torch.start(TorchSettings.cpu())) {
      torch.require(precision, "--precision");
      try (Surrogate loaded =
          Surrogate.autoencoder(torch, autoencoder, space.input(), space.pass())) {
        Latents.requireBothWays(torch, store.objects(), space, loaded);
        Latents.write(
            space,
            loaded,
            dataset,
            draft,
            done -> {
              if (System.nanoTime() - last[0] > PERIOD_NANOS) {
                last[0] = System.nanoTime();
                talk.println(String.format(Locale.ROOT, "%,d/%,d images", done, total));
              }
            });
      }
      return draft.commit(new StageRecord.Cost((System.nanoTime() - start) / NANOS, total));
    } catch (RuntimeException e) {
      draft.discard();
      throw e;
    }
  }
}
