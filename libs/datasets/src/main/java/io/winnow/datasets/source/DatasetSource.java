package io.winnow.datasets.source;

import io.winnow.contracts.InvalidInputException;
import io.winnow.contracts.Splits;
import io.winnow.contracts.spec.DatasetSpec;
import io.winnow.datasets.ImageShape;
import io.winnow.datasets.ReadListener;
import io.winnow.datasets.source.format.ScanOptions;
import io.winnow.datasets.source.format.ScannedSource;
import io.winnow.datasets.source.format.Skipped;
import io.winnow.datasets.source.format.SourceFiles;
import io.winnow.datasets.source.format.SourceFolder;
import io.winnow.datasets.source.format.SourceFormat;
import io.winnow.datasets.source.format.SourcePlace;
import io.winnow.datasets.source.format.SourceSplit;
import io.winnow.store.object.ObjectStore;
import java.io.IOException;
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
  private final SourceFolder files;

  private DatasetSource(
      SourceFolder files,
      String format,
      ScannedSource scanned,
      BitSet drawn,
      Deque<AutoCloseable> opened) {
    this.files = files;
    this.format = format;
    this.scanned = scanned;
    this.drawn = drawn;
    this.opened = opened;
  }

  /**
   * Opens and checks a data set that the user of this process names: its source may be any path.
   *
   * @see #open(DatasetSpec, SourceRoots, Path, ObjectStore, ReadListener)
   */
  public static DatasetSource open(DatasetSpec spec, Path scratch, ObjectStore store) {
    return open(spec, SourceRoots.any(), scratch, store, ReadListener.NONE);
  }

  /**
   * Opens and checks a data set.
   *
   * @param spec its source, format and options
   * @param roots the folders below which the source may lie, unless it is a {@code store:} source
   * @param scratch an existing folder; a source in the object store is downloaded into it, and
   *     removed when this object is closed
   * @param store for {@code store:} sources
   * @param reading hears of everything that is read or downloaded, also later by {@link #read}; an
   *     exception of its ends the reading and is thrown as it is
   * @throws InvalidInputException the data is damaged or incomplete, or there is no such format;
   *     the message names the file and the remedy
   * @throws io.winnow.store.object.StoreUnavailableException for {@code store:} sources
   */
  public static DatasetSource open(
      DatasetSpec spec, SourceRoots roots, Path scratch, ObjectStore store, ReadListener reading) {
    SourceFormats.require(spec.format());
    Deque<AutoCloseable> opened = new ArrayDeque<>();
    try {
      SourceFolder files = files(spec.source(), roots, scratch, store, reading, opened);
      try {
        return open(spec, files, opened);
      } catch (RuntimeException e) {
        throw files.cause(e);
      }
    } catch (RuntimeException e) {
      close(opened);
      throw e;
    }
  }

  private static DatasetSource open(
      DatasetSpec spec, SourceFolder files, Deque<AutoCloseable> opened) {
    SourceFormat format = SourceFormats.of(spec.format(), files.place(), spec.source());
    SourceFormats.requireColumns(format, spec);
    ScannedSource scanned = format.scan(files.place(), ScanOptions.of(spec, files));
    opened.push(scanned);
    requireReadable(scanned.classes(), System.getProperty("sun.jnu.encoding", "UTF-8"));
    BitSet drawn =
        scanned.heldout().isPresent()
            ? new BitSet()
            : HoldOut.draw(
                scanned.train().labels(), scanned.names(), spec.holdout(), spec.source());
    return new DatasetSource(files, format.name(), scanned, drawn, opened);
  }

  /**
   * Checks that the names of class folders could be read: Java replaces what the encoding of the
   * locale does not contain.
   */
  static void requireReadable(List<String> classes, String encoding) {
    if (!encoding.equalsIgnoreCase("UTF-8")) {
      classes.stream()
          .filter(name -> name.indexOf('\uFFFD') >= 0)
          .findFirst()
          .ifPresent(
              name -> {
                throw new InvalidInputException(
                    "class \"%s\" has characters that this locale's encoding, %s, cannot hold"
                        .formatted(name, encoding),
                    "set a UTF-8 locale, such as LC_ALL=C.UTF-8");
              });
    }
  }

  private static SourceFolder files(
      String source,
      SourceRoots roots,
      Path scratch,
      ObjectStore store,
      ReadListener reading,
      Deque<AutoCloseable> opened) {
    try {
      if (!source.startsWith(StoreSource.SCHEME)) {
        return SourceFolder.of(roots.require(source), reading);
      }
      StoreSource downloaded = StoreSource.download(source, scratch, store, reading);
      opened.push(downloaded);
      return SourceFolder.of(SourcePlace.of(downloaded.place()), reading);
    } catch (IOException e) {
      throw SourceFiles.unreadable("dataset.source \"" + source + "\"", e);
    }
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

  /** What the user should know about how the source was read, such as a part that is not used. */
  public List<String> remarks() {
    return scanned.remarks();
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
   * The number of rows of each class, by label.
   *
   * @param split {@link #TRAIN} or {@link #HELDOUT}
   */
  public int[] counts(String split) {
    int[] counts = new int[classes().size()];
    int[] labels = stored(split).labels();
    selected(split).stream().forEach(row -> counts[labels[row]]++);
    return counts;
  }

  /**
   * Starts at the first row of a split, in the source's order.
   *
   * @param split {@link #TRAIN} or {@link #HELDOUT}
   */
  public BatchReader read(String split) {
    return new BatchReader(files, stored(split), selected(split), scanned.shape());
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
