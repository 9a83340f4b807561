package io.winnow.datasets.source;

import io.winnow.contracts.InvalidInputException;
import io.winnow.contracts.Splits;
import io.winnow.contracts.spec.DatasetSpec;
import io.winnow.datasets.ImageShape;
import io.winnow.datasets.ReadListener;
import io.winnow.datasets.source.format.ScanOptions;
import io.winnow.datasets.source.format.ScannedSource;
import io.winnow.datasets.source.format.Skipped;
import io.winnow.datasets.source.format.SourceFormat;
import io.winnow.datasets.source.format.SourceSplit;
import io.winnow.store.object.ObjectStore;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.BitSet;
import java.util.Deque;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A labelled image data set in its original format. Opening it reads every header and label and the
 * digest of the content, so that bad data is rejected before any work starts; images are decoded
 * when rows are read. Memory holds each row's label and name, not the images.
 */
public final class DatasetSource implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(DatasetSource.class);

  /** The split to train on. */
  public static final String TRAIN = Splits.TRAIN;

  /** The held-out split, for evaluation. */
  public static final String HELDOUT = Splits.HELDOUT;

  private final String format;
  private final ScannedSource scanned;
  private final BitSet drawn;
  private final Deque<AutoCloseable> opened;

  private DatasetSource(
      String format, ScannedSource scanned, BitSet drawn, Deque<AutoCloseable> opened) {
    this.format = format;
    this.scanned = scanned;
    this.drawn = drawn;
    this.opened = opened;
  }

  /** Opens and checks a data set, without a listener. */
  public static DatasetSource open(DatasetSpec spec, Path scratch, ObjectStore store) {
    return open(spec, scratch, store, ReadListener.NONE);
  }

  /**
   * Opens and checks a data set.
   *
   * @param spec its source, format and options
   * @param scratch an existing folder; a source in the object store is downloaded into it, and
   *     removed when this object is closed
   * @param store for {@code store:} sources
   * @param reading hears of every piece that is read or downloaded
   * @throws InvalidInputException the data is damaged or incomplete, or there is no such format;
   *     the message names the file and the remedy
   * @throws io.winnow.store.object.StoreUnavailableException for {@code store:} sources
   */
  public static DatasetSource open(
      DatasetSpec spec, Path scratch, ObjectStore store, ReadListener reading) {
    SourceFormats.require(spec.format());
    Deque<AutoCloseable> opened = new ArrayDeque<>();
    try {
      Path place = place(spec.source(), scratch, store, reading, opened);
      SourceFormat format = SourceFormats.of(spec.format(), place, spec.source());
      ScannedSource scanned = format.scan(place, ScanOptions.of(spec, reading));
      opened.push(scanned);
      BitSet drawn =
          scanned.heldout().isPresent()
              ? new BitSet()
              : HoldOut.draw(
                  scanned.train().labels(), scanned.classes(), spec.holdout(), spec.source());
      return new DatasetSource(format.name(), scanned, drawn, opened);
    } catch (RuntimeException e) {
      close(opened);
      throw e;
    }
  }

  private static Path place(
      String source,
      Path scratch,
      ObjectStore store,
      ReadListener reading,
      Deque<AutoCloseable> opened) {
    if (!source.startsWith(StoreSource.SCHEME)) {
      return existing(source);
    }
    StoreSource downloaded = StoreSource.download(source, scratch, store, reading);
    opened.push(downloaded);
    return downloaded.place();
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
        "provide an existing path, or upload the data set and use store:<key prefix>");
  }

  /** The name of the detected format; never {@code auto}. */
  public String format() {
    return format;
  }

  /** Class names, by label. */
  public List<String> classes() {
    return scanned.classes();
  }

  /** The shape of every image. */
  public ImageShape shape() {
    return scanned.shape();
  }

  /** sha-256 (hex) over the relative names and the contents of all files read. */
  public String digest() {
    return scanned.digest();
  }

  /** The bad images that are left out; none unless the spec allows it. */
  public Skipped skipped() {
    return scanned.skipped();
  }

  /** Whether the held-out split is drawn from the training rows, because the source has none. */
  public boolean drawn() {
    return scanned.heldout().isEmpty();
  }

  /**
   * The number of rows of a split.
   *
   * @param split {@link #TRAIN} or {@link #HELDOUT}
   */
  public int rows(String split) {
    return selected(split).cardinality();
  }

  /**
   * Starts at the first row of a split, in the source's order.
   *
   * @param split {@link #TRAIN} or {@link #HELDOUT}
   */
  public BatchReader read(String split) {
    return new BatchReader(stored(split), selected(split), scanned.shape());
  }

  /** The split in which the source stores the rows of {@code split}. */
  private SourceSplit stored(String split) {
    return split.equals(HELDOUT) ? scanned.heldout().orElse(scanned.train()) : scanned.train();
  }

  private BitSet selected(String split) {
    if (!split.equals(TRAIN) && !split.equals(HELDOUT)) {
      throw new IllegalArgumentException("no such split: " + split);
    }
    BitSet rows = new BitSet();
    rows.set(0, stored(split).rows());
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
    close(opened);
  }

  private static void close(Deque<AutoCloseable> opened) {
    while (!opened.isEmpty()) {
      try {
        opened.pop().close();
      } catch (Exception e) {
        LOG.warn("could not close a resource of a data set", e);
      }
    }
  }
}
