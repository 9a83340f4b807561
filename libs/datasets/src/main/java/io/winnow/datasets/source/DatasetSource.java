package io.winnow.datasets.source;

import io.winnow.contracts.InvalidInputException;
import io.winnow.contracts.spec.DatasetSpec;
import io.winnow.contracts.spec.DatasetSpec.Format;
import io.winnow.contracts.spec.DatasetSpec.OnBadImage;
import io.winnow.datasets.ImageShape;
import io.winnow.store.object.ObjectStore;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.BitSet;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A labelled image data set as its owner has it, whatever the format. Opening reads every header
 * and label and the content's digest, so that a bad data set is refused before work starts; images
 * are decoded when rows are read. Memory holds a row's label and name, never all images.
 */
public final class DatasetSource implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(DatasetSource.class);

  /** The split to train on. */
  public static final String TRAIN = "train";

  /** The split to judge by. */
  public static final String HELDOUT = "heldout";

  private final Format format;
  private final Layout layout;
  private final BitSet drawn;
  private final Deque<AutoCloseable> held;

  private DatasetSource(Format format, Layout layout, BitSet drawn, Deque<AutoCloseable> held) {
    this.format = format;
    this.layout = layout;
    this.drawn = drawn;
    this.held = held;
  }

  /**
   * @param spec where it lies and how it is laid out
   * @param scratch an existing folder; a source that lies in the store is fetched into it, and
   *     removed when closed
   * @param store for {@code store:} sources
   * @throws InvalidInputException whatever is wrong with the data, naming file and remedy
   * @throws io.winnow.store.object.StoreUnavailableException for {@code store:} sources
   */
  public static DatasetSource open(DatasetSpec spec, Path scratch, ObjectStore store) {
    Deque<AutoCloseable> held = new ArrayDeque<>();
    try {
      Path place = place(spec.source(), scratch, store, held);
      Format format = spec.format() == Format.AUTO ? detect(place, spec.source()) : spec.format();
      Layout layout = layout(format, place, spec, held);
      BitSet drawn =
          layout.heldout() == null
              ? HoldOut.draw(
                  layout.train().labels(), layout.classes(), spec.holdout(), spec.source())
              : new BitSet();
      return new DatasetSource(format, layout, drawn, held);
    } catch (RuntimeException e) {
      close(held);
      throw e;
    }
  }

  private static Path place(
      String source, Path scratch, ObjectStore store, Deque<AutoCloseable> held) {
    if (!source.startsWith(StoreSource.SCHEME)) {
      return existing(source);
    }
    StoreSource fetched = StoreSource.fetch(source, scratch, store);
    held.push(fetched);
    return fetched.place();
  }

  private static Layout layout(
      Format format, Path place, DatasetSpec spec, Deque<AutoCloseable> held) {
    String source = spec.source();
    Fit fit = Fit.of(spec);
    boolean skip = spec.onBadImage() == OnBadImage.SKIP;
    if (format == Format.ZIP) {
      ZipArchive zip = ZipArchive.open(place);
      held.push(zip);
      return FolderFormat.open(zip.root(), source, fit, skip);
    }
    if (format == Format.WEBDATASET) {
      return WebDatasetFormat.open(place, source, fit, skip);
    }
    if (format == Format.PARQUET) {
      return ParquetFormat.open(place, source, fit, skip);
    }
    if (!Files.isDirectory(place)) {
      throw new InvalidInputException(
          "dataset.source \"" + source + "\" is not a folder",
          "give the folder that holds the data, or \"format\": \"zip\" for a zip of it");
    }
    return switch (format) {
      case IDX -> IdxFormat.open(place, SourceFiles.children(place), fit);
      case CIFAR10 -> CifarFormat.open(place, SourceFiles.children(place), fit);
      case FOLDER -> FolderFormat.open(place, source, fit, skip);
      case ZIP, WEBDATASET, PARQUET, AUTO -> throw new IllegalStateException("settled above");
    };
  }

  private static Path existing(String source) {
    try {
      Path path = Path.of(source);
      if (Files.exists(path)) {
        return path;
      }
    } catch (InvalidPathException e) {
      // cannot exist either
    }
    throw new InvalidInputException(
        "dataset.source \"" + source + "\" does not exist on the machine that imports it",
        "give an existing path, or upload the data set and give store:<key prefix>");
  }

  private static Format detect(Path place, String source) {
    if (Files.isRegularFile(place)) {
      if (place.toString().toLowerCase(Locale.ROOT).endsWith(".zip")) {
        return Format.ZIP;
      }
      if (WebDatasetFormat.shard(place)) {
        return Format.WEBDATASET;
      }
      if (ParquetFormat.file(place)) {
        return Format.PARQUET;
      }
      throw new InvalidInputException(
          "dataset.source \"" + source + "\" is a file, but neither a zip nor a tar nor Parquet",
          "give the folder that holds the data, a zip of it, or a file of samples");
    }
    List<Path> files = SourceFiles.children(place);
    if (IdxFormat.fits(files)) {
      return Format.IDX;
    }
    if (CifarFormat.fits(files)) {
      return Format.CIFAR10;
    }
    if (WebDatasetFormat.fits(files)) {
      return Format.WEBDATASET;
    }
    if (ParquetFormat.fits(place)) {
      return Format.PARQUET;
    }
    if (FolderFormat.fits(files)) {
      return Format.FOLDER;
    }
    throw new InvalidInputException(
        "dataset.source \"" + source + "\" has no images in it",
        "give a folder of IDX files, of CIFAR-10 batches, of tar shards, of Parquet files, or of class"
            + " folders with PNG or JPEG files");
  }

  /** What was found; never {@code AUTO}. */
  public Format format() {
    return format;
  }

  /** Class names, by label. */
  public List<String> classes() {
    return layout.classes();
  }

  /** The shape of every image. */
  public ImageShape shape() {
    return layout.shape();
  }

  /** sha-256 (hex) over the relative names and the contents of all files read. */
  public String digest() {
    return layout.digest();
  }

  /** The images left out because they are bad; none unless the spec allows it. */
  public Skipped skipped() {
    return layout.skipped();
  }

  /** Whether the held-out rows were drawn from the training rows, for want of a test part. */
  public boolean drawn() {
    return layout.heldout() == null;
  }

  /**
   * @param split {@link #TRAIN} or {@link #HELDOUT}
   */
  public int rows(String split) {
    return wanted(split).cardinality();
  }

  /** Starts at the split's first row, in the source's order. */
  public BatchReader read(String split) {
    return new BatchReader(part(split), wanted(split), layout.shape());
  }

  private Part part(String split) {
    return split.equals(HELDOUT) && !drawn() ? layout.heldout() : layout.train();
  }

  private BitSet wanted(String split) {
    if (!split.equals(TRAIN) && !split.equals(HELDOUT)) {
      throw new IllegalArgumentException("no such split: " + split);
    }
    BitSet rows = new BitSet();
    rows.set(0, part(split).rows());
    if (drawn()) {
      if (split.equals(TRAIN)) {
        rows.andNot(drawn);
      } else {
        rows.and(drawn);
      }
    }
    return rows;
  }

  @Override
  public void close() {
    close(held);
  }

  private static void close(Deque<AutoCloseable> held) {
    while (!held.isEmpty()) {
      try {
        held.pop().close();
      } catch (Exception e) {
        LOG.warn("what a data set held was not freed", e);
      }
    }
  }
}
