package io.winnow.datasets.source.format;

import io.winnow.contracts.InvalidInputException;
import io.winnow.datasets.ImageShape;
import io.winnow.datasets.source.format.SampleReader.Sample;
import io.winnow.datasets.source.image.ImageDecoder;
import io.winnow.datasets.source.image.ImageResizing;
import java.io.IOException;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Files that contain many labelled images each, whatever their format. Rows are in the order of the
 * files, then in their order within each file. Memory holds one sample at a time.
 */
public final class SampleFiles {
  private final SourceFolder source;
  private final String what;
  private final ImageResizing resizing;
  private final SampleReader.Opener opener;
  private final SampleReader.Opener testOpener;
  private final ImageDecoder decoder = new ImageDecoder();
  private final ImageScan images;
  private final LabelVocabulary labels = new LabelVocabulary();

  /** Files, and the number that stands for each sample's label. */
  private record Scanned(List<Path> files, int[] labels, SampleReader.Opener opener) {}

  public SampleFiles(ScanOptions options, SampleReader.Opener opener) {
    this(options, opener, opener);
  }

  /**
   * @param opener of the files of the training part
   * @param testOpener of those of the test part, which may be the same files
   */
  public SampleFiles(
      ScanOptions options, SampleReader.Opener opener, SampleReader.Opener testOpener) {
    this.source = options.files();
    this.what = options.source();
    this.resizing = options.resizing();
    this.opener = opener;
    this.testOpener = testOpener;
    this.images = new ImageScan(decoder, options.resizing(), options.skipBadImages());
  }

  /**
   * Reads all files once.
   *
   * @param test the files of the test part, if there is one
   * @param names of the classes by label, empty if not known
   * @param digest the files are added to it
   */
  public ScannedSource scan(
      List<Path> train, Optional<List<Path>> test, List<String> names, SourceDigest digest) {
    Scanned trained = scan(train, opener, digest);
    Optional<Scanned> scannedTest = test.map(files -> scan(files, testOpener, digest));
    boolean hidden =
        scannedTest.isPresent() && labels.hideOnly(trained.labels(), scannedTest.get().labels());
    Optional<Scanned> tested = scannedTest.filter(t -> !hidden);
    ImageScan.Result result = images.result(what);
    LabelVocabulary.Resolved resolved = labels.resolve(names);
    ScannedSource scanned =
        ScannedSource.checked(
            what,
            names.isEmpty() && resolved.numbered()
                ? ClassNames.quotable(resolved.classes())
                : ClassNames.fromContent(resolved.classes()),
            result.shape(),
            digest.hex(),
            split(trained, 0, resolved, result),
            tested.map(t -> split(t, trained.labels().length, resolved, result)),
            result.skipped());
    return hidden ? scanned.remarking(ScannedSource.HIDDEN_LABELS) : scanned;
  }

  private Scanned scan(List<Path> files, SampleReader.Opener opener, SourceDigest digest) {
    IntStream.Builder numbers = IntStream.builder();
    for (Path file : files) {
      String name = source.relative(file);
      digest.add(name, source.digest(file));
      try (SampleReader samples = opener.open(file, name)) {
        for (var sample = samples.next(); sample.isPresent(); sample = samples.next()) {
          numbers.add(labels.add(sample.get().label(), sample.get().name()));
          images.look(sample.get().name(), sample.get().image());
        }
      } catch (IOException e) {
        throw SourceFiles.unreadable(name, e);
      }
    }
    int[] found = numbers.build().toArray();
    if (found.length == 0) {
      throw new InvalidInputException(
          "%s has no labelled images in %s".formatted(what, source.relative(files.get(0))),
          "provide files that contain a label for each image");
    }
    return new Scanned(files, found, opener);
  }

  private SourceSplit split(
      Scanned scanned, int from, LabelVocabulary.Resolved resolved, ImageScan.Result result) {
    BitSet kept = result.kept().get(from, from + scanned.labels().length);
    int[] rows = resolved.labels(kept.stream().map(i -> scanned.labels()[i]));
    return new SourceSplit(rows, () -> new Rows(scanned, kept, result.shape()));
  }

  private final class Rows implements RowReader {
    private final Iterator<Path> files;
    private final SampleReader.Opener opener;
    private final BitSet kept;
    private final ImageShape shape;
    private SampleReader current;
    private int at;

    Rows(Scanned scanned, BitSet kept, ImageShape shape) {
      this.files = scanned.files().iterator();
      this.opener = scanned.opener();
      this.kept = kept;
      this.shape = shape;
    }

    @Override
    public void next(byte[] pixels, int offset) throws IOException {
      Sample sample = following();
      while (!kept.get(at++)) {
        sample = following();
      }
      decoder.decode(sample.image(), sample.name(), resizing, shape, pixels, offset);
    }

    private Sample following() throws IOException {
      Optional<Sample> sample = current == null ? Optional.empty() : current.next();
      while (sample.isEmpty()) {
        close();
        if (!files.hasNext()) {
          throw new InvalidInputException(
              what + " lost images while it was read", "do not change the data during the import");
        }
        Path file = files.next();
        current = opener.open(file, source.relative(file));
        sample = current.next();
      }
      return sample.get();
    }

    @Override
    public void close() throws IOException {
      if (current != null) {
        current.close();
        current = null;
      }
    }
  }
}
