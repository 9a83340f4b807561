package io.winnow.encoder;

import io.winnow.contracts.InvalidInputException;
import io.winnow.contracts.Lineage;
import io.winnow.contracts.event.DatasetImported;
import io.winnow.contracts.event.DatasetReady;
import io.winnow.contracts.event.Event;
import io.winnow.contracts.event.RunRequested;
import io.winnow.contracts.spec.DatasetSpec;
import io.winnow.datasets.ReadListener;
import io.winnow.datasets.source.DatasetImport;
import io.winnow.datasets.source.DatasetSource;
import io.winnow.datasets.source.SourceRoots;
import io.winnow.models.architecture.Architectures;
import io.winnow.models.requirement.RunRequirements;
import io.winnow.models.surrogate.Surrogates;
import io.winnow.stage.api.JobContext;
import io.winnow.stage.api.Lane;
import io.winnow.stage.api.Stage;
import io.winnow.store.artifact.Address;
import io.winnow.store.artifact.Artifact;
import io.winnow.store.artifact.ArtifactStore;
import io.winnow.store.artifact.RunFolder;
import io.winnow.torch.engine.MemoryLimits;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Imports a data set from its original format, see {@link DatasetImport}. */
@ApplicationScoped
public class ImportStage implements Stage<RunRequested> {
  private static final String UNIT = "images";

  private final ArtifactStore store;
  private final SourceRoots roots;
  private final MemoryLimits own;
  private final MemoryLimits training;

  ImportStage(
      ArtifactStore store,
      @ConfigProperty(name = "winnow.sources.roots") Optional<List<String>> roots,
      MemoryLimits own,
      TrainingLimits training) {
    this.store = store;
    this.roots = SourceRoots.of(roots.orElse(List.of()));
    this.own = own;
    this.training = training.limits();
  }

  @Override
  public String name() {
    return DatasetImport.STAGE;
  }

  @Override
  public Address address(RunRequested event) {
    return address(event, ReadListener.NONE);
  }

  /**
   * Reads the whole source: its content is part of the address. Also stores the request, so that
   * the run can be found even if its data set is rejected, and checks everything in the spec that
   * depends on the data set's classes, counts and sizes, or names a surrogate or a model.
   */
  @Override
  public Address address(RunRequested event, ReadListener reading) {
    new RunFolder(store.objects(), event.runId()).request(event.run());
    Surrogates.require(event.run().spec().surrogate());
    Architectures.require(event.run().spec());
    DatasetSpec spec = event.run().spec().dataset();
    Path scratch = Path.of(System.getProperty("java.io.tmpdir"));
    try (DatasetSource source =
        DatasetSource.open(spec, roots, scratch, store.objects(), reading)) {
      RunRequirements.require(
          event.run().spec(),
          source.classes(),
          source.counts(DatasetSource.TRAIN),
          source.shape(),
          own,
          training);
      return new DatasetImport(spec, source).address();
    }
  }

  @Override
  public Lane lane() {
    return Lane.READING;
  }

  @Override
  public void run(RunRequested event, JobContext job) {
    DatasetSpec spec = event.run().spec().dataset();
    Report report = new Report(job);
    try (DatasetSource source =
        DatasetSource.open(spec, roots, job.scratch(), store.objects(), report)) {
      DatasetImport shards = new DatasetImport(spec, source);
      if (!shards.address().equals(job.draft().address())) {
        throw new InvalidInputException(
            "dataset.source \"" + spec.source() + "\" changed while it was imported",
            "do not change the data during the import, and submit the run again");
      }
      shards.write(job.draft(), report);
    }
  }

  @Override
  public List<Event> next(RunRequested event, Artifact artifact) {
    Lineage lineage = Lineage.of(artifact.ref());
    return List.of(
        event.run().spec().latent() == null
            ? new DatasetReady(event.run(), lineage)
            : new DatasetImported(event.run(), lineage));
  }

  @Override
  public Optional<String> remark(Artifact artifact) {
    return DatasetImport.remark(artifact);
  }

  /** Repeats the last shard's progress while the next one is read. */
  private static final class Report implements ReadListener, DatasetImport.Progress {
    private final JobContext job;
    private long done;
    private long total;
    private String message = "reading the source again";

    Report(JobContext job) {
      this.job = job;
    }

    @Override
    public void read(long bytes) {
      job.progress(done, total, UNIT, message);
    }

    @Override
    public void at(long doneNow, long all, String remark) {
      done = doneNow;
      total = all;
      message = remark;
      job.progress(done, total, UNIT, message);
    }
  }
}
